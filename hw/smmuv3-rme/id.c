/*
 * SMMUv3 with RME: identification registers, and which features go together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "id.h"
#include "smmu-regs.h"

enum {
    AIDR_MINOR = 3,             /* SMMUv3.3 */
    IIDR_ARM = 0x43b,           /* Implementer: Arm, JEP106 */
    SECURE_SID_BITS = 2,        /* S_IDR1.S_SIDSIZE */
    SID_BITS_TWO_LEVEL = 7,     /* from here on ST_LEVEL is mandatory */
};

SmmuFeatures smmu_features_reference(void)
{
    return (SmmuFeatures) {
        .s1p = true, .s2p = true,
        .secure_impl = true, .realm_impl = true, .root_impl = true,
        .bgptm = true, .rgptm = true,
        .ats = true, .pri = true, .msi = true, .sev = true, .vmw = true,
        .hyp = true,
        .asid16 = true, .vmid16 = true, .cd2l = true, .st_level = true,
        .httu = 2,
        .sid_bits = 16, .ssid_bits = 20,
        .cmdq_log2 = 19, .eventq_log2 = 19, .priq_log2 = 7,
        .gran4k = true, .gran16k = true, .gran64k = true,
        .vax = true, .ds = true, .oas = 52,
        .ril = true, .had = true, .xnx = true, .pps = true, .fwb = true,
        .stt = true, .e0pd = true, .ptwnnc = true,
        .bbml = 2,
        .mec = true, .mecid_bits = 16,
    };
}

/* IDR5.OAS; 8 for a size that it cannot say. */
static unsigned oas_encode(unsigned bits)
{
    switch (bits) {
    case 32: return 0;
    case 36: return 1;
    case 40: return 2;
    case 42: return 3;
    case 44: return 4;
    case 48: return 5;
    case 52: return 6;
    default: return 8;
    }
}

/* What REALM_IMPL asks of the rest (section 2.4, "RME Device Assignment"). */
static const char *check_realm(const SmmuFeatures *f)
{
    if (!f->root_impl) {
        return "Realm state (realm) needs the Root page (root).";
    }
    if (!f->s1p || !f->s2p || !f->hyp) {
        return "Realm state needs both stages and EL2 (s1p, s2p, hyp).";
    }
    if (!f->had || !f->xnx || !f->fwb || !f->stt || !f->e0pd || !f->ptwnnc) {
        return "Realm state needs had, xnx, fwb, stt, e0pd and ptwnnc.";
    }
    if (f->bbml != 2) {
        return "Realm state needs IDR3.BBML == 2.";
    }
    return NULL;
}

static const char *check_sizes(const SmmuFeatures *f)
{
    if (f->httu > 2) {
        return "IDR0.HTTU is 0, 1 or 2.";
    }
    if (f->bbml > 2) {
        return "IDR3.BBML is 0, 1 or 2.";
    }
    if (f->sid_bits < 6 || f->sid_bits > 32) {
        return "A StreamID has 6 to 32 bits.";
    }
    if (f->ssid_bits > 20) {
        return "A SubstreamID has at most 20 bits.";
    }
    if (f->cmdq_log2 > SMMU_QUEUE_LOG2SIZE_MAX ||
        f->eventq_log2 > SMMU_QUEUE_LOG2SIZE_MAX ||
        f->priq_log2 > SMMU_QUEUE_LOG2SIZE_MAX) {
        return "A queue has at most 2^19 entries.";
    }
    if (oas_encode(f->oas) > 7) {
        return "The output address size is 32, 36, 40, 42, 44, 48 or 52.";
    }
    if (!f->gran4k && !f->gran16k && !f->gran64k) {
        return "At least one translation granule is needed.";
    }
    if (f->ds && !f->gran4k && !f->gran16k) {
        return "IDR5.DS needs the 4KB or the 16KB granule.";
    }
    if (f->oas == 52 && !f->gran64k && !f->ds) {
        return "52-bit output addresses need the 64KB granule or IDR5.DS.";
    }
    return NULL;
}

