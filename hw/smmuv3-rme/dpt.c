/*
 * The Device Permission Table of Realm state (section 3.24). What was looked
 * up is not held: every check walks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-internal.h"

SMMU_FIELD(DPT_TYPE, 0, 2);
SMMU_FIELD(DPT_L0_ADDR, 12, 44);
SMMU_FIELD(DPT_L0_TOP, 56, 8);
SMMU_FIELD(DPT_L1_A, 0, 2);
SMMU_FIELD(DPT_AC, 2, 2);
SMMU_FIELD(DPT_W, 4, 1);
SMMU_FIELD(DPT_L1_CONTIG, 8, 4);
SMMU_FIELD(DPT_VMID, 16, 16);

enum {
    DPT_NO_ACCESS = 0, DPT_BLOCK = 1, DPT_TABLE = 3,
    DPT_AC_VMID = 0, DPT_AC_VMID_NS = 1, DPT_AC_NS = 2, DPT_AC_RESERVED = 3,
    DPT_UPPER_SHIFT = 32,
    DPT_CONTIG_64K = 1, DPT_CONTIG_MAX = 7,
    /* Fields of one granule in an entry, at DPT_UPPER_SHIFT the other's. */
    DPT_HALF_BITS = 32,
};

/* R_DPT_CFG_FAR.FAULTCODE */
typedef enum DptFault {
    DPT_DISABLED = 0, DPT_WALK_FAULT = 1, DPT_GPC_FAULT = 2, DPT_EABT = 3,
} DptFault;

typedef struct Dpt {
    unsigned ps, gs, l0;        /* bits: protected space, granule, L0 entry */
    uint64_t base;
} Dpt;

/* What an entry says of one granule. */
typedef struct Grant {
    bool access;
    uint8_t ac;
    bool w;
    uint16_t vmid;
} Grant;

static bool decode_config(const SmmuReq *r, Dpt *d)
{
    static const uint8_t ps[8] = { 32, 36, 40, 42, 44, 48, 52, 0 };
    static const uint8_t l0[16] = { [0] = 30, [4] = 34, [6] = 36, [9] = 39 };
    const SmmuFeatures *f = &r->s->regs.feat;
    uint32_t cfg = r->bank->dpt_base_cfg;
    uint64_t size;

    d->ps = ps[SMMU_GET(cfg, SMMU_R_DPT_BASE_CFG_DPTPS)];
    d->l0 = l0[SMMU_GET(cfg, SMMU_R_DPT_BASE_CFG_L0DPTSZ)];
    switch (SMMU_GET(cfg, SMMU_R_DPT_BASE_CFG_DPTGS)) {
    case 0:
        d->gs = f->gran4k ? 12 : 0;
        break;
    case 1:
        d->gs = f->gran64k ? 16 : 0;
        break;
    case 2:
        d->gs = f->gran16k ? 14 : 0;
        break;
    default:
        d->gs = 0;
        break;
    }
    if (!d->ps || !d->l0 || !d->gs || d->ps > f->oas || d->l0 > d->ps) {
        return false;
    }
    size = 8ull << (d->ps - d->l0);
    d->base = SMMU_IN_PLACE(r->bank->dpt_base, SMMU_R_DPT_BASE_BADDR) &
              ~(size - 1);
    return true;
}

static bool fault(SmmuReq *r, unsigned level, DptFault code, uint64_t addr)
{
    if (!r->watch) {
        smmu_bank_dpt_fault(r->bank, level, code, addr);
    }
    return false;
}

static bool fetch(SmmuReq *r, unsigned level, uint64_t entry_addr,
                  uint64_t pa, uint64_t *entry)
{
    SmmuMemResult result;

    r->own.reason = SMMU_GPC_TRANSLATION;
    r->own.code = SMMU_GPC_WALK;
    r->own.site = CCA_SITE__COUNT;
    result = r->mem.read(r->mem.opaque, entry_addr, CCA_PAS_REALM,
                         r->bank->gmecid, entry, sizeof(*entry));
    *entry = smmu_le64_to_host(*entry);
    return result == SMMU_MEM_OK ? true :
           fault(r, level, result == SMMU_MEM_GPF ? DPT_GPC_FAULT : DPT_EABT,
                 pa);
}

