/*
 * Stream Table Entries: decoding and validity.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "ste.h"
#include "ttparam.h"

/* What one decoding is about. */
typedef struct SteInput {
    const SmmuFeatures *f;
    const uint64_t *words;
    CcaSecSid sec_sid;
    unsigned config;
    bool strw_unused;
} SteInput;

enum { STALL_CONFIGURABLE = 0, STALL_NEVER = 1, STALL_ALWAYS = 2 };

/* Field @name of this STE. */
#define GET(in, name) SMMU_WGET((in)->words, name)

unsigned smmu_stall_model(const SmmuFeatures *f, CcaSecSid sec_sid)
{
    if (sec_sid == CCA_SEC_SID_REALM || !f->stall) {
        return STALL_NEVER;
    }
    return f->stall_forced ? STALL_ALWAYS : STALL_CONFIGURABLE;
}

static bool has_s2(const SteInput *in)
{
    return in->f->s2p &&
           (in->sec_sid != CCA_SEC_SID_SECURE || in->f->secure_impl);
}

/* With stage 2, or without any stage, the regime is known without STRW. */
static bool strw_unused(const SteInput *in)
{
    return !in->f->s1p ||
           (in->sec_sid == CCA_SEC_SID_NS && !in->f->hyp) ||
           in->config != STE_CONFIG_S1_ONLY;
}

static bool vmid_unused(const SteInput *in)
{
    return !has_s2(in) || in->config == STE_CONFIG_BYPASS ||
           (!in->strw_unused && GET(in, STE_STRW) != STE_STRW_EL1) ||
           (in->sec_sid == CCA_SEC_SID_SECURE &&
            in->config == STE_CONFIG_S1_ONLY);
}

static bool s2ds_of(const SteInput *in)
{
    return in->f->ds && GET(in, STE_S2DS) &&
           GET(in, STE_S2TG) != STE_TG_64K &&
           !(in->sec_sid == CCA_SEC_SID_SECURE &&
             GET(in, STE_S_S2TG) == STE_TG_64K);
}

/* EATS: what counts, before ATSCHK. */
static unsigned eats_of(const SteInput *in)
{
    unsigned eats = GET(in, STE_EATS);

    if (!in->f->ats || in->sec_sid == CCA_SEC_SID_SECURE ||
        !(in->config & (STE_CONFIG_S1 | STE_CONFIG_S2))) {
        return STE_EATS_OFF;
    }
    if (eats == STE_EATS_DPT &&
        !(in->f->dpt && in->sec_sid == CCA_SEC_SID_REALM)) {
        return STE_EATS_OFF;
    }
    return eats;
}

static SmmuSteError decode_ats(const SteInput *in, SmmuSte *ste)
{
    bool s2 = in->config & STE_CONFIG_S2;
    bool s2s = GET(in, STE_S2S);

    ste->eats = eats_of(in);
    switch (ste->eats) {
    case STE_EATS_SPLIT:
        return in->config != STE_CONFIG_NESTED || s2s ?
               SMMU_STE_BAD_EATS_SPLIT : SMMU_STE_OK;
    case STE_EATS_FULL:
        return s2 && s2s ? SMMU_STE_BAD_EATS_STALL : SMMU_STE_OK;
    case STE_EATS_DPT:
        if (s2 && s2s) {
            return SMMU_STE_BAD_EATS_STALL;
        }
        if (!in->strw_unused && GET(in, STE_STRW) != STE_STRW_EL1) {
            return SMMU_STE_BAD_EATS_DPT;
        }
        ste->dpt_vmatch = GET(in, STE_DPT_VMATCH);
        return ste->dpt_vmatch ? SMMU_STE_BAD_DPT_VMATCH : SMMU_STE_OK;
    default:
        return SMMU_STE_OK;
    }
}

