/*
 * Each GPI × address translation instructions: no check of the output, and
 * faults of the walk in PAR_EL1 or as an exception.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "place.h"

#define AT(name) extern const uint32_t stub_at_##name[];
AT(s1e3r) AT(s1e3w) AT(s1e2r) AT(s1e2w) AT(s1e1r) AT(s1e1w) AT(s1e0r)
AT(s12e1r) AT(s12e0r)

#define PAR_F       1ull
#define PAR_PTW     (1ull << 8)
#define PAR_S       (1ull << 9)
#define PAR_RES1    (1ull << 11)
#define PAR_PA      0x000ffffffffff000ull

struct at {
    const char *name;
    const uint32_t *stub;
    enum regime regime;
    unsigned lowest_el;     /* that it can be executed at */
    bool user, both_stages;
};

static const struct at ats[] = {
    { "AT S1E3R", stub_at_s1e3r, REGIME_EL3, 3, false, false },
    { "AT S1E3W", stub_at_s1e3w, REGIME_EL3, 3, false, false },
    { "AT S1E2R", stub_at_s1e2r, REGIME_EL2, 2, false, false },
    { "AT S1E2W", stub_at_s1e2w, REGIME_EL2, 2, false, false },
    { "AT S1E1R", stub_at_s1e1r, REGIME_EL10, 1, false, false },
    { "AT S1E1W", stub_at_s1e1w, REGIME_EL10, 1, false, false },
    { "AT S1E0R", stub_at_s1e0r, REGIME_EL10, 1, true, false },
    { "AT S12E1R", stub_at_s12e1r, REGIME_EL10, 2, false, true },
    { "AT S12E0R", stub_at_s12e0r, REGIME_EL10, 2, true, true },
};

static bool stage2_fault(const struct path *p)
{
    return p->place == PLACE_S2 || p->place == PLACE_S2_FOR_S1;
}

static struct outcome expect(const struct path *p, const struct at *at,
                             unsigned el, uint64_t va, unsigned gpcf,
                             bool scr_gpf, bool hcr_gpf)
{
    struct outcome out = { 0 };
    unsigned iss = path_xfsc(p) | ISS_CM | ISS_WNR;

    if (p->place == PLACE_OUTPUT || gpcf == GPCF_PASS) {
        /* S1 alone gives the IPA. */
        bool ipa = p->s2 && !at->both_stages &&
                   (p->place == PLACE_OUTPUT || p->place == PLACE_S2);

        out.x0 = ipa ? IPA : path_output(p);
        return out;
    }
    out.far = va;
    out.elr = (uint64_t)at->stub;
    if (gpcf == GPCF_WALK || (scr_gpf && el < 3)) {
        out.el = 3;
        iss |= stage2_fault(p) ? ISS_S2PTW : 0;
        iss |= ((gpcf & 0x3f) | 1) << 14;
        out.esr = ESR_MAKE(EC_GPC, iss);
        out.mfar = GRANULE | (uint64_t)(p->pas & 1) << 63 |
                   (uint64_t)(p->pas >> 1) << 62;
        return out;
    }
    if (el == 1 && (hcr_gpf || p->place == PLACE_S2_FOR_S1)) {
        out.el = 2;
        out.hpfar = path_hpfar(p);
        out.esr = ESR_MAKE(EC_DABT_LOWER, iss);
        return out;
    }
    out.x0 = PAR_F | PAR_RES1 | (0x24ull + p->level) << 1 |
             (stage2_fault(p) ? PAR_S : 0) |
             (p->place == PLACE_S2_FOR_S1 ? PAR_PTW : 0);
    return out;
}

static void try_at(const struct path *p, const struct at *at, unsigned el,
                   bool nso)
{
    for (int flags = 0; flags < 4; flags++) {
        bool scr_gpf = flags & 1, hcr_gpf = flags & 2;
        uint64_t va = path_set(p, scr_gpf ? SCR_GPF : 0,
                               hcr_gpf ? HCR_GPF : 0);

        for (unsigned g = first_gpi(nso); g <= last_gpi(nso); g++) {
            unsigned gpcf = gpi_verdict(g, p->pas, p->world, nso);
            struct outcome want = expect(p, at, el, va, gpcf, scr_gpf,
                                         hcr_gpf);
            const uint64_t x[5] = { va };
            struct outcome got;

            granule_is(g);
            got = pe_run(el, at->stub, x);
            if (got.el == 0 && !(got.x0 & PAR_F)) {
                got.x0 &= PAR_PA;
            }
            test_outcome(&want, &got, "%s at EL%u, %s, %s as %s%s, GPI %x, "
                         "SCR.GPF=%d HCR.GPF=%d%s", at->name, el,
                         world_name(p->world), path_text(p),
                         pas_name(p->pas), p->s2 ? ", stage 2 on" : "", g,
                         scr_gpf, hcr_gpf, nso ? ", NSO=1" : "");
        }
    }
    granule_is(GPI_ANY);
}

/* Stage 2 of the output does not come into a stage 1 translation. */
static bool meaningful(const struct path *p, const struct at *at)
{
    return path_possible(p) && !(at->both_stages && !p->s2) &&
           !(p->place == PLACE_S2 && !at->both_stages);
}

static void try_world(enum pas world, unsigned el, bool nso)
{
    for (unsigned i = 0; i < sizeof(ats) / sizeof(ats[0]); i++) {
        const struct at *at = &ats[i];
        struct path p = {
            .world = world, .user = at->user, .regime = at->regime,
        };

        if (el < at->lowest_el) {
            continue;
        }
        for (p.place = PLACE_OUTPUT; p.place <= PLACE_S2_FOR_S1; p.place++) {
            for (p.level = 0; p.level <= 3; p.level++) {
                for (int s2 = 0; s2 <= 1; s2++) {
                    p.s2 = s2;
                    if (p.place == PLACE_OUTPUT && p.level) {
                        continue;
                    }
                    for (p.pas = PAS_SECURE; p.pas <= PAS_REALM; p.pas++) {
                        if (meaningful(&p, at)) {
                            try_at(&p, at, el, nso);
                        }
                    }
                }
            }
        }
    }
}

void test_main(void)
{
    static const struct {
        const char *name;
        enum pas world;
        unsigned el;
    } groups[] = {
        { "gpi-at-root-el3", PAS_ROOT, 3 },
        { "gpi-at-ns-el3", PAS_NS, 3 },
        { "gpi-at-ns-el2", PAS_NS, 2 },
        { "gpi-at-ns-el1", PAS_NS, 1 },
        { "gpi-at-secure-el3", PAS_SECURE, 3 },
        { "gpi-at-secure-el2", PAS_SECURE, 2 },
        { "gpi-at-secure-el1", PAS_SECURE, 1 },
        { "gpi-at-realm-el3", PAS_REALM, 3 },
        { "gpi-at-realm-el2", PAS_REALM, 2 },
        { "gpi-at-realm-el1", PAS_REALM, 1 },
    };

    gpt_build(2, 0);
    for (unsigned i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        test_group(groups[i].name);
        gpt_on(0);
        try_world(groups[i].world, groups[i].el, false);
        if (gpt_rme() >= 2) {
            gpt_on(GPCCR_NSO);
            try_world(groups[i].world, groups[i].el, true);
        }
    }
}