/* The fields of a granule, and nothing else, in the low half of @entry. */
static bool decode_half(const SmmuFeatures *f, uint32_t half, uint32_t allowed,
                        Grant *g)
{
    g->access = true;
    g->ac = SMMU_GET(half, DPT_AC);
    g->w = SMMU_GET(half, DPT_W);
    g->vmid = SMMU_GET(half, DPT_VMID);
    if (half & ~(DPT_AC_MASK | DPT_W_MASK | DPT_VMID_MASK | allowed)) {
        return false;
    }
    return g->ac != DPT_AC_RESERVED && !(g->ac == DPT_AC_NS && g->vmid) &&
           (f->vmid16 || !(g->vmid >> 8));
}

static bool decode_l1(const SmmuFeatures *f, const Dpt *d, uint64_t entry,
                      uint64_t pa, Grant *g)
{
    static const uint8_t contig_bits[] = { 0, 16, 21, 25, 29, 30, 34, 36 };
    unsigned a = SMMU_GET(entry, DPT_L1_A);
    unsigned contig = SMMU_GET(entry, DPT_L1_CONTIG);
    uint32_t low = entry & ~DPT_L1_A_MASK, high = entry >> DPT_UPPER_SHIFT;
    bool upper = pa >> d->gs & 1;
    Grant half[2] = { { 0 } };

    if (a == 3 && contig) {
        if (contig > DPT_CONTIG_MAX || contig_bits[contig] > d->l0 ||
            contig_bits[contig] <= d->gs || high ||
            !decode_half(f, low, DPT_L1_CONTIG_MASK, &half[0])) {
            return false;
        }
        *g = half[0];
        return true;
    }
    if ((a & 1 ? !decode_half(f, low, 0, &half[0]) : low) ||
        (a & 2 ? !decode_half(f, high, 0, &half[1]) : high)) {
        return false;
    }
    *g = half[upper];
    return true;
}

/* False: a DPT lookup fault, recorded. */
static bool look_up(SmmuReq *r, uint64_t pa, Grant *g)
{
    const SmmuFeatures *f = &r->s->regs.feat;
    uint64_t entry, table;
    Dpt d;

    *g = (Grant) { 0 };
    if (!smmu_bank_enabled(r->bank, SMMU_R_CR0_DPT_WALK_EN_MASK)) {
        return fault(r, 0, DPT_DISABLED, pa);
    }
    if (!decode_config(r, &d)) {
        return fault(r, 0, DPT_WALK_FAULT, pa);
    }
    if (pa >> d.ps) {
        return true;            /* No Access */
    }
    if (!fetch(r, 0, d.base + (pa >> d.l0) * 8, pa, &entry)) {
        return false;
    }
    switch (SMMU_GET(entry, DPT_TYPE)) {
    case DPT_NO_ACCESS:
        return entry ? fault(r, 0, DPT_WALK_FAULT, pa) : true;
    case DPT_BLOCK:
        return entry >> DPT_HALF_BITS ||
               !decode_half(f, entry & ~DPT_TYPE_MASK, 0, g) ?
               fault(r, 0, DPT_WALK_FAULT, pa) : true;
    case DPT_TABLE:
        break;
    default:
        return fault(r, 0, DPT_WALK_FAULT, pa);
    }
    table = SMMU_IN_PLACE(entry, DPT_L0_ADDR);
    if ((entry & ~(DPT_L0_ADDR_MASK | DPT_TYPE_MASK)) || table >> f->oas) {
        return fault(r, 0, DPT_WALK_FAULT, pa);
    }
    table &= ~((8ull << (d.l0 - d.gs - 1)) - 1);
    entry = (pa & ((1ull << d.l0) - 1)) >> (d.gs + 1);
    if (!fetch(r, 1, table + entry * 8, pa, &entry)) {
        return false;
    }
    return decode_l1(f, &d, entry, pa, g) ? true :
           fault(r, 1, DPT_WALK_FAULT, pa);
}

bool smmu_dpt_check(SmmuReq *r, uint64_t pa, CcaPas *pas)
{
    Grant g;

    if (!look_up(r, pa, &g) || !g.access ||
        (r->access.write && !g.w) ||
        (g.ac != DPT_AC_NS && g.vmid != r->ste->s2vmid)) {
        return false;
    }
    *pas = g.ac == DPT_AC_VMID ? CCA_PAS_REALM : CCA_PAS_NS;
    return true;
}
