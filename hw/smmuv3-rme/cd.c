/*
 * Context Descriptors: decoding and validity.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "cd.h"
#include "ttparam.h"

enum { STALL_CONFIGURABLE = 0, STALL_NEVER = 1, STALL_ALWAYS = 2 };

/* Regimes with two halves have ASIDs and unprivileged accesses, too. */
static bool two_halves(const SmmuSte *ste)
{
    return ste->world == SMMU_WORLD_EL1 || ste->world == SMMU_WORLD_EL2_E2H;
}

static bool ds_of(const SmmuFeatures *f, const SmmuSte *ste,
                  const uint64_t *words)
{
    bool all_64k = SMMU_WGET(words, CD_TG0) == CD_TG0_64K &&
                   (!two_halves(ste) ||
                    SMMU_WGET(words, CD_TG1) == CD_TG1_64K);

    return f->ds && SMMU_WGET(words, CD_DS) && !all_64k;
}

/*
 * Checks and completes a half whose granule and tsz are set. Errors are those
 * of half 0; the ones of half 1 follow in the same order.
 */
static SmmuCdError decode_half(const SmmuFeatures *f, const SmmuCd *cd,
                               uint64_t ttb, SmmuCdHalf *half)
{
    unsigned ia_bits, tsz_min;
    int index_bits;

    if (!half->granule) {
        return SMMU_CD_BAD_TG0;
    }
    tsz_min = f->vax && (half->granule == 16 || cd->ds) ? 12 : 16;
    if (half->tsz < tsz_min || half->tsz > smmu_tsz_max(f, half->granule)) {
        return SMMU_CD_BAD_T0SZ;
    }
    if (!smmu_ttb_in_range(ttb, cd->ips, half->granule, cd->ds)) {
        return SMMU_CD_BAD_TTB0;
    }
    ia_bits = 64 - half->tsz;
    half->start_level = smmu_s1_start_level(half->granule, ia_bits);
    index_bits = smmu_index_bits(half->granule, ia_bits, half->start_level);
    half->ttb = smmu_ttb_align(ttb, index_bits, cd->ips);
    return SMMU_CD_OK;
}

static SmmuCdError decode_half0(const SmmuFeatures *f, const SmmuSte *ste,
                                const uint64_t *words, SmmuCd *cd)
{
    SmmuCdHalf *half = &cd->half[0];
    bool secure = ste->sec_sid == CCA_SEC_SID_SECURE;

    half->tbi = SMMU_WGET(words, CD_TBI0);
    half->e0pd = f->e0pd && two_halves(ste) && SMMU_WGET(words, CD_E0PD0);
    half->epd = two_halves(ste) && SMMU_WGET(words, CD_EPD0);
    if (half->epd) {
        return SMMU_CD_OK;
    }
    half->had = f->had && SMMU_WGET(words, CD_HAD0);
    half->nscfg = secure && SMMU_WGET(words, CD_NSCFG0);
    half->granule = smmu_tg0_log2(f, SMMU_WGET(words, CD_TG0));
    half->tsz = SMMU_WGET(words, CD_T0SZ);
    half->ir = SMMU_WGET(words, CD_IR0);
    half->or_ = SMMU_WGET(words, CD_OR0);
    half->sh = SMMU_WGET(words, CD_SH0);
    return decode_half(f, cd, SMMU_WIN_PLACE(words, CD_TTB0), half);
}

static SmmuCdError decode_half1(const SmmuFeatures *f, const SmmuSte *ste,
                                const uint64_t *words, SmmuCd *cd)
{
    SmmuCdHalf *half = &cd->half[1];
    bool secure = ste->sec_sid == CCA_SEC_SID_SECURE;
    SmmuCdError error;

    if (!two_halves(ste)) {
        half->epd = true;
        return SMMU_CD_OK;
    }
    half->tbi = SMMU_WGET(words, CD_TBI1);
    half->e0pd = f->e0pd && SMMU_WGET(words, CD_E0PD1);
    half->epd = SMMU_WGET(words, CD_EPD1);
    if (half->epd) {
        return SMMU_CD_OK;
    }
    half->had = f->had && SMMU_WGET(words, CD_HAD1);
    half->nscfg = secure && SMMU_WGET(words, CD_NSCFG1);
    half->granule = smmu_tg1_log2(f, SMMU_WGET(words, CD_TG1));
    half->tsz = SMMU_WGET(words, CD_T1SZ);
    half->ir = SMMU_WGET(words, CD_IR1);
    half->or_ = SMMU_WGET(words, CD_OR1);
    half->sh = SMMU_WGET(words, CD_SH1);
    error = decode_half(f, cd, SMMU_WIN_PLACE(words, CD_TTB1), half);
    return error == SMMU_CD_OK ? error :
           error + (SMMU_CD_BAD_TG1 - SMMU_CD_BAD_TG0);
}

