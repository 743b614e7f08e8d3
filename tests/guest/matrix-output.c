/*
 * Each GPI × each PAS × each kind of access from each EL of each world: the
 * check of the output of a translation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "matrix.h"

struct config {
    enum pas world, pas;
    unsigned el;
    bool s2, nso;
    enum op op;
};

static bool is_atomic(enum op op)
{
    return op == OP_LDADD || op == OP_SWP || op == OP_CAS || op == OP_LDXR;
}

/* Code may be fetched by Root from Root and by Realm from Realm only. */
static bool fetch_forbidden(const struct config *c)
{
    return c->op == OP_FETCH && c->pas != c->world &&
           (c->world == PAS_ROOT || c->world == PAS_REALM);
}

static struct outcome expect(const struct config *c, unsigned gpi,
                             bool scr_gpf, bool hcr_gpf)
{
    uint64_t offset = c->op == OP_FETCH ? FETCH_OFFSET : OFFSET;
    unsigned gpcf = gpi_verdict(gpi, c->pas, c->world, c->nso);
    struct outcome out = { 0 };

    if (fetch_forbidden(c)) {
        /* Permission fault of level 3: comes before granule protection. */
        out.el = c->s2 ? 2 : c->el;
        out.esr = ESR_MAKE(c->el == out.el ? EC_IABT_SAME : EC_IABT_LOWER,
                           0xf);
        out.far = VA + offset;
        out.elr = VA + offset;
        out.hpfar = c->s2 ? (IPA >> 12) << 4 : 0;
        return out;
    }
    if (gpcf != GPCF_PASS) {
        return access_fault(c->op, c->el, VA + offset, GRANULE, c->pas, gpcf,
                            1, scr_gpf, hcr_gpf);
    }
    switch (c->op) {
    case OP_STORE:
        break;
    case OP_FETCH:
        out.x0 = FETCH_MAGIC;
        break;
    case OP_LDRB:
        out.x0 = WORD & 0xff;
        break;
    default:
        out.x0 = WORD;
        break;
    }
    return out;
}

/* What is in memory afterwards: a fault leaves no trace. */
static void check_memory(const struct config *c, unsigned gpi, bool passed,
                         uint64_t operand)
{
    volatile uint64_t *word = (uint64_t *)(GRANULE + OFFSET);
    uint64_t want = !passed ? WORD : c->op == OP_LDADD ? WORD + operand :
                    operand;

    granule_is(GPI_ANY);
    test_case(*word == want,
              "memory after %s %s EL%u as %s, GPI %x: expected %lx, got %lx",
              op_name(c->op), world_name(c->world), c->el, pas_name(c->pas),
              gpi, (unsigned long)want, (unsigned long)*word);
    *word = WORD;
}

static void try_gpi(const struct config *c, unsigned gpi, bool scr_gpf,
                    bool hcr_gpf)
{
    uint64_t operand = 0x0102030405060708ull + gpi;
    uint64_t offset = c->op == OP_FETCH ? FETCH_OFFSET : OFFSET;
    const uint64_t x[5] = { VA + offset, operand, WORD };
    struct outcome want = expect(c, gpi, scr_gpf, hcr_gpf);
    struct outcome got;

    granule_is(gpi);
    got = pe_run(c->el, op_stub(c->op, c->el), x);
    test_outcome(&want, &got,
                 "%s from %s EL%u as %s%s, GPI %x, SCR.GPF=%d HCR.GPF=%d%s",
                 op_name(c->op), world_name(c->world), c->el,
                 pas_name(c->pas), c->s2 ? ", stage 2 on" : "", gpi,
                 scr_gpf, hcr_gpf, c->nso ? ", NSO=1" : "");
    if (c->op == OP_STORE || is_atomic(c->op)) {
        check_memory(c, gpi, want.el == 0, operand);
    }
}

static void try_config(const struct config *c)
{
    enum regime regime = c->el == 3 ? REGIME_EL3 :
                         c->el == 2 ? REGIME_EL2 : REGIME_EL10;
    bool realm_ns = c->world == PAS_REALM && c->pas == PAS_NS;

    mmu_reset_windows();
    mmu_s1[regime].win[3][VA_SLOT] =
        mmu_page(regime, c->s2 ? IPA : GRANULE, c->pas, c->el == 0);
    mmu_s2.win[3][IPA_SLOT] = mmu_s2_page(GRANULE, realm_ns);
    granule_is(GPI_ANY);
    access_fill(GRANULE, WORD);
    for (int flags = 0; flags < 4; flags++) {
        bool scr_gpf = flags & 1, hcr_gpf = flags & 2;

        if ((hcr_gpf && c->el > 1) || (scr_gpf && c->el > 2)) {
            continue;
        }
        pe_set_world(c->world, scr_gpf ? SCR_GPF : 0);
        mmu_stage2(c->s2, false, c->pas == PAS_NS, hcr_gpf ? HCR_GPF : 0);
        for (unsigned g = first_gpi(c->nso); g <= last_gpi(c->nso); g++) {
            try_gpi(c, g, scr_gpf, hcr_gpf);
        }
    }
    granule_is(GPI_ANY);
}

static void try_world(enum pas world, unsigned el, bool nso)
{
    for (enum pas pas = PAS_SECURE; pas <= PAS_REALM; pas++) {
        for (int s2 = 0; s2 <= (el < 2); s2++) {
            /* In Realm EL1&0 it takes stage 2 to reach the NS PAS. */
            bool reach = world_reaches(world, pas) &&
                         !(world == PAS_REALM && pas == PAS_NS && el < 2 &&
                           !s2);

            for (enum op op = 0; reach && op < OP_LOOP; op++) {
                try_config(&(struct config) {
                    .world = world, .pas = pas, .el = el, .s2 = s2,
                    .nso = nso, .op = op,
                });
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
        { "gpi-output-root-el3", PAS_ROOT, 3 },
        { "gpi-output-ns-el2", PAS_NS, 2 },
        { "gpi-output-ns-el1", PAS_NS, 1 },
        { "gpi-output-ns-el0", PAS_NS, 0 },
        { "gpi-output-secure-el2", PAS_SECURE, 2 },
        { "gpi-output-secure-el1", PAS_SECURE, 1 },
        { "gpi-output-secure-el0", PAS_SECURE, 0 },
        { "gpi-output-realm-el2", PAS_REALM, 2 },
        { "gpi-output-realm-el1", PAS_REALM, 1 },
        { "gpi-output-realm-el0", PAS_REALM, 0 },
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
