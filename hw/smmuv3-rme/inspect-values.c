/*
 * Looking at an SMMU: the fields of its structures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "inspect.h"

typedef struct Values {
    SmmuNamedValue *value;
    unsigned n;
} Values;

static void put(Values *v, const char *name, uint64_t value)
{
    if (v->n < SMMU_NAMED_MAX) {
        v->value[v->n++] = (SmmuNamedValue) { name, value };
    }
}

static unsigned config_of(const SmmuSte *ste)
{
    return ste->abort ? STE_CONFIG_ABORT :
           STE_CONFIG_ON | (ste->s1 ? STE_CONFIG_S1 : 0) |
           (ste->s2 ? STE_CONFIG_S2 : 0);
}

static void put_s1(Values *v, const SmmuSte *ste)
{
    put(v, "S1ContextPtr", ste->s1contextptr);
    put(v, "S1CDMax", ste->s1cdmax);
    if (ste->s1cdmax) {
        put(v, "S1Fmt", ste->s1fmt);
        put(v, "S1DSS", ste->s1dss);
    }
    put(v, "S1CIR", ste->s1cir);
    put(v, "S1COR", ste->s1cor);
    put(v, "S1CSH", ste->s1csh);
    put(v, "S1STALLD", ste->s1stalld);
}

static void put_s2(Values *v, const SmmuSte *ste)
{
    const SmmuSteS2 *tt = &ste->s2tt[SMMU_STE_S2_TTB];
    const SmmuSteS2 *s_tt = &ste->s2tt[SMMU_STE_S2_S_TTB];

    put(v, "S2TTB", tt->ttb);
    put(v, "S2T0SZ", tt->t0sz);
    put(v, "S2SL0", tt->sl0 | tt->sl0_2 << 2);
    put(v, "S2TG (log2)", tt->granule);
    put(v, "S2PS (bits)", ste->s2ps);
    put(v, "S2DS", ste->s2ds);
    put(v, "S2IR0", ste->s2ir0);
    put(v, "S2OR0", ste->s2or0);
    put(v, "S2SH0", ste->s2sh0);
    put(v, "S2ENDI", ste->s2endi);
    put(v, "S2AFFD", ste->s2affd);
    put(v, "S2HA", ste->s2ha);
    put(v, "S2HD", ste->s2hd);
    put(v, "S2PTW", ste->s2ptw);
    put(v, "S2FWB", ste->s2fwb);
    put(v, "S2S", ste->s2s);
    put(v, "S2R", ste->s2r);
    if (ste->sec_sid != CCA_SEC_SID_SECURE) {
        return;
    }
    put(v, "S_S2TTB", s_tt->ttb);
    put(v, "S_S2T0SZ", s_tt->t0sz);
    put(v, "S_S2SL0", s_tt->sl0 | s_tt->sl0_2 << 2);
    put(v, "S_S2TG (log2)", s_tt->granule);
    put(v, "S2SW", ste->s2sw);
    put(v, "S2SA", ste->s2sa);
    put(v, "S2NSW", ste->s2nsw);
    put(v, "S2NSA", ste->s2nsa);
}

unsigned smmu_ste_values(const SmmuSte *ste,
                         SmmuNamedValue values[SMMU_NAMED_MAX])
{
    Values v = { values, 0 };

    if (ste->error != SMMU_STE_OK) {
        return 0;
    }
    put(&v, "Config", config_of(ste));
    if (ste->abort) {
        return v.n;
    }
    put(&v, "MEV", ste->mev);
    put(&v, "EATS", ste->eats);
    if (ste->s1) {
        put_s1(&v, ste);
    }
    if (ste->s1 || ste->s2) {
        put(&v, "S2VMID", ste->s2vmid);
    }
    if (ste->s2) {
        put_s2(&v, ste);
    }
    put(&v, "PRIVCFG", ste->privcfg);
    put(&v, "INSTCFG", ste->instcfg);
    put(&v, "SHCFG", ste->shcfg);
    put(&v, "ALLOCCFG", ste->alloccfg);
    if (ste->mtcfg) {
        put(&v, "MemAttr", ste->memattr);
    }
    if (ste->sec_sid != CCA_SEC_SID_NS) {
        put(&v, "NSCFG", ste->nscfg);
    }
    if (ste->sec_sid == CCA_SEC_SID_REALM) {
        put(&v, "MECID", ste->mecid);
    }
    return v.n;
}

static void put_half(Values *v, const SmmuCdHalf *h, unsigned which)
{
    static const char *const names[2][8] = {
        { "EPD0", "TTB0", "T0SZ", "TG0 (log2)", "TBI0", "HAD0", "E0PD0",
          "NSCFG0" },
        { "EPD1", "TTB1", "T1SZ", "TG1 (log2)", "TBI1", "HAD1", "E0PD1",
          "NSCFG1" },
    };
    const char *const *name = names[which];

    put(v, name[0], h->epd);
    if (!h->epd) {
        put(v, name[1], h->ttb);
        put(v, name[2], h->tsz);
        put(v, name[3], h->granule);
        put(v, name[4], h->tbi);
        put(v, name[5], h->had);
        put(v, name[6], h->e0pd);
        put(v, name[7], h->nscfg);
    }
}

unsigned smmu_cd_values(const SmmuCd *cd,
                        SmmuNamedValue values[SMMU_NAMED_MAX])
{
    Values v = { values, 0 };

    if (cd->error != SMMU_CD_OK) {
        return 0;
    }
    put_half(&v, &cd->half[0], 0);
    put_half(&v, &cd->half[1], 1);
    put(&v, "IPS (bits)", cd->ips);
    put(&v, "DS", cd->ds);
    put(&v, "ENDI", cd->endi);
    put(&v, "AFFD", cd->affd);
    put(&v, "HA", cd->ha);
    put(&v, "HD", cd->hd);
    put(&v, "WXN", cd->wxn);
    put(&v, "PAN", cd->pan);
    put(&v, "A", cd->a);
    put(&v, "R", cd->r);
    put(&v, "S", cd->s);
    put(&v, "ASET", cd->aset);
    put(&v, "ASID", cd->asid);
    put(&v, "MAIR", cd->mair);
    return v.n;
}

const char *smmu_ste_config_name(const SmmuSte *ste)
{
    if (ste->error != SMMU_STE_OK) {
        return "illegal";
    }
    switch (config_of(ste)) {
    case STE_CONFIG_BYPASS:
        return "bypass";
    case STE_CONFIG_S1_ONLY:
        return "stage 1";
    case STE_CONFIG_S2_ONLY:
        return "stage 2";
    case STE_CONFIG_NESTED:
        return "stage 1 and stage 2";
    default:
        return "abort";
    }
}

const char *smmu_ste_world_name(const SmmuSte *ste)
{
    static const char *const names[CCA_SEC_SID__COUNT][4] = {
        { "NS-EL1", "NS-EL2-E2H", "NS-EL2", "?" },
        { "Secure-EL1", "Secure-EL2-E2H", "Secure-EL2", "EL3" },
        { "Realm-EL1", "Realm-EL2-E2H", "Realm-EL2", "?" },
    };

    return names[ste->sec_sid % CCA_SEC_SID__COUNT][ste->world % 4];
}
