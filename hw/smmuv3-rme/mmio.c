/*
 * SMMUv3 with RME: the memory map, from bus accesses to banks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mmio.h"
#include "id.h"
#include "smmu-regs.h"

/* Where an access goes. */
typedef enum Target { NOWHERE, TO_BANK, TO_ROOT } Target;

typedef struct Route {
    Target target;
    CcaSecSid sec_sid;
    uint32_t offset;
} Route;

static Route route(const SmmuMmio *mmio, uint64_t offset, CcaPas pas)
{
    bool root = pas == CCA_PAS_ROOT;
    uint64_t in_page = offset % SMMU_PAGE_SIZE;
    Route r = { .target = NOWHERE };

    if (mmio->feat.root_impl && offset >= mmio->root_offset &&
        offset - mmio->root_offset < SMMU_PAGE_SIZE) {
        r.target = root ? TO_ROOT : NOWHERE;
        r.offset = offset - mmio->root_offset;
    } else if (offset < 2 * SMMU_PAGE_SIZE) {
        if (in_page < SMMU_SECURE_WINDOW) {
            r = (Route) { TO_BANK, CCA_SEC_SID_NS, offset };
        } else if (in_page < SMMU_SECURE_WINDOW + SMMU_SECURE_WINDOW_SIZE &&
                   (root || pas == CCA_PAS_SECURE)) {
            r = (Route) { TO_BANK, CCA_SEC_SID_SECURE,
                          offset - SMMU_SECURE_WINDOW };
        }
    } else if (mmio->feat.realm_impl && offset >= SMMU_O_REALM &&
               offset - SMMU_O_REALM < 2 * SMMU_PAGE_SIZE &&
               (root || pas == CCA_PAS_REALM)) {
        r = (Route) { TO_BANK, CCA_SEC_SID_REALM, offset - SMMU_O_REALM };
    }
    return r;
}

uint64_t smmu_mmio_read(const SmmuMmio *mmio, uint64_t offset, unsigned size,
                        CcaPas pas)
{
    Route r = route(mmio, offset, pas);

    switch (r.target) {
    case TO_BANK:
        return smmu_bank_read(&mmio->bank[r.sec_sid], r.offset, size);
    case TO_ROOT:
        return smmu_root_read(&mmio->root, r.offset, size);
    default:
        return 0;
    }
}

void smmu_mmio_write(SmmuMmio *mmio, uint64_t offset, unsigned size,
                     CcaPas pas, uint64_t value)
{
    Route r = route(mmio, offset, pas);

    switch (r.target) {
    case TO_BANK:
        smmu_bank_write(&mmio->bank[r.sec_sid], r.offset, size, value);
        break;
    case TO_ROOT:
        smmu_root_write(&mmio->root, r.offset, size, value);
        break;
    default:
        break;
    }
}

/* End of the pages that do not depend on where the Root page is. */
static uint32_t fixed_size(const SmmuFeatures *feat)
{
    return feat->realm_impl ? SMMU_O_REALM + 2 * SMMU_PAGE_SIZE :
                              2 * SMMU_PAGE_SIZE;
}

uint64_t smmu_mmio_size(const SmmuMmio *mmio)
{
    uint64_t size = fixed_size(&mmio->feat);
    uint64_t root_end = (uint64_t)mmio->root_offset + SMMU_PAGE_SIZE;

    return mmio->feat.root_impl && root_end > size ? root_end : size;
}

static const char *check_root_offset(const SmmuMmioConfig *config)
{
    uint32_t offset = config->root_offset;

    if (offset % SMMU_PAGE_SIZE) {
        return "The Root Control Page must be 64KB-aligned.";
    }
    if (offset < 2 * SMMU_PAGE_SIZE) {
        return "The Root Control Page lies on Page 0 or Page 1.";
    }
    if (config->feat.realm_impl && offset >= SMMU_O_REALM &&
        offset - SMMU_O_REALM < 2 * SMMU_PAGE_SIZE) {
        return "The Root Control Page lies on the Realm pages.";
    }
    return NULL;
}

const char *smmu_mmio_init(SmmuMmio *mmio, const SmmuMmioConfig *config)
{
    const char *wrong = smmu_features_check(&config->feat);

    if (!wrong && config->feat.root_impl) {
        wrong = check_root_offset(config);
    }
    if (wrong) {
        return wrong;
    }
    mmio->feat = config->feat;
    mmio->root_offset = config->root_offset;
    for (CcaSecSid s = 0; s < CCA_SEC_SID__COUNT; s++) {
        smmu_bank_init(&mmio->bank[s], s, &mmio->feat, config->gbpa_abort,
                       &config->bank_ops);
    }
    smmu_root_init(&mmio->root, &mmio->feat, &config->gpt, &config->root_ops);
    return NULL;
}

void smmu_mmio_reset(SmmuMmio *mmio)
{
    for (CcaSecSid s = 0; s < CCA_SEC_SID__COUNT; s++) {
        smmu_bank_reset(&mmio->bank[s]);
    }
    smmu_root_reset(&mmio->root);
}