static SmmuSteError decode_world(const SteInput *in, bool e2h, SmmuSte *ste)
{
    bool secure = in->sec_sid == CCA_SEC_SID_SECURE;

    ste->world = SMMU_WORLD_EL1;
    if (in->strw_unused) {
        return SMMU_STE_OK;
    }
    switch (GET(in, STE_STRW)) {
    case STE_STRW_EL1:
        return SMMU_STE_OK;
    case STE_STRW_EL2:
        ste->world = e2h ? SMMU_WORLD_EL2_E2H : SMMU_WORLD_EL2;
        return secure && !in->f->secure_impl ? SMMU_STE_BAD_STRW :
                                               SMMU_STE_OK;
    case STE_STRW_EL3:
        /* With RME (IDR0.RME_IMPL), EL3 has no streams. */
        ste->world = SMMU_WORLD_EL3;
        return !secure || in->f->root_impl ? SMMU_STE_BAD_STRW : SMMU_STE_OK;
    default:
        return SMMU_STE_BAD_STRW;
    }
}

/* log2 of the bytes that S1ContextPtr points to. */
static unsigned cd_table_log2(unsigned fmt, unsigned cdmax)
{
    unsigned leaf = fmt == STE_S1FMT_4K ? 6 : 10;
    unsigned l1;

    if (fmt == STE_S1FMT_LINEAR) {
        return 6 + cdmax;               /* CDs */
    }
    l1 = cdmax > leaf ? cdmax - leaf + 3 : 0;       /* L1CDs */
    return l1 > 6 ? l1 : 6;
}

static SmmuSteError decode_s1(const SteInput *in, SmmuSte *ste)
{
    const SmmuFeatures *f = in->f;
    uint64_t ptr = SMMU_WIN_PLACE(in->words, STE_S1CONTEXTPTR);

    ste->s1stalld = GET(in, STE_S1STALLD);
    if (ste->s1stalld &&
        smmu_stall_model(f, in->sec_sid) != STALL_CONFIGURABLE) {
        return SMMU_STE_BAD_S1STALLD;
    }

    ste->s1cdmax = f->ssid_bits ? GET(in, STE_S1CDMAX) : 0;
    if (ste->s1cdmax > f->ssid_bits) {
        return SMMU_STE_BAD_S1CDMAX;
    }
    if (ste->s1cdmax) {
        ste->s1fmt = GET(in, STE_S1FMT);
        if (ste->s1fmt == STE_S1FMT_RESERVED) {
            ste->s1fmt = STE_S1FMT_LINEAR;
        }
        if (ste->s1fmt != STE_S1FMT_LINEAR && !f->cd2l) {
            return SMMU_STE_BAD_S1FMT;
        }
        ste->s1dss = GET(in, STE_S1DSS);
        if (ste->s1dss == STE_S1DSS_RESERVED) {
            ste->s1dss = STE_S1DSS_TERMINATE;
        }
    }
    ste->s1cir = GET(in, STE_S1CIR);
    ste->s1cor = GET(in, STE_S1COR);
    ste->s1csh = GET(in, STE_S1CSH);

    /* The IPA size is that of PAs: there is no AArch32 (section 3.4). */
    if (ptr & ~smmu_low_bits(f->oas)) {
        return SMMU_STE_BAD_S1CONTEXTPTR;
    }
    ste->s1contextptr =
        ptr & ~smmu_low_bits(cd_table_log2(ste->s1fmt, ste->s1cdmax));
    return SMMU_STE_OK;
}

