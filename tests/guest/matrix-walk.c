/*
 * Each GPI × each PAS × each level of stage 1 and stage 2 tables: the check
 * of what a translation table walk reads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "place.h"

static bool stage2_fault(const struct path *p)
{
    return p->place == PLACE_S2 || p->place == PLACE_S2_FOR_S1;
}

/* Instruction syndrome of LDR X0 and STR X2, for stage 2 Data Aborts. */
static unsigned isv(enum op op)
{
    unsigned ldst64 = 1u << 24 | 3u << 22 | 1u << 15;

    switch (op) {
    case OP_LOAD:
        return ldst64;
    case OP_STORE:
        return ldst64 | 2u << 16;
    default:
        return 0;
    }
}

static struct outcome expect(const struct path *p, unsigned el, enum op op,
                             uint64_t va, unsigned gpcf, bool scr_gpf,
                             bool hcr_gpf)
{
    struct outcome out = { 0 };
    unsigned iss = path_xfsc(p) | (op_writes(op) ? ISS_WNR : 0);
    bool ind = op == OP_FETCH;

    if (gpcf == GPCF_PASS) {
        out.x0 = ind ? FETCH_MAGIC : op == OP_STORE ? 0 : WORD;
        return out;
    }
    out.far = va;
    out.elr = op_fault_pc(op, el, va);
    if (gpcf == GPCF_WALK || (scr_gpf && el < 3)) {
        out.el = 3;
        iss |= ind ? ISS_IND : 0;
        iss |= stage2_fault(p) ? ISS_S2PTW : 0;
        iss |= ((gpcf & 0x3f) | 1) << 14;
        out.esr = ESR_MAKE(EC_GPC, iss);
        out.mfar = GRANULE | (uint64_t)(p->pas & 1) << 63 |
                   (uint64_t)(p->pas >> 1) << 62;
        return out;
    }
    if (stage2_fault(p)) {
        out.el = 2;
        out.hpfar = path_hpfar(p);
        iss |= p->place == PLACE_S2 ? isv(op) : 0;
    } else {
        out.el = el >= 2 ? el : hcr_gpf ? 2 : 1;
    }
    if (ind) {
        iss &= ~ISS_WNR;
    }
    out.esr = ESR_MAKE((ind ? EC_IABT_LOWER : EC_DABT_LOWER) +
                       (out.el == el), iss);
    return out;
}

static void try_path(const struct path *p, unsigned el, enum op op, bool nso)
{
    for (int flags = 0; flags < 4; flags++) {
        bool scr_gpf = flags & 1, hcr_gpf = flags & 2;
        uint64_t va;

        if ((hcr_gpf && el > 1) || (scr_gpf && el > 2)) {
            continue;
        }
        va = path_set(p, scr_gpf ? SCR_GPF : 0, hcr_gpf ? HCR_GPF : 0);
        va += op == OP_FETCH ? FETCH_OFFSET : OFFSET;
        for (unsigned g = first_gpi(nso); g <= last_gpi(nso); g++) {
            unsigned gpcf = gpi_verdict(g, p->pas, p->world, nso);
            struct outcome want = expect(p, el, op, va, gpcf, scr_gpf,
                                         hcr_gpf);
            const uint64_t x[5] = { va, WORD, WORD };
            struct outcome got;

            granule_is(g);
            if (op == OP_LDADD) {
                *(volatile uint64_t *)(GOOD + OFFSET) = WORD;
            }
            got = pe_run(el, op_stub(op, el), x);
            test_outcome(&want, &got, "%s from %s EL%u, %s as %s%s, GPI %x, "
                         "SCR.GPF=%d HCR.GPF=%d%s", op_name(op),
                         world_name(p->world), el, path_text(p),
                         pas_name(p->pas), p->s2 ? ", stage 2 on" : "", g,
                         scr_gpf, hcr_gpf, nso ? ", NSO=1" : "");
        }
    }
    granule_is(GPI_ANY);
}

static void try_world(enum pas world, unsigned el, bool nso)
{
    static const enum op some_ops[] = {
        OP_LOAD, OP_STORE, OP_FETCH, OP_LDADD, OP_LDP,
    };
    struct path p = {
        .world = world, .user = el == 0,
        .regime = el == 3 ? REGIME_EL3 : el == 2 ? REGIME_EL2 : REGIME_EL10,
    };

    for (p.place = PLACE_S1; p.place <= PLACE_S2_FOR_S1; p.place++) {
        for (p.level = 0; p.level <= 3; p.level++) {
            for (int s2 = 0; s2 <= 1; s2++) {
                p.s2 = s2;
                for (p.pas = PAS_SECURE; p.pas <= PAS_REALM; p.pas++) {
                    for (unsigned i = 0; path_possible(&p) && i < 5; i++) {
                        try_path(&p, el, some_ops[i], nso);
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
        { "gpi-walk-root-el3", PAS_ROOT, 3 },
        { "gpi-walk-ns-el2", PAS_NS, 2 },
        { "gpi-walk-ns-el1", PAS_NS, 1 },
        { "gpi-walk-ns-el0", PAS_NS, 0 },
        { "gpi-walk-secure-el2", PAS_SECURE, 2 },
        { "gpi-walk-secure-el1", PAS_SECURE, 1 },
        { "gpi-walk-secure-el0", PAS_SECURE, 0 },
        { "gpi-walk-realm-el2", PAS_REALM, 2 },
        { "gpi-walk-realm-el1", PAS_REALM, 1 },
        { "gpi-walk-realm-el0", PAS_REALM, 0 },
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
