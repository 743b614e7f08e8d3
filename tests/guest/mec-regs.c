/*
 * Registers and instructions of FEAT_MEC, FEAT_SCTLR2 and FEAT_TCR2: what is
 * undefined or trapped where, which bits are there, which register a name
 * means. With mec=off: nothing of it exists.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "mec.h"
#include "sysreg.h"
#include "test.h"

#define EC_SYSREG       0x18
#define SCR_FGTEN       (1ull << 27)
#define SCR_HXEN        (1ull << 38)
#define SCR_EEL2        (1ull << 18)
#define HCRX_TCR2EN     (1ull << 14)
#define HCRX_SCTLR2EN   (1ull << 15)
#define HCR_TVM         (1ull << 26)
#define HCR_TRVM        (1ull << 30)
#define HCR_NV          (1ull << 42)
#define HFG_SCTLR_EL1   (1ull << 29)
#define HFG_TCR_EL1     (1ull << 32)
#define HCRX_EL2        S3_4_C1_C2_2
#define HFGRTR_EL2      S3_4_C1_C1_4
#define HFGWTR_EL2      S3_4_C1_C1_5
#define EMEC            (1ull << 1)
#define AMEC            (3ull << 12)

/* In the order of mec-stubs.S: the first and the last of each kind. */
enum {
    SCTLR2_1, SCTLR2_12, SCTLR2_2, SCTLR2_3, TCR2_1, TCR2_12, TCR2_2,
    FIRST_MECID, LAST_MECID = FIRST_MECID + 5, RL_A, MECIDR, CIPAE, CIGDPAE,
    NAMES
};

static const struct {
    const char *name;
    unsigned op0, op1, crn, crm, op2;
} names[NAMES] = {
    [SCTLR2_1] = { "SCTLR2_EL1", 3, 0, 1, 0, 3 },
    [SCTLR2_12] = { "SCTLR2_EL12", 3, 5, 1, 0, 3 },
    [SCTLR2_2] = { "SCTLR2_EL2", 3, 4, 1, 0, 3 },
    [SCTLR2_3] = { "SCTLR2_EL3", 3, 6, 1, 0, 3 },
    [TCR2_1] = { "TCR2_EL1", 3, 0, 2, 0, 3 },
    [TCR2_12] = { "TCR2_EL12", 3, 5, 2, 0, 3 },
    [TCR2_2] = { "TCR2_EL2", 3, 4, 2, 0, 3 },
    [FIRST_MECID] = { "MECID_P0_EL2", 3, 4, 10, 8, 0 },
    [FIRST_MECID + 1] = { "MECID_A0_EL2", 3, 4, 10, 8, 1 },
    [FIRST_MECID + 2] = { "MECID_P1_EL2", 3, 4, 10, 8, 2 },
    [FIRST_MECID + 3] = { "MECID_A1_EL2", 3, 4, 10, 8, 3 },
    [FIRST_MECID + 4] = { "VMECID_P_EL2", 3, 4, 10, 9, 0 },
    [LAST_MECID] = { "VMECID_A_EL2", 3, 4, 10, 9, 1 },
    [RL_A] = { "MECID_RL_A_EL3", 3, 6, 10, 10, 1 },
    [MECIDR] = { "MECIDR_EL2", 3, 4, 10, 8, 7 },
    [CIPAE] = { "DC CIPAE", 1, 4, 7, 14, 0 },
    [CIGDPAE] = { "DC CIGDPAE", 1, 4, 7, 14, 7 },
};

static bool mec;
static uint64_t width_mask;

static bool is_instruction(unsigned name)
{
    return name == CIPAE || name == CIGDPAE;
}

static const uint32_t *stub_of(unsigned name, bool read)
{
    extern const uint32_t mec_stubs[];

    return mec_stubs + name * 6 + (read ? 0 : 3);
}

/* What decides on an access. */
struct setting {
    enum pas world;
    uint64_t scr, hcr, hcrx;
    bool fgt;               /* HFGRTR_EL2 and HFGWTR_EL2 have all bits */
    bool no_el2;            /* Secure state, without SCR_EL3.EEL2 */
};

enum verdict { DONE, UNDEF, TO_EL2, TO_EL3 };

/* An access below EL3 to a name that the bit @en of SCR_EL3 lets in. */
static enum verdict let_in(const struct setting *s, uint64_t en)
{
    return s->scr & en ? DONE : TO_EL3;
}

static enum verdict at_el1(const struct setting *s, unsigned name, bool read)
{
    uint64_t hcrx;

