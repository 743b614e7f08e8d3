/*
 * TLBI instructions of PEs, decoded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-fields.h"
#include "tlbi.h"

/* Operand of a TLBI by address */
SMMU_FIELD(TLBI_VA, 0, 44);         /* VA[55:12] */
SMMU_FIELD(TLBI_IPA, 0, 40);        /* IPA[51:12] */
SMMU_FIELD(TLBI_TTL, 44, 2);
SMMU_FIELD(TLBI_TTL_TG, 46, 2);
SMMU_FIELD(TLBI_ASID, 48, 16);
SMMU_FIELD(TLBI_NS, 63, 1);         /* Secure IPA */

/* Operand of a TLBI by range */
SMMU_FIELD(TLBI_BASE, 0, 37);
SMMU_FIELD(TLBI_RANGE_TTL, 37, 2);
SMMU_FIELD(TLBI_NUM, 39, 5);
SMMU_FIELD(TLBI_SCALE, 44, 2);
SMMU_FIELD(TLBI_TG, 46, 2);

enum {
    OP1_EL1 = 0, OP1_EL2 = 4,
    DS_SHIFT = 16,                  /* of BaseADDR, with 52-bit addresses */
};

/* Who else hears of it. */
typedef enum Reach { LOCAL, BROADCAST } Reach;

/* Kinds of operands. */
typedef enum Kind { NOTHING, ALL, ADDRESS, RANGE, IPA, IPA_RANGE } Kind;

typedef struct Info {
    Kind kind;
    Reach reach;
    SmmuTlbInvScope scope;
    bool el2;                       /* about EL2's own regime */
} Info;

static bool by_address(unsigned op2, Info *info)
{
    switch (op2) {
    case 1:
    case 5:
        info->scope = SMMU_TLB_INV_VA;
        return true;
    case 3:
    case 7:
        info->scope = SMMU_TLB_INV_VAA;
        return true;
    default:
        return false;
    }
}

static bool decode_el1(uint8_t op2, Info *info)
{
    switch (op2) {
    case 0:
        info->kind = ALL;
        info->scope = SMMU_TLB_INV_VMID_S1;
        return true;
    case 2:
        info->kind = ALL;
        info->scope = SMMU_TLB_INV_ASID;
        return true;
    default:
        info->kind = ADDRESS;
        return by_address(op2, info);
    }
}

static bool decode_el2(uint8_t op2, Info *info)
{
    switch (op2) {
    case 0:
        info->kind = ALL;
        info->scope = SMMU_TLB_INV_REGIME;
        info->el2 = true;
        return true;
    case 4:
        info->kind = ALL;
        info->scope = SMMU_TLB_INV_REGIME;
        return true;
    case 6:
        info->kind = ALL;
        info->scope = SMMU_TLB_INV_VMID;
        return true;
    case 1:
    case 5:
        info->kind = ADDRESS;
        info->scope = SMMU_TLB_INV_VA;
        info->el2 = true;
        return true;
    default:
        return false;
    }
}

/* By IPA: CRm 0 and 4 hold them all, Inner, Outer and local. */
static bool decode_ipa(uint8_t crm, uint8_t op2, Info *info)
{
    static const struct {
        uint8_t kind, reach;
    } outer[8] = {
        [0] = { IPA, BROADCAST }, [1] = { IPA, LOCAL },
        [2] = { IPA_RANGE, LOCAL }, [3] = { IPA_RANGE, BROADCAST },
        [4] = { IPA, BROADCAST }, [5] = { IPA, LOCAL },
        [6] = { IPA_RANGE, LOCAL }, [7] = { IPA_RANGE, BROADCAST },
    };

    info->scope = SMMU_TLB_INV_IPA;
    if (crm == 4) {
        info->kind = outer[op2].kind;
        info->reach = outer[op2].reach;
        return true;
    }
    info->reach = BROADCAST;
    info->kind = op2 == 1 || op2 == 5 ? IPA : IPA_RANGE;
    return op2 == 1 || op2 == 5 || op2 == 2 || op2 == 6;
}

static bool decode_encoding(uint8_t op1, uint8_t crm, uint8_t op2, Info *info)
{
    *info = (Info) { .kind = NOTHING };
    if ((op1 != OP1_EL1 && op1 != OP1_EL2) || op2 > 7) {
        return false;
    }
    switch (crm) {
    case 1:             /* Outer Shareable */
    case 3:             /* Inner Shareable */
    case 7:
        info->reach = crm == 7 ? LOCAL : BROADCAST;
        return op1 == OP1_EL1 ? decode_el1(op2, info) : decode_el2(op2, info);
    case 2:
    case 5:
    case 6:
        info->reach = crm == 6 ? LOCAL : BROADCAST;
        info->kind = RANGE;
        info->el2 = op1 == OP1_EL2;
        return by_address(op2, info) &&
               (op1 == OP1_EL1 || info->scope == SMMU_TLB_INV_VA);
    case 0:
    case 4:
        return op1 == OP1_EL2 && decode_ipa(crm, op2, info);
    default:
        return false;
    }
}