const char *smmu_features_check(const SmmuFeatures *f)
{
    const char *wrong = check_sizes(f);

    if (wrong) {
        return wrong;
    }
    if (!f->s1p && !f->s2p) {
        return "At least one stage of translation is needed.";
    }
    if (!f->s1p && (f->hyp || f->asid16 || f->ssid_bits || f->had ||
                    f->e0pd)) {
        return "hyp, asid16, ssid-bits, had and e0pd need stage 1.";
    }
    if (!f->s2p && (f->vmid16 || f->vmw || f->xnx || f->fwb || f->ptwnnc)) {
        return "vmid16, vmw, xnx, fwb and ptwnnc need stage 2.";
    }
    if (f->cd2l && !f->ssid_bits) {
        return "Two-level CD tables (cd2l) need SubstreamIDs.";
    }
    if (f->sid_bits >= SID_BITS_TWO_LEVEL && !f->st_level) {
        return "StreamIDs of 7 bits or more need two-level Stream tables.";
    }
    if (f->stall_forced && !f->stall) {
        return "stall-forced needs stall.";
    }
    if (f->pri && !f->ats) {
        return "PRI needs ATS.";
    }
    if (f->pps && !f->pri) {
        return "IDR3.PPS needs PRI.";
    }
    if ((f->bgptm || f->rgptm) && !f->root_impl) {
        return "bgptm and rgptm need the Root page (root).";
    }
    if (f->root_impl && !f->bgptm && !f->rgptm) {
        return "The Root page needs bgptm or rgptm to maintain GPT caches.";
    }
    if (f->realm_impl) {
        wrong = check_realm(f);
        if (wrong) {
            return wrong;
        }
    }
    if (f->mec && !f->realm_impl) {
        return "MEC needs Realm state (realm).";
    }
    if (f->mec && (f->mecid_bits < 1 || f->mecid_bits > 16)) {
        return "A MECID has 1 to 16 bits.";
    }
    if (f->dpt && (!f->realm_impl || !f->ats)) {
        return "The Device Permission Table needs Realm state and ATS.";
    }
    return NULL;
}

bool smmu_has_interface(const SmmuFeatures *feat, CcaSecSid sec_sid)
{
    return sec_sid == CCA_SEC_SID_NS ||
           (sec_sid == CCA_SEC_SID_SECURE && feat->secure_impl) ||
           (sec_sid == CCA_SEC_SID_REALM && feat->realm_impl);
}

/* Secure state has neither ATS nor PRI, nor MSIs in this model. */
static bool not_secure(const SmmuFeatures *feat, CcaSecSid sec_sid)
{
    return sec_sid != CCA_SEC_SID_SECURE && smmu_has_interface(feat, sec_sid);
}

bool smmu_has_ats(const SmmuFeatures *feat, CcaSecSid sec_sid)
{
    return feat->ats && not_secure(feat, sec_sid);
}

bool smmu_has_pri(const SmmuFeatures *feat, CcaSecSid sec_sid)
{
    return feat->pri && not_secure(feat, sec_sid);
}

bool smmu_has_msi(const SmmuFeatures *feat, CcaSecSid sec_sid)
{
    return feat->msi && not_secure(feat, sec_sid);
}

static unsigned stall_model(const SmmuFeatures *f)
{
    return f->stall_forced ? SMMU_STALL_MODEL_FORCED :
           f->stall ? SMMU_STALL_MODEL_BOTH : SMMU_STALL_MODEL_NONE;
}

#define BIT_IF(name, cond) SMMU_SET(0, name, (cond) ? 1 : 0)

static uint32_t idr0(const SmmuFeatures *f)
{
    return BIT_IF(SMMU_IDR0_S2P, f->s2p) | BIT_IF(SMMU_IDR0_S1P, f->s1p) |
           SMMU_SET(0, SMMU_IDR0_TTF, SMMU_TTF_AARCH64) |
           SMMU_IDR0_COHACC_MASK |
           BIT_IF(SMMU_IDR0_BTM, f->btm) |
           SMMU_SET(0, SMMU_IDR0_HTTU, f->httu) |
           BIT_IF(SMMU_IDR0_HYP, f->hyp) | BIT_IF(SMMU_IDR0_ATS, f->ats) |
           BIT_IF(SMMU_IDR0_ASID16, f->asid16) |
           BIT_IF(SMMU_IDR0_MSI, f->msi) | BIT_IF(SMMU_IDR0_SEV, f->sev) |
           BIT_IF(SMMU_IDR0_PRI, f->pri) | BIT_IF(SMMU_IDR0_VMW, f->vmw) |
           BIT_IF(SMMU_IDR0_VMID16, f->vmid16) |
           BIT_IF(SMMU_IDR0_CD2L, f->cd2l) |
           BIT_IF(SMMU_IDR0_ATSRECERR, f->ats) |
           SMMU_SET(0, SMMU_IDR0_STALL_MODEL, stall_model(f)) |
           BIT_IF(SMMU_IDR0_ST_LEVEL, f->st_level) |
           BIT_IF(SMMU_IDR0_RME_IMPL, f->root_impl);
}

static uint32_t idr1(const SmmuFeatures *f)
{
    return SMMU_SET(0, SMMU_IDR1_SIDSIZE, f->sid_bits) |
           SMMU_SET(0, SMMU_IDR1_SSIDSIZE, f->ssid_bits) |
           SMMU_SET(0, SMMU_IDR1_PRIQS, f->pri ? f->priq_log2 : 0) |
           SMMU_SET(0, SMMU_IDR1_EVENTQS, f->eventq_log2) |
           SMMU_SET(0, SMMU_IDR1_CMDQS, f->cmdq_log2) |
           SMMU_IDR1_ATTR_PERMS_OVR_MASK | SMMU_IDR1_ATTR_TYPES_OVR_MASK;
}