    switch (name) {
    case SCTLR2_1:
    case TCR2_1:
        hcrx = name == SCTLR2_1 ? HCRX_SCTLR2EN : HCRX_TCR2EN;
        if (!s->no_el2 &&
            ((s->hcr & (read ? HCR_TRVM : HCR_TVM)) ||
             (s->fgt && (s->scr & SCR_FGTEN)) || !(s->scr & SCR_HXEN) ||
             !(s->hcrx & hcrx))) {
            return TO_EL2;
        }
        return let_in(s, name == SCTLR2_1 ? SCR_SCTLR2EN : SCR_TCR2EN);
    case SCTLR2_12:
    case SCTLR2_2:
    case TCR2_12:
    case TCR2_2:
        return s->hcr & HCR_NV ? TO_EL2 : UNDEF;
    default:
        return UNDEF;
    }
}

static enum verdict at_el2(const struct setting *s, unsigned name)
{
    switch (name) {
    case SCTLR2_12:
    case TCR2_12:
        if (!(s->hcr & HCR_E2H)) {
            return UNDEF;
        }
        /* fall through */
    case SCTLR2_1:
    case SCTLR2_2:
    case TCR2_1:
    case TCR2_2:
        return let_in(s, name <= SCTLR2_3 ? SCR_SCTLR2EN : SCR_TCR2EN);
    case SCTLR2_3:
    case RL_A:
        return UNDEF;
    case MECIDR:
        return DONE;
    default:
        if (s->world != PAS_REALM) {
            return UNDEF;
        }
        return is_instruction(name) ? DONE : let_in(s, SCR_MECEN);
    }
}

static enum verdict verdict_of(const struct setting *s, unsigned el,
                               unsigned name, bool read)
{
    if (!mec || (name == MECIDR && !read) ||
        (name == CIGDPAE &&
         sysreg_field(read_sysreg(id_aa64pfr1_el1), 11, 8) < 2)) {
        return UNDEF;
    }
    switch (el) {
    case 1:
        return at_el1(s, name, read);
    case 2:
        return at_el2(s, name);
    default:
        return (name == SCTLR2_12 || name == TCR2_12) &&
               !(s->hcr & HCR_E2H) ? UNDEF : DONE;
    }
}

static uint64_t trap_iss(unsigned name, bool read)
{
    return names[name].op0 << 20 | names[name].op2 << 17 |
           names[name].op1 << 14 | names[name].crn << 10 |
           (read ? 0 : 2) << 5 | names[name].crm << 1 | (read ? 1 : 0);
}

static void apply(const struct setting *s)
{
    pe_set_world(s->world, s->scr);
    if (s->no_el2) {
        write_sysreg(scr_el3, read_sysreg(scr_el3) & ~SCR_EEL2);
    }
    write_sysreg(HCRX_EL2, s->hcrx);
    write_sysreg(HFGRTR_EL2, s->fgt ? HFG_SCTLR_EL1 | HFG_TCR_EL1 : 0);
    write_sysreg(HFGWTR_EL2, s->fgt ? HFG_SCTLR_EL1 | HFG_TCR_EL1 : 0);
    write_sysreg(hcr_el2, HCR_RW | s->hcr);
    isb();
}

static void try_one(const struct setting *s, unsigned el, unsigned name,
                    bool read)
{
    const uint64_t x[5] = { 0 };
    const uint32_t *stub = stub_of(name, read);
    struct outcome got = pe_run(el, stub, x), want = { .x0 = got.x0 };
    enum verdict verdict = verdict_of(s, el, name, read);

    if (verdict != DONE) {
        want.el = verdict == UNDEF ? el : verdict == TO_EL2 ? 2 : 3;
        want.esr = verdict == UNDEF ? ESR_MAKE(EC_UNDEF, 0) :
                   ESR_MAKE(EC_SYSREG, trap_iss(name, read));
        want.elr = (uint64_t)stub;
        want.far = got.far;     /* not of this exception */
    }
    test_outcome(&want, &got, "%s %s at %s EL%u, SCR_EL3 |= %lx, HCR_EL2 |= "
                 "%lx, HCRX_EL2 %lx%s%s", is_instruction(name) ? "" :
                 read ? "MRS" : "MSR", names[name].name, pas_name(s->world),
                 el, (unsigned long)s->scr, (unsigned long)s->hcr,
                 (unsigned long)s->hcrx, s->fgt ? ", FGT" : "",
                 s->no_el2 ? ", no EL2" : "");
}

static void try_all(const struct setting *s, unsigned el)
{
    for (unsigned name = 0; name < NAMES; name++) {
        if (!is_instruction(name)) {
            try_one(s, el, name, true);
        }
        try_one(s, el, name, false);
    }
}

static const enum pas worlds[] = { PAS_NS, PAS_SECURE, PAS_REALM };