/* What S2TG, S2TTB, S2T0SZ, S2SL0 say, or those with S_ in front. */
static SmmuSteError decode_s2tt(const SteInput *in, const SmmuSte *ste,
                                unsigned tg, uint64_t ttb, SmmuSteS2 *tt)
{
    const SmmuFeatures *f = in->f;
    unsigned t0sz_min;
    int level, index_bits;

    tt->granule = smmu_tg0_log2(f, tg);
    if (!tt->granule) {
        return SMMU_STE_BAD_S2TG;
    }
    if (!smmu_ttb_in_range(ttb, ste->s2ps, tt->granule, ste->s2ds)) {
        return SMMU_STE_BAD_S2TTB;
    }

    t0sz_min = tt->granule == 16 || ste->s2ds ? 12 : 16;
    if (t0sz_min < 64u - f->oas) {
        t0sz_min = 64 - f->oas;
    }
    if (tt->t0sz < t0sz_min || tt->t0sz > smmu_tsz_max(f, tt->granule)) {
        return SMMU_STE_BAD_S2T0SZ;
    }

    /*
     * The table at the starting level has at least two entries, and is no
     * larger than 16 tables in a row.
     */
    if (!smmu_s2_start_level(f, tt->granule, ste->s2ds, tt->sl0_2, tt->sl0,
                             &level)) {
        return SMMU_STE_BAD_S2SL0;
    }
    index_bits = smmu_index_bits(tt->granule, 64 - tt->t0sz, level);
    if (index_bits < 1 || index_bits > tt->granule - 3 + 4) {
        return SMMU_STE_BAD_S2SL0;
    }
    tt->start_level = level;
    tt->sl0_2 = level < 0;
    tt->ttb = smmu_ttb_align(ttb, index_bits, ste->s2ps);
    return SMMU_STE_OK;
}

static SmmuSteError decode_s2_secure(const SteInput *in, SmmuSte *ste)
{
    SmmuSteS2 *tt = &ste->s2tt[SMMU_STE_S2_S_TTB];
    SmmuSteError error;

    /* What S2SW and S2NSW turn Non-secure stays so. */
    ste->s2sw = GET(in, STE_S2SW);
    ste->s2sa = ste->s2sw || GET(in, STE_S2SA);
    ste->s2nsw = GET(in, STE_S2NSW);
    ste->s2nsa = ste->s2nsw || ste->s2sa || GET(in, STE_S2NSA);

    tt->t0sz = GET(in, STE_S_S2T0SZ);
    tt->sl0 = GET(in, STE_S_S2SL0);
    tt->sl0_2 = GET(in, STE_S_S2SL0_2);
    error = decode_s2tt(in, ste, GET(in, STE_S_S2TG),
                        SMMU_WIN_PLACE(in->words, STE_S_S2TTB), tt);
    switch (error) {
    case SMMU_STE_BAD_S2TG:
        return SMMU_STE_BAD_S_S2TG;
    case SMMU_STE_BAD_S2TTB:
        return SMMU_STE_BAD_S_S2TTB;
    case SMMU_STE_BAD_S2T0SZ:
        return SMMU_STE_BAD_S_S2T0SZ;
    case SMMU_STE_BAD_S2SL0:
        return SMMU_STE_BAD_S_S2SL0;
    default:
        return error;
    }
}

static SmmuSteError decode_s2(const SteInput *in, SmmuSte *ste)
{
    const SmmuFeatures *f = in->f;
    unsigned stalls = smmu_stall_model(f, in->sec_sid);
    SmmuSteS2 *tt = &ste->s2tt[SMMU_STE_S2_TTB];
    SmmuSteError error;

    ste->s2s = GET(in, STE_S2S);
    ste->s2r = GET(in, STE_S2R) || ste->s2s;
    if (stalls == (ste->s2s ? STALL_NEVER : STALL_ALWAYS)) {
        return SMMU_STE_BAD_S2S;
    }
    if (!GET(in, STE_S2AA64)) {
        return SMMU_STE_BAD_S2AA64;
    }
    ste->s2ha = GET(in, STE_S2HA);
    ste->s2hd = GET(in, STE_S2HD);
    if (ste->s2ha && f->httu < 1) {
        return SMMU_STE_BAD_S2HA;
    }
    if (ste->s2hd && f->httu < 2) {
        return SMMU_STE_BAD_S2HD;
    }
    ste->s2hd &= ste->s2ha;             /* {0,1} is reserved: off */
    ste->s2affd = GET(in, STE_S2AFFD) && !ste->s2ha;
    ste->s2ptw = ste->s1 && GET(in, STE_S2PTW);
    ste->s2fwb = f->fwb && GET(in, STE_S2FWB);
    ste->s2endi = GET(in, STE_S2ENDI);
    ste->s2ir0 = GET(in, STE_S2IR0);
    ste->s2or0 = GET(in, STE_S2OR0);
    ste->s2sh0 = GET(in, STE_S2SH0);
    ste->s2ps = smmu_ps_bits(f, GET(in, STE_S2PS));
    ste->s2ds = s2ds_of(in);

    tt->t0sz = GET(in, STE_S2T0SZ);
    tt->sl0 = GET(in, STE_S2SL0);
    tt->sl0_2 = GET(in, STE_S2SL0_2);
    error = decode_s2tt(in, ste, GET(in, STE_S2TG),
                        SMMU_WIN_PLACE(in->words, STE_S2TTB), tt);
    if (error == SMMU_STE_OK && in->sec_sid == CCA_SEC_SID_SECURE) {
        error = decode_s2_secure(in, ste);
    }
    return error;
}

