/*
 * A granule as each physical address space: data that was written as one
 * reads as garbage as any other, the same garbage each time, and is intact
 * when the first comes back; what a write damages; what has no context.
 *
 * Seen from EL3, which reaches all of them. What a write does to memory is
 * found by doing it to a copy too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "access.h"
#include "gpt.h"
#include "world.h"
#include "string.h"
#include "sysreg.h"
#include "test.h"

/* Two granules, neighbours; and another one. */
#define AREA        TEST_BASE
#define OTHER       (TEST_BASE + 0x400000ull)
enum { AREA_SIZE = 2 * PAGE_SIZE, AREA_BLOCKS = 2 * BLOCKS };

static uint8_t pattern[AREA_SIZE], before[AREA_SIZE],
               after[AREA_SIZE] __attribute__((aligned(PAGE_SIZE)));

static bool same_block(const void *a, const void *b)
{
    return !memcmp(a, b, BLOCK);
}

/* How many blocks of @a and @b are equal. */
static unsigned equal_blocks(const uint8_t *a, const uint8_t *b,
                             unsigned blocks)
{
    unsigned n = 0;

    for (unsigned i = 0; i < blocks; i++) {
        n += same_block(a + i * BLOCK, b + i * BLOCK);
    }
    return n;
}

static void fill(enum pas pas, unsigned seed)
{
    for (unsigned i = 0; i < AREA_SIZE; i++) {
        pattern[i] = i * 37 + (i >> 8) * 11 + seed * 101 + 3;
    }
    memcpy(view(AREA, pas), pattern, AREA_SIZE);
}

static bool is_pattern(enum pas pas)
{
    return !memcmp(view(AREA, pas), pattern, AREA_SIZE);
}

/* --- reads ---------------------------------------------------------------- */

static void reads(enum pas a, enum pas b)
{
    bool differ = pas_differ(a, b);
    unsigned equal;

    fill(a, a * 4 + b);
    memcpy(before, view(AREA, b), AREA_SIZE);
    equal = equal_blocks(before, pattern, AREA_BLOCKS);
    test_case(equal == (differ ? 0 : AREA_BLOCKS), "%s, read as %s: %u of %u "
              "blocks are as written", pas_name(a), pas_name(b), equal,
              AREA_BLOCKS);
    test_case(is_pattern(a), "%s is not intact after a look by %s",
              pas_name(a), pas_name(b));
    memcpy(after, view(AREA, b), AREA_SIZE);
    test_case(!memcmp(before, after, AREA_SIZE), "%s reads other garbage of "
              "%s the second time", pas_name(b), pas_name(a));
    for (enum pas c = PAS_SECURE; c <= PAS_REALM; c++) {
        memcpy(after, view(AREA, c), AREA_SIZE);
        equal = equal_blocks(before, after, AREA_BLOCKS);
        test_case(equal == (pas_differ(b, c) ? 0 : AREA_BLOCKS),
                  "%s, read as %s and as %s: %u blocks are equal",
                  pas_name(a), pas_name(b), pas_name(c), equal);
    }
    test_case(is_pattern(a), "%s is not intact after all have looked",
              pas_name(a));
}

/* Blocks with equal contents do not look equal to another. */
static void equals(enum pas a, enum pas b)
{
    uint8_t *mine = view(AREA, a), *other = view(OTHER, a);
    unsigned n = 0;

    memset(mine, 0x5a, PAGE_SIZE);
    memset(other, 0x5a, PAGE_SIZE);
    memcpy(before, view(AREA, b), PAGE_SIZE);
    memcpy(before + PAGE_SIZE, view(OTHER, b), PAGE_SIZE);
    for (unsigned i = 0; i < AREA_BLOCKS; i++) {
        for (unsigned j = i + 1; j < AREA_BLOCKS; j++) {
            n += same_block(before + i * BLOCK, before + j * BLOCK);
        }
    }
    test_case(n == (pas_differ(a, b) ? 0 : AREA_BLOCKS * (AREA_BLOCKS - 1) / 2),
              "equal blocks of %s, read as %s: %u pairs of them are equal",
              pas_name(a), pas_name(b), n);
}

/* --- writes --------------------------------------------------------------- */

/* Each changes every block that it touches. */
#define WRITER(name, ...) \
    static void name(uint8_t *p) \
    { uint64_t x, y, z; __asm__ volatile(__VA_ARGS__ \
      : "=&r"(x), "=&r"(y), "=&r"(z) : "r"(p) : "memory", "cc"); }