/* Each combination of the three enables of SCR_EL3. */
static uint64_t scr_enables(unsigned n)
{
    return (n & 1 ? SCR_TCR2EN : 0) | (n & 2 ? SCR_SCTLR2EN : 0) |
           (n & 4 ? SCR_MECEN : 0);
}

static void at_each_level(void)
{
    static const uint64_t hcrx[] = {
        0, HCRX_SCTLR2EN, HCRX_TCR2EN, HCRX_SCTLR2EN | HCRX_TCR2EN,
    };

    test_group("mec-access");
    for (unsigned e2h = 0; e2h < 2; e2h++) {
        if (e2h) {
            mec_el20(0);
        }
        for (unsigned w = 0; w < 3; w++) {
            for (unsigned n = 0; n < 8; n++) {
                struct setting s = {
                    .world = worlds[w], .scr = scr_enables(n) | SCR_HXEN,
                    .hcr = e2h ? HCR_E2H : 0,
                };

                for (unsigned i = 0; i < 4; i++) {
                    s.hcrx = hcrx[i];
                    apply(&s);
                    try_all(&s, 1);
                }
                try_all(&s, 2);
                try_all(&s, 3);
            }
        }
    }
    mec_el2();
}

/* HCRX_EL2 off, HCR_EL2, fine-grained traps; traps to EL2 come first. */
static void traps_of_el1(void)
{
    const uint64_t both = HCRX_SCTLR2EN | HCRX_TCR2EN;
    const struct setting settings[] = {
        { .scr = SCR_MEC, .hcrx = both },
        { .scr = SCR_MEC | SCR_HXEN, .hcrx = both, .hcr = HCR_TVM },
        { .scr = SCR_MEC | SCR_HXEN, .hcrx = both, .hcr = HCR_TRVM },
        { .scr = SCR_HXEN, .hcrx = both, .hcr = HCR_TVM | HCR_TRVM },
        { .scr = SCR_MEC | SCR_HXEN | SCR_FGTEN, .hcrx = both },
        { .scr = SCR_MEC | SCR_HXEN | SCR_FGTEN, .hcrx = both, .fgt = true },
        { .scr = SCR_HXEN | SCR_FGTEN, .hcrx = both, .fgt = true },
        { .scr = SCR_MEC | SCR_HXEN, .hcrx = both, .fgt = true },
        { .scr = SCR_MEC | SCR_HXEN, .hcrx = both, .hcr = HCR_NV },
        { .scr = SCR_HXEN, .hcrx = both, .hcr = HCR_NV },
    };

    test_group("mec-el1-traps");
    for (unsigned i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        for (unsigned w = 0; w < 3; w++) {
            struct setting s = settings[i];

            s.world = worlds[w];
            apply(&s);
            try_all(&s, 1);
        }
    }
    for (unsigned n = 0; n < 8; n++) {
        struct setting s = {
            .world = PAS_SECURE, .scr = scr_enables(n), .no_el2 = true,
            .hcr = HCR_TVM | HCR_TRVM,
        };

        apply(&s);
        try_all(&s, 1);
    }
    apply(&(struct setting) { .world = PAS_NS });
}

static uint64_t get(unsigned el, unsigned name)
{
    const uint64_t x[5] = { 0 };

    return pe_run(el, stub_of(name, true), x).x0;
}

static void put(unsigned el, unsigned name, uint64_t value)
{
    const uint64_t x[5] = { 0, value };

    pe_run(el, stub_of(name, false), x);
}

static void bits(unsigned name, uint64_t there)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t one = 1ull << bit, got;

        put(3, name, one);
        got = get(3, name);
        test_case(got == (one & there), "%s after writing bit %u: %lx",
                  names[name].name, bit, (unsigned long)got);
    }
    put(3, name, ~0ull);
    test_case(get(3, name) == there, "%s after writing all ones: %lx",
              names[name].name, (unsigned long)get(3, name));
    put(3, name, 0);
}