/* Overrides: reserved values are those that they behave as. */
static void decode_overrides(const SteInput *in, SmmuSte *ste)
{
    ste->mtcfg = GET(in, STE_MTCFG);
    ste->memattr = ste->mtcfg ? GET(in, STE_MEMATTR) : 0;
    ste->alloccfg = GET(in, STE_ALLOCCFG);
    ste->shcfg = GET(in, STE_SHCFG);
    ste->privcfg = GET(in, STE_PRIVCFG);
    if (ste->privcfg < STE_PRIVCFG_UNPRIV) {
        ste->privcfg = STE_PRIVCFG_INCOMING;
    }
    ste->instcfg = GET(in, STE_INSTCFG);
    if (ste->instcfg < STE_INSTCFG_DATA) {
        ste->instcfg = STE_INSTCFG_INCOMING;
    }

    /*
     * NSCFG says which address space a stream without stage 1 is in. Where
     * S1DSS makes stage 1 be bypassed, it counts as well; for Realm streams
     * always, because of ATS Translated transactions (section 3.9.1.3).
     */
    if (in->sec_sid == CCA_SEC_SID_REALM ||
        (in->sec_sid == CCA_SEC_SID_SECURE &&
         (!ste->s1 || ste->s1dss == STE_S1DSS_BYPASS))) {
        ste->nscfg = GET(in, STE_NSCFG);
        if (ste->nscfg == STE_NSCFG_CHECK) {
            ste->nscfg = STE_NSCFG_INCOMING;
        }
    }
}

static SmmuSteError decode(SteInput *in, bool e2h, SmmuSte *ste)
{
    const SmmuFeatures *f = in->f;
    SmmuSteError error;

    if (!GET(in, STE_V)) {
        return SMMU_STE_BAD_V;
    }
    ste->cont = GET(in, STE_CONT);
    if (!(in->config & STE_CONFIG_ON)) {
        ste->abort = true;
        return SMMU_STE_OK;
    }
    ste->s1 = in->config & STE_CONFIG_S1;
    ste->s2 = in->config & STE_CONFIG_S2;
    if (ste->s1 && !f->s1p) {
        return SMMU_STE_BAD_S1;
    }
    if (ste->s2 && !has_s2(in)) {
        return SMMU_STE_BAD_S2;
    }

    error = decode_ats(in, ste);
    if (error == SMMU_STE_OK) {
        error = decode_world(in, e2h, ste);
    }
    if (error == SMMU_STE_OK && ste->s1) {
        error = decode_s1(in, ste);
    }
    if (error == SMMU_STE_OK && ste->s2) {
        error = decode_s2(in, ste);
    }
    if (error != SMMU_STE_OK) {
        return error;
    }
    if (!vmid_unused(in)) {
        if (!f->vmid16 && GET(in, STE_S2VMID_HI)) {
            return SMMU_STE_BAD_S2VMID;
        }
        ste->s2vmid = GET(in, STE_S2VMID);
    }

    decode_overrides(in, ste);
    ste->dre = GET(in, STE_DRE);
    ste->dcp = GET(in, STE_DCP);
    ste->ppar = f->pri && f->ssid_bits && (f->pps || GET(in, STE_PPAR));
    if (in->sec_sid == CCA_SEC_SID_REALM && f->mec) {
        /* Bits above R_MECIDR.MECIDSIZE are taken as 0. */
        ste->mecid = GET(in, STE_MECID) & smmu_low_bits(f->mecid_bits);
    }
    return SMMU_STE_OK;
}