static uint32_t idr3(const SmmuFeatures *f)
{
    /* Page-based hardware attributes come with HAD: they do nothing here. */
    return BIT_IF(SMMU_IDR3_HAD, f->had) | BIT_IF(SMMU_IDR3_PBHA, f->had) |
           BIT_IF(SMMU_IDR3_XNX, f->xnx) | BIT_IF(SMMU_IDR3_PPS, f->pps) |
           BIT_IF(SMMU_IDR3_FWB, f->fwb) | BIT_IF(SMMU_IDR3_STT, f->stt) |
           BIT_IF(SMMU_IDR3_RIL, f->ril) |
           SMMU_SET(0, SMMU_IDR3_BBML, f->bbml) |
           BIT_IF(SMMU_IDR3_E0PD, f->e0pd) |
           BIT_IF(SMMU_IDR3_PTWNNC, f->ptwnnc);
}

static uint32_t idr5(const SmmuFeatures *f)
{
    return SMMU_SET(0, SMMU_IDR5_OAS, oas_encode(f->oas)) |
           BIT_IF(SMMU_IDR5_GRAN4K, f->gran4k) |
           BIT_IF(SMMU_IDR5_GRAN16K, f->gran16k) |
           BIT_IF(SMMU_IDR5_GRAN64K, f->gran64k) |
           BIT_IF(SMMU_IDR5_DS, f->ds) | BIT_IF(SMMU_IDR5_VAX, f->vax) |
           SMMU_SET(0, SMMU_IDR5_STALL_MAX, f->stall ? SMMU_STALLS : 0);
}

static uint32_t ns_id_read(const SmmuFeatures *f, uint32_t offset)
{
    switch (offset) {
    case SMMU_IDR0:
        return idr0(f);
    case SMMU_IDR1:
        return idr1(f);
    case SMMU_IDR3:
        return idr3(f);
    case SMMU_IDR5:
        return idr5(f);
    case SMMU_IIDR:
        return IIDR_ARM;
    case SMMU_AIDR:
        return AIDR_MINOR;
    default:    /* IDR2: no VATOS; IDR4: nothing; IDR6: no ECMDQ */
        return 0;
    }
}

static uint32_t secure_id_read(const SmmuFeatures *f, uint32_t offset)
{
    switch (offset) {
    case SMMU_IDR0:
        return SMMU_SET(0, SMMU_IDR0_STALL_MODEL, stall_model(f));
    case SMMU_IDR1:
        return SMMU_SET(0, SMMU_S_IDR1_S_SIDSIZE, SECURE_SID_BITS) |
               BIT_IF(SMMU_S_IDR1_SEL2, f->s1p && f->s2p) |
               SMMU_S_IDR1_SECURE_IMPL_MASK;
    default:
        return 0;
    }
}

static uint32_t realm_id_read(const SmmuFeatures *f, uint32_t offset)
{
    switch (offset) {
    case SMMU_IDR0:
        return BIT_IF(SMMU_IDR0_ATS, f->ats) | BIT_IF(SMMU_IDR0_MSI, f->msi) |
               BIT_IF(SMMU_IDR0_PRI, f->pri) |
               SMMU_SET(0, SMMU_IDR0_STALL_MODEL, SMMU_STALL_MODEL_NONE);
    case SMMU_IDR1:
        return SMMU_R_IDR1_RME_DA_IMPL_MASK;
    case SMMU_IDR3:
        return BIT_IF(SMMU_R_IDR3_DPT, f->dpt) |
               BIT_IF(SMMU_R_IDR3_MEC, f->mec);
    case SMMU_AIDR:
        return AIDR_MINOR;
    case SMMU_R_MECIDR:
        return f->mec ? SMMU_SET(0, SMMU_R_MECIDR_MECIDSIZE,
                                 f->mecid_bits - 1) : 0;
    default:
        return 0;
    }
}

uint32_t smmu_id_read(const SmmuFeatures *feat, CcaSecSid sec_sid,
                      uint32_t offset)
{
    if (!smmu_has_interface(feat, sec_sid)) {
        return 0;
    }
    return sec_sid == CCA_SEC_SID_NS ? ns_id_read(feat, offset) :
           sec_sid == CCA_SEC_SID_SECURE ? secure_id_read(feat, offset) :
           realm_id_read(feat, offset);
}

uint32_t smmu_root_id_read(const SmmuFeatures *feat, uint32_t offset)
{
    if (!feat->root_impl) {
        return 0;
    }
    switch (offset) {
    case SMMU_ROOT_IDR0:
        return SMMU_ROOT_IDR0_ROOT_IMPL_MASK |
               BIT_IF(SMMU_ROOT_IDR0_BGPTM, feat->bgptm) |
               BIT_IF(SMMU_ROOT_IDR0_RGPTM, feat->rgptm) |
               BIT_IF(SMMU_ROOT_IDR0_REALM_IMPL, feat->realm_impl) |
               SMMU_SET(0, SMMU_ROOT_IDR0_BA_REALM,
                        feat->realm_impl ? SMMU_BA_REALM : 0);
    case SMMU_ROOT_IIDR:
        return IIDR_ARM;
    default:
        return 0;
    }
}