WRITER(do_strb, "ldrb %w0, [%3]\n mvn %w0, %w0\n strb %w0, [%3]")
WRITER(do_strh, "ldrh %w0, [%3]\n mvn %w0, %w0\n strh %w0, [%3]")
WRITER(do_strw, "ldr %w0, [%3]\n mvn %w0, %w0\n str %w0, [%3]")
WRITER(do_str, "ldr %0, [%3]\n mvn %0, %0\n str %0, [%3]")
WRITER(do_stp, "ldp %0, %1, [%3]\n mvn %0, %0\n mvn %1, %1\n stp %0, %1, [%3]")
WRITER(do_stlr, "ldar %0, [%3]\n mvn %0, %0\n stlr %0, [%3]")
WRITER(do_ldadd, "mov %0, #77\n ldadd %0, %1, [%3]")
WRITER(do_ldaddb, "mov %w0, #77\n ldaddb %w0, %w1, [%3]")
WRITER(do_swp, "ldr %0, [%3]\n mvn %0, %0\n swp %0, %1, [%3]")
WRITER(do_cas, "ldr %0, [%3]\n mvn %1, %0\n cas %0, %1, [%3]")
WRITER(do_xr, "1: ldxr %0, [%3]\n mvn %0, %0\n stxr %w1, %0, [%3]\n"
       " cbnz %w1, 1b")
WRITER(do_xp, "1: ldxp %0, %1, [%3]\n mvn %0, %0\n stxp %w2, %0, %1, [%3]\n"
       " cbnz %w2, 1b")
WRITER(do_zva, "dc zva, %3")

static void do_casp(uint8_t *p)
{
    __asm__ volatile("ldp x8, x9, [%0]\n mvn x10, x8\n mvn x11, x9\n"
                     "casp x8, x9, x10, x11, [%0]"
                     : : "r"(p) : "x8", "x9", "x10", "x11", "memory");
}

static const struct writer {
    const char *name;
    void (*run)(uint8_t *p);
    unsigned len;
    unsigned offset[4];         /* in AREA; 0 after the first: no more */
} writers[] = {
    { "STRB", do_strb, 1, { 0, 0x7f, 0xfff } },
    { "STRH", do_strh, 2, { 0x10, 0x1f, 0xfff } },
    { "STR W", do_strw, 4, { 0x24, 0x2e, 0xffe } },
    { "STR X", do_str, 8, { 0x138, 0x13c, 0xffc, 0xff9 } },
    { "STP", do_stp, 16, { 0x240, 0x248, 0xff8, 0xff1 } },
    { "STLR", do_stlr, 8, { 0x300, 0xff8 } },
    { "LDADD", do_ldadd, 8, { 0x400, 0x1ff8 } },
    { "LDADDB", do_ldaddb, 1, { 0x40f } },
    { "SWP", do_swp, 8, { 0x500 } },
    { "CAS", do_cas, 8, { 0x608 } },
    { "CASP", do_casp, 16, { 0x720 } },
    { "LDXR and STXR", do_xr, 8, { 0x808 } },
    { "LDXP and STXP", do_xp, 16, { 0x910 } },
    { "DC ZVA", do_zva, 64, { 0xa00, 0xfc0, 0x1000 } },
};

static void write(const struct writer *w, unsigned offset, enum pas a,
                  enum pas b)
{
    bool differ = pas_differ(a, b);
    unsigned first = offset / BLOCK, last = (offset + w->len - 1) / BLOCK;
    unsigned untouched = 0, damaged = 0;
    const uint8_t *mine = view(AREA, a);

    fill(a, offset);
    memcpy(after, view(AREA, b), AREA_SIZE);
    w->run(after + offset);
    w->run((uint8_t *)view(AREA, b) + offset);
    test_case(!memcmp(view(AREA, b), after, AREA_SIZE), "%s at +0x%x as "
              "%s over %s is not what %s reads", w->name, offset, pas_name(b),
              pas_name(a), pas_name(b));
    for (unsigned i = 0; i < AREA_BLOCKS; i++) {
        bool as_it_was = same_block(mine + i * BLOCK, pattern + i * BLOCK);

        if (i < first || i > last) {
            untouched += as_it_was;
        } else {
            damaged += !as_it_was;
        }
    }
    test_case(damaged == last - first + 1 &&
              untouched == AREA_BLOCKS - damaged, "%s at +0x%x as %s: %s "
              "finds %u blocks damaged and %u others intact", w->name, offset,
              pas_name(b), pas_name(a), damaged, untouched);
    if (!differ) {
        test_case(!memcmp(mine, after, AREA_SIZE), "%s at +0x%x as %s is not "
                  "what %s reads", w->name, offset, pas_name(b), pas_name(a));
    }
}

static void writes(enum pas a, enum pas b)
{
    for (unsigned i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
        const struct writer *w = &writers[i];

        for (unsigned j = 0; j < 4 && (!j || w->offset[j]); j++) {
            write(w, w->offset[j], a, b);
        }
    }
}