bool smmu_ste_decode(SmmuSte *ste, const SmmuFeatures *f, CcaSecSid sec_sid,
                     bool e2h, const uint64_t words[STE_WORDS])
{
    SteInput in = {
        .f = f, .words = words, .sec_sid = sec_sid,
        .config = SMMU_WGET(words, STE_CONFIG),
    };
    SmmuSteError error;

    in.strw_unused = strw_unused(&in);
    memset(ste, 0, sizeof(*ste));
    error = decode(&in, e2h, ste);
    if (error != SMMU_STE_OK) {
        memset(ste, 0, sizeof(*ste));
    }
    ste->error = error;
    ste->sec_sid = sec_sid;
    ste->mev = SMMU_WGET(words, STE_V) && SMMU_WGET(words, STE_MEV);
    return error == SMMU_STE_OK;
}

uint8_t smmu_ste_eats(const SmmuSte *ste, bool atschk)
{
    /* Realm DPT streams are checked whatever ATSCHK says. */
    return ste->eats == STE_EATS_SPLIT && !atschk ? STE_EATS_OFF : ste->eats;
}

const char *smmu_ste_error_name(SmmuSteError error)
{
    static const char *const names[SMMU_STE__ERRORS] = {
        [SMMU_STE_OK] = "none",
        [SMMU_STE_BAD_V] = "V",
        [SMMU_STE_BAD_S1] = "Config (stage 1)",
        [SMMU_STE_BAD_S2] = "Config (stage 2)",
        [SMMU_STE_BAD_EATS_SPLIT] = "EATS (split stage)",
        [SMMU_STE_BAD_EATS_STALL] = "EATS (stall)",
        [SMMU_STE_BAD_EATS_DPT] = "EATS (DPT)",
        [SMMU_STE_BAD_DPT_VMATCH] = "DPT_VMATCH",
        [SMMU_STE_BAD_STRW] = "STRW",
        [SMMU_STE_BAD_S1STALLD] = "S1STALLD",
        [SMMU_STE_BAD_S1CDMAX] = "S1CDMax",
        [SMMU_STE_BAD_S1FMT] = "S1Fmt",
        [SMMU_STE_BAD_S1CONTEXTPTR] = "S1ContextPtr",
        [SMMU_STE_BAD_S2AA64] = "S2AA64",
        [SMMU_STE_BAD_S2S] = "S2S",
        [SMMU_STE_BAD_S2HA] = "S2HA",
        [SMMU_STE_BAD_S2HD] = "S2HD",
        [SMMU_STE_BAD_S2VMID] = "S2VMID",
        [SMMU_STE_BAD_S2TG] = "S2TG",
        [SMMU_STE_BAD_S2TTB] = "S2TTB",
        [SMMU_STE_BAD_S2T0SZ] = "S2T0SZ",
        [SMMU_STE_BAD_S2SL0] = "S2SL0",
        [SMMU_STE_BAD_S_S2TG] = "S_S2TG",
        [SMMU_STE_BAD_S_S2TTB] = "S_S2TTB",
        [SMMU_STE_BAD_S_S2T0SZ] = "S_S2T0SZ",
        [SMMU_STE_BAD_S_S2SL0] = "S_S2SL0",
    };

    return error < SMMU_STE__ERRORS ? names[error] : "?";
}