static SmmuCdError decode(const SmmuFeatures *f, const SmmuSte *ste,
                          const uint64_t *words, SmmuCd *cd)
{
    unsigned stalls = smmu_stall_model(f, ste->sec_sid);
    SmmuCdError error;

    if (!SMMU_WGET(words, CD_V)) {
        return SMMU_CD_BAD_V;
    }
    cd->a = SMMU_WGET(words, CD_A);
    cd->s = SMMU_WGET(words, CD_S);
    cd->r = cd->s || SMMU_WGET(words, CD_R);
    if (cd->s ? ste->s1stalld || stalls == STALL_NEVER :
                stalls == STALL_ALWAYS) {
        return SMMU_CD_BAD_S;
    }
    if (!SMMU_WGET(words, CD_AA64)) {
        return SMMU_CD_BAD_AA64;
    }
    cd->ha = SMMU_WGET(words, CD_HA);
    cd->hd = SMMU_WGET(words, CD_HD);
    if (cd->ha && f->httu < 1) {
        return SMMU_CD_BAD_HA;
    }
    if (cd->hd && f->httu < 2) {
        return SMMU_CD_BAD_HD;
    }
    cd->hd &= cd->ha;                   /* {HD,HA} of {1,0} is reserved: off */
    cd->affd = SMMU_WGET(words, CD_AFFD) && !cd->ha;
    if (two_halves(ste)) {
        if (!f->asid16 && SMMU_WGET(words, CD_ASID_HI)) {
            return SMMU_CD_BAD_ASID;
        }
        cd->asid = SMMU_WGET(words, CD_ASID);
        cd->pan = SMMU_WGET(words, CD_PAN);
    }
    cd->aset = SMMU_WGET(words, CD_ASET);
    cd->wxn = SMMU_WGET(words, CD_WXN);
    cd->uwxn = SMMU_WGET(words, CD_UWXN);
    cd->ips = smmu_ps_bits(f, SMMU_WGET(words, CD_IPS));
    cd->ds = ds_of(f, ste, words);
    cd->mair = SMMU_WGET(words, CD_MAIR);

    error = decode_half0(f, ste, words, cd);
    if (error == SMMU_CD_OK) {
        error = decode_half1(f, ste, words, cd);
    }
    /* Without any walk, nothing has an endianness. */
    cd->endi = SMMU_WGET(words, CD_ENDI) &&
               !(cd->half[0].epd && cd->half[1].epd);
    return error;
}

bool smmu_cd_decode(SmmuCd *cd, const SmmuFeatures *f, const SmmuSte *ste,
                    const uint64_t words[CD_WORDS])
{
    SmmuCdError error;

    memset(cd, 0, sizeof(*cd));
    error = decode(f, ste, words, cd);
    if (error != SMMU_CD_OK) {
        memset(cd, 0, sizeof(*cd));
    }
    cd->error = error;
    return error == SMMU_CD_OK;
}

const char *smmu_cd_error_name(SmmuCdError error)
{
    static const char *const names[SMMU_CD__ERRORS] = {
        [SMMU_CD_OK] = "none",
        [SMMU_CD_BAD_V] = "V",
        [SMMU_CD_BAD_S] = "S",
        [SMMU_CD_BAD_AA64] = "AA64",
        [SMMU_CD_BAD_HA] = "HA",
        [SMMU_CD_BAD_HD] = "HD",
        [SMMU_CD_BAD_ASID] = "ASID",
        [SMMU_CD_BAD_TG0] = "TG0",
        [SMMU_CD_BAD_T0SZ] = "T0SZ",
        [SMMU_CD_BAD_TTB0] = "TTB0",
        [SMMU_CD_BAD_TG1] = "TG1",
        [SMMU_CD_BAD_T1SZ] = "T1SZ",
        [SMMU_CD_BAD_TTB1] = "TTB1",
    };

    return error < SMMU_CD__ERRORS ? names[error] : "?";
}