bool smmu_tlbi_concerns(uint8_t op1, uint8_t crm, uint8_t op2)
{
    Info info;

    return decode_encoding(op1, crm, op2, &info);
}

/* TTL and its granule, which say which entries are meant. */
static void set_level(SmmuTlbInv *inv, unsigned tg, unsigned ttl)
{
    static const uint8_t granules[4] = { 0, 12, 14, 16 };

    inv->tg = granules[tg & 3];
    inv->level = inv->tg && ttl ? ttl : SMMU_TLB_ANY_LEVEL;
}

static uint64_t sign_extend(uint64_t value, unsigned bits)
{
    uint64_t sign = 1ull << (bits - 1);

    return (value ^ sign) - sign;
}

static void set_page(SmmuTlbInv *inv, uint64_t operand, bool ipa, bool sign)
{
    inv->first = ipa ? SMMU_GET(operand, TLBI_IPA) << 12 :
                       SMMU_GET(operand, TLBI_VA) << 12;
    if (sign) {
        inv->first = sign_extend(inv->first, 56);
    }
    inv->last = inv->first | 0xfff;
    set_level(inv, SMMU_GET(operand, TLBI_TTL_TG),
              SMMU_GET(operand, TLBI_TTL));
}

/* False: a reserved granule, with which nothing is invalidated. */
static bool set_range(SmmuTlbInv *inv, uint64_t operand, bool ds, bool sign)
{
    static const uint8_t granules[4] = { 0, 12, 14, 16 };
    unsigned tg = granules[SMMU_GET(operand, TLBI_TG)];
    unsigned scale = SMMU_GET(operand, TLBI_SCALE);
    uint64_t base = SMMU_GET(operand, TLBI_BASE);
    uint64_t size = (SMMU_GET(operand, TLBI_NUM) + 1) << (5 * scale + 1);

    if (!tg) {
        return false;
    }
    if (sign) {
        base = sign_extend(base, TLBI_BASE_LEN);
    }
    inv->first = base << (ds ? DS_SHIFT : tg);
    inv->last = inv->first + (size << tg) - 1;
    if (inv->last < inv->first) {
        inv->last = UINT64_MAX;
    }
    set_level(inv, SMMU_GET(operand, TLBI_TG),
              SMMU_GET(operand, TLBI_RANGE_TTL));
    return true;
}

static SmmuRegime regime(const SmmuTlbiPe *pe, bool el2)
{
    static const SmmuRegime first[CCA_SEC_SID__COUNT] = {
        [CCA_SEC_SID_NS] = SMMU_REGIME_NS_EL1,
        [CCA_SEC_SID_SECURE] = SMMU_REGIME_S_EL1,
        [CCA_SEC_SID_REALM] = SMMU_REGIME_REALM_EL1,
    };

    /* A host's EL1 instructions are about EL2&0. */
    if (el2 || (pe->e2h && pe->tge)) {
        return first[pe->world] + (pe->e2h ? 2 : 1);
    }
    return first[pe->world];
}

bool smmu_tlbi_decode(const SmmuTlbi *tlbi, const SmmuTlbiPe *pe,
                      SmmuTlbInv *inv)
{
    bool host = pe->e2h && pe->tge, sign, ds;
    Info info;

    if (!decode_encoding(tlbi->op1, tlbi->crm, tlbi->op2, &info) ||
        (unsigned)pe->world >= CCA_SEC_SID__COUNT ||
        (info.reach == LOCAL && !(pe->force && tlbi->op1 == OP1_EL1))) {
        return false;
    }
    *inv = (SmmuTlbInv) {
        .scope = info.scope, .vmid = pe->vmid, .last = UINT64_MAX,
        .asid = SMMU_GET(tlbi->operand, TLBI_ASID),
        .level = SMMU_TLB_ANY_LEVEL, .broadcast = true,
    };
    /* ALLE1, VMALLS12E1 and those by IPA are never about a host. */
    inv->regime = info.el2 || tlbi->op1 == OP1_EL1 ?
                  regime(pe, info.el2) :
                  regime(&(SmmuTlbiPe) { .world = pe->world }, false);
    if (info.scope == SMMU_TLB_INV_VMID_S1 && host) {
        inv->scope = SMMU_TLB_INV_REGIME;
    }
    sign = !(info.el2 && !pe->e2h);
    ds = pe->ds[info.el2];
    switch (info.kind) {
    case ADDRESS:
        set_page(inv, tlbi->operand, false, sign);
        return true;
    case RANGE:
        return set_range(inv, tlbi->operand, ds, sign);
    case IPA:
        inv->ns_ipa = pe->world == CCA_SEC_SID_SECURE &&
                      SMMU_GET(tlbi->operand, TLBI_NS);
        set_page(inv, tlbi->operand, true, false);
        return true;
    case IPA_RANGE:
        inv->ns_ipa = pe->world == CCA_SEC_SID_SECURE &&
                      SMMU_GET(tlbi->operand, TLBI_NS);
        return set_range(inv, tlbi->operand, pe->ds2, false);
    default:
        return true;
    }
}