static void values(void)
{
    static const uint64_t writable_scr[] = {
        SCR_TCR2EN, SCR_SCTLR2EN, SCR_MECEN,
    };
    uint64_t mmfr3 = read_sysreg(ID_AA64MMFR3_EL1);

    test_group("mec-values");
    test_case(sysreg_field(mmfr3, 31, 28) == mec &&
              sysreg_field(mmfr3, 7, 4) == mec &&
              sysreg_field(mmfr3, 3, 0) == mec,
              "ID_AA64MMFR3_EL1 with mec=%s: %lx", mec ? "on" : "off",
              (unsigned long)mmfr3);
    for (unsigned i = 0; i < 3; i++) {
        pe_set_world(PAS_NS, writable_scr[i]);
        test_case(!(read_sysreg(scr_el3) & writable_scr[i]) == !mec,
                  "SCR_EL3 after writing %lx: %lx",
                  (unsigned long)writable_scr[i],
                  (unsigned long)read_sysreg(scr_el3));
    }
    write_sysreg(HCRX_EL2, HCRX_SCTLR2EN | HCRX_TCR2EN);
    test_case(read_sysreg(HCRX_EL2) ==
              (mec ? HCRX_SCTLR2EN | HCRX_TCR2EN : 0), "HCRX_EL2: %lx",
              (unsigned long)read_sysreg(HCRX_EL2));
    write_sysreg(HCRX_EL2, 0);
    if (!mec) {
        return;
    }
    test_case(get(3, MECIDR) == test_param().mecid_bits - 1,
              "MECIDR_EL2: %lx", (unsigned long)get(3, MECIDR));
    bits(SCTLR2_1, 0);
    bits(SCTLR2_2, EMEC);
    bits(SCTLR2_3, EMEC);
    bits(TCR2_1, 0);
    bits(TCR2_2, AMEC);
    for (unsigned name = FIRST_MECID; name <= RL_A; name++) {
        bits(name, width_mask);
    }
    for (unsigned name = FIRST_MECID; name <= RL_A; name++) {
        put(3, name, 0x1234 + name * 0x1111);
    }
    pe_set_world(PAS_REALM, 0);
    for (unsigned name = FIRST_MECID; name <= RL_A; name++) {
        uint64_t want = (0x1234 + name * 0x1111) & width_mask;

        /* What SCR_EL3 treats as 0 is still there for EL3 to read. */
        test_case(get(3, name) == want, "%s is its own register: %lx",
                  names[name].name, (unsigned long)get(3, name));
    }
    pe_set_world(PAS_REALM, SCR_MEC);
    for (unsigned name = FIRST_MECID; name <= LAST_MECID; name++) {
        put(2, name, name);
        test_case(get(2, name) == (name & width_mask) &&
                  get(3, name) == (name & width_mask), "%s at EL2: %lx",
                  names[name].name, (unsigned long)get(2, name));
    }
    for (unsigned name = FIRST_MECID; name <= RL_A; name++) {
        put(3, name, 0);
    }
}

/* Which register a name means at EL2 and EL3, with E2H and without. */
static void aliases(void)
{
    test_group("mec-aliases");
    for (unsigned e2h = 0; e2h < 2; e2h++) {
        if (e2h) {
            mec_el20(0);
        }
        pe_set_world(PAS_REALM, SCR_MEC);
        put(2, SCTLR2_1, EMEC);
        put(2, TCR2_1, AMEC);
        test_case(get(3, SCTLR2_2) == (e2h ? EMEC : 0),
                  "SCTLR2_EL2 after SCTLR2_EL1 = EMEC at EL2, E2H=%u: %lx",
                  e2h, (unsigned long)get(3, SCTLR2_2));
        test_case(get(3, TCR2_2) == (e2h ? AMEC : 0),
                  "TCR2_EL2 after TCR2_EL1 = AMEC at EL2, E2H=%u: %lx",
                  e2h, (unsigned long)get(3, TCR2_2));
        test_case(get(2, SCTLR2_1) == (e2h ? EMEC : 0) &&
                  get(2, TCR2_1) == (e2h ? AMEC : 0),
                  "the same read at EL2, E2H=%u", e2h);
        test_case(get(3, SCTLR2_1) == 0 && get(3, TCR2_1) == 0,
                  "SCTLR2_EL1, TCR2_EL1 at EL3 are EL1's, E2H=%u", e2h);
        put(3, SCTLR2_2, 0);
        put(3, TCR2_2, 0);
        put(3, SCTLR2_1, EMEC);
        put(3, TCR2_1, AMEC);
        if (e2h) {
            put(2, SCTLR2_12, EMEC);
            put(2, TCR2_12, AMEC);
        }
        test_case(get(3, SCTLR2_2) == 0 && get(3, TCR2_2) == 0,
                  "names of EL1 at EL3, of EL12 at EL2 are not EL2's, E2H=%u",
                  e2h);
    }
    mec_el2();
}

void test_main(void)
{
    mec = test_param().mecid_bits;
    width_mask = (1ull << test_param().mecid_bits) - 1;
    if (mec) {
        test_group("mec-reset");
        test_case(read_sysreg(S3_6_C1_C0_3) == 0, "SCTLR2_EL3: %lx",
                  (unsigned long)read_sysreg(S3_6_C1_C0_3));
    }
    at_each_level();
    traps_of_el1();
    values();
    if (mec) {
        aliases();
    }
}