/* Between LDXR and STXR another looks at the granule, or writes to it. */
static void exclusive(enum pas a, enum pas b, bool damage)
{
    uint64_t *word = (uint64_t *)((uint8_t *)view(AREA, a) + 0x620);
    uint64_t *other = (uint64_t *)((uint8_t *)view(AREA, b) + 0x620);
    uint64_t value = 0, seen;
    uint32_t failed = 1;
    unsigned tries;

    fill(a, 7);
    for (tries = 0; failed && tries < 1000; tries++) {
        __asm__ volatile("ldxr %0, [%1]" : "=r"(value) : "r"(word) :
                         "memory");
        if (tries < 3) {
            __asm__ volatile("ldr %0, [%1]" : "=r"(seen) : "r"(other) :
                             "memory");
            if (damage) {
                do_str((uint8_t *)other);
            }
        }
        __asm__ volatile("add %1, %1, #1\n stxr %w0, %1, [%2]"
                         : "=&r"(failed), "+r"(value) : "r"(word) :
                         "memory");
    }
    memcpy(after, pattern, AREA_SIZE);
    memcpy(after + 0x620, &value, 8);
    memcpy(&seen, pattern + 0x620, 8);
    test_case(!failed && *word == value, "LDXR and STXR as %s with %s between:"
              " %u tries, 0x%lx", pas_name(a), pas_name(b), tries,
              (unsigned long)*word);
    if (!damage) {
        test_case(value == seen + 1 &&
                  !memcmp(view(AREA, a), after, AREA_SIZE),
                  "what %s incremented with %s between is not what it was and "
                  "1", pas_name(a), pas_name(b));
    }
}

/* --- two contexts in one instruction -------------------------------------- */

/* Bytes that cross from one granule to another, which may be the same one. */
static void crossing(uint64_t pa0, enum pas a, uint64_t pa1, enum pas b)
{
    uint8_t *pair = view_pair(0, pa0, a, pa1, b);
    uint8_t *low = (uint8_t *)view(pa0, a) + PAGE_SIZE - 4;
    uint8_t *high = view(pa1, b), *end = pair + PAGE_SIZE - 4;
    static const uint8_t mine[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    uint64_t value, want;
    const char *what = pa0 == pa1 ? "the same one" : "the next granule";

    /* Both are written again, now that all is one granule. */
    memcpy(low, mine, 4);
    memcpy(high, mine + 4, 4);
    memcpy(&want, low, 4);
    memcpy((uint8_t *)&want + 4, high, 4);
    for (unsigned round = 0; round < 3; round++) {
        __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(end) : "memory");
        test_case(value == want, "load from %s to %s of %s: 0x%lx, expected "
                  "0x%lx", pas_name(a), pas_name(b), what,
                  (unsigned long)value, (unsigned long)want);
    }
    for (unsigned round = 0; round < 3; round++) {
        value = 0x1122334455667788 + round;
        memcpy(after, low, 4);
        __asm__ volatile("str %0, [%1]" : : "r"(value), "r"(end) : "memory");
        test_case(!memcmp(low, &value, 4) &&
                  !memcmp(high, (uint8_t *)&value + 4, 4), "store from %s to "
                  "%s of %s is not what both read", pas_name(a), pas_name(b),
                  what);
    }
    for (unsigned round = 0; round < 3; round++) {
        uint64_t x[2] = { 0x55aa + round, 0x1234567890 }, y[2];

        __asm__ volatile("stp %2, %3, [%4]\n ldp %0, %1, [%4]"
                         : "=&r"(y[0]), "=&r"(y[1])
                         : "r"(x[0]), "r"(x[1]), "r"(end - 7) : "memory");
        test_case(x[0] == y[0] && x[1] == y[1], "STP and LDP from %s to %s of "
                  "%s: %lx %lx", pas_name(a), pas_name(b), what,
                  (unsigned long)y[0], (unsigned long)y[1]);
    }
}

/* --- what changes nothing, and what has no context ------------------------ */

#define SYS_CIPAPA(x) \
    __asm__ volatile("sys #6, c7, c14, #1, %0" : : "r"(x) : "memory")
#define SYS_CIGDPAPA(x) \
    __asm__ volatile("sys #6, c7, c14, #5, %0" : : "r"(x) : "memory")
#define DC(op, x) __asm__ volatile("dc " #op ", %0" : : "r"(x) : "memory")

static void maintain(enum pas as)
{
    uint64_t pas_bits = (uint64_t)(as & 1) << 63 | (uint64_t)(as >> 1) << 62;
    uint8_t *mine = view(AREA, as);
    bool mte = sysreg_field(read_sysreg(id_aa64pfr1_el1), 11, 8) >= 2;

    for (unsigned i = 0; i < AREA_SIZE; i += 64) {
        DC(civac, mine + i);
        DC(cvac, mine + i);
        DC(cvau, mine + i);
        DC(ivac, mine + i);
        __asm__ volatile("sys #3, c7, c12, #1, %0" : : "r"(mine + i) :
                         "memory");     /* CVAP */
        SYS_CIPAPA((AREA + i) | pas_bits);
        if (mte) {
            SYS_CIGDPAPA((AREA + i) | pas_bits);
        }
        __asm__ volatile("ic ivau, %0" : : "r"(mine + i) : "memory");
    }
    dsb(sy);
}

static void maintenance(enum pas a, enum pas b)
{
    fill(a, 9);
    memcpy(before, view(AREA, b), AREA_SIZE);
    maintain(b);
    test_case(is_pattern(a), "what %s wrote is not intact after maintenance "
              "as %s", pas_name(a), pas_name(b));
    maintain(b);
    test_case(!memcmp(view(AREA, b), before, AREA_SIZE), "%s reads other "
              "garbage of %s after maintenance", pas_name(b), pas_name(a));
    maintain(a);
    test_case(is_pattern(a), "what %s wrote is not intact after maintenance",
              pas_name(a));
}

/* A load as @pas; false: it aborts. */
static bool load(uint64_t pa, enum pas pas, uint64_t *value)
{
    const uint64_t x[5] = { (uint64_t)view(pa, pas) };
    struct outcome out = pe_run(3, op_stub(OP_LOAD, 3), x);

    *value = out.x0;
    return out.el == 0;
}

static void no_context(void)
{
    static const struct {
        const char *name;
        uint64_t pa;
        bool writable;
    } places[] = {
        { "flash", 0x100, false }, { "SRAM", 0x0e000100, true },
        { "UART", 0x09000fe0, false },
    };

    test_group("mec-none");
    for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        uint64_t pa = places[i].pa, root, value;

        if (places[i].writable) {
            *(volatile uint64_t *)view(pa, PAS_ROOT) = 0x0123456789abcdef;
        }
        test_case(load(pa, PAS_ROOT, &root) && root &&
                  (!places[i].writable || root == 0x0123456789abcdef),
                  "%s as Root: 0x%lx", places[i].name, (unsigned long)root);
        for (enum pas pas = PAS_SECURE; pas <= PAS_REALM; pas++) {
            bool there = load(pa, pas, &value);

            test_case(there || pas == PAS_NS || pas == PAS_REALM,
                      "%s as %s aborts", places[i].name, pas_name(pas));
            if (there) {
                test_case(value == root, "%s as %s: 0x%lx, as Root 0x%lx",
                          places[i].name, pas_name(pas), (unsigned long)value,
                          (unsigned long)root);
            }
        }
    }
}

/* The tables of granule protection are Root's. */
static void gpt_in_dram(void)
{
    volatile uint64_t *look = view((uint64_t)gpt_entry(AREA), PAS_NS);
    uint64_t value;

    test_group("mec-gpt");
    for (unsigned i = 0; i < 3; i++) {
        gpt_set(AREA, GPI_REALM);
        (void)*look;
        gpt_tlbi_rpalos(AREA, PAGE_SIZE);
        test_case(load(AREA, PAS_REALM, &value), "Realm's granule aborts");
        (void)*look;
        gpt_tlbi_all_os();
        test_case(!load(AREA, PAS_NS, &value), "NS reads Realm's granule");
        test_case(load(AREA + PAGE_SIZE, PAS_NS, &value), "the granule of all "
                  "aborts");
        test_case(!pas_differ(PAS_ROOT, PAS_NS) || *look !=
                  *(volatile uint64_t *)gpt_entry(AREA), "NS reads the table");
        gpt_set(AREA, GPI_ANY);
        gpt_tlbi_rpalos(AREA, PAGE_SIZE);
    }
}

static void each_pair(const char *name, void (*test)(enum pas a, enum pas b))
{
    test_group(name);
    for (enum pas a = PAS_SECURE; a <= PAS_REALM; a++) {
        for (enum pas b = PAS_SECURE; b <= PAS_REALM; b++) {
            test(a, b);
        }
    }
}

static void exclusives(enum pas a, enum pas b)
{
    exclusive(a, b, false);
    exclusive(a, b, true);
}

static void crossings(enum pas a, enum pas b)
{
    crossing(AREA, a, AREA + PAGE_SIZE, b);
    crossing(AREA, a, OTHER, b);
}

static void aliases(enum pas a, enum pas b)
{
    crossing(AREA, a, AREA, b);
}

void test_main(void)
{
    views_init();
    gpt_build(2, 0);
    gpt_on(0);
    each_pair("mec-read", reads);
    each_pair("mec-equal-blocks", equals);
    each_pair("mec-write", writes);
    each_pair("mec-exclusive", exclusives);
    each_pair("mec-crossing", crossings);
    each_pair("mec-alias", aliases);
    each_pair("mec-maintenance", maintenance);
    gpt_in_dram();
    gpt_off();
    no_context();
}
