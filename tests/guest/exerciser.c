/*
 * DMA of a device: the exerciser moves data both ways; and granule protection
 * stands in its way as in that of a PE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "exerciser.h"
#include "gpt.h"
#include "string.h"
#include "test.h"

enum { MAX_LEN = 16384, AROUND = 32 };

static uint8_t data[MAX_LEN], seen[MAX_LEN];

static void pattern(uint8_t *p, unsigned len, unsigned seed)
{
    for (unsigned i = 0; i < len; i++) {
        p[i] = i * 167 + (i >> 8) * 13 + seed * 59 + 1;
    }
}

static bool all_are(const uint8_t *p, unsigned len, uint8_t value)
{
    for (unsigned i = 0; i < len; i++) {
        if (p[i] != value) {
            return false;
        }
    }
    return true;
}

static void moves(const struct exerciser *ex)
{
    static const struct { unsigned at, offset, len; } table[] = {
        { 0x1000, 0, 0 }, { 0x1000, 0, 1 }, { 0x1fff, 0, 2 },
        { 0x1003, 7, 9 }, { 0x1001, 0, 4095 }, { 0x1000, 0, 4096 },
        { 0x1ffd, 3, 4100 }, { 0x1abc, 0x555, 12345 },
        { 0x10000, 0, MAX_LEN },
    };

    test_group("exerciser-dma");
    for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        uint8_t *memory = (uint8_t *)TEST_BASE + table[i].at;
        unsigned offset = table[i].offset, len = table[i].len, cause;

        pattern(data, len, i);
        exerciser_fill(ex, offset, data, len);
        memset(memory - AROUND, 0xee, len + 2 * AROUND);
        cause = exerciser_dma(ex, NULL, true, (uint64_t)memory, offset, len);
        test_case(cause == EXERCISER_CAUSE_NONE &&
                  !memcmp(memory, data, len) &&
                  all_are(memory - AROUND, AROUND, 0xee) &&
                  all_are(memory + len, AROUND, 0xee),
                  "device to memory, %u bytes at +0x%x: cause %u", len,
                  table[i].at, cause);

        pattern(memory, len, i + 100);
        cause = exerciser_dma(ex, NULL, false, (uint64_t)memory, offset, len);
        exerciser_fetch(ex, offset, seen, len);
        pattern(data, len, i + 100);
        test_case(cause == EXERCISER_CAUSE_NONE && !memcmp(seen, data, len),
                  "memory to device, %u bytes at +0x%x: cause %u", len,
                  table[i].at, cause);
    }
}

/* What a DMA of 8 bytes at TEST_BASE comes to, and whether it moved them. */
static void expect(const struct exerciser *ex, const struct exerciser_id *id,
                   unsigned want, const char *what)
{
    volatile uint64_t *word = (uint64_t *)TEST_BASE;
    uint64_t mine = 0x1122334455667788, other = 0x99aabbccddeeff00, got;
    unsigned cause;

    *word = other;
    exerciser_fill(ex, 0, &mine, 8);
    cause = exerciser_dma(ex, id, true, TEST_BASE, 0, 8);
    test_case(cause == want && *word == (want ? other : mine),
              "%s, write: cause %u, expected %u; memory 0x%lx", what, cause,
              want, (unsigned long)*word);
    *word = other;
    cause = exerciser_dma(ex, id, false, TEST_BASE, 0, 8);
    exerciser_fetch(ex, 0, &got, 8);
    test_case(cause == want && got == (want ? mine : other),
              "%s, read: cause %u, expected %u; buffer 0x%lx", what, cause,
              want, (unsigned long)got);
}

static void rejections(const struct exerciser *ex)
{
    struct exerciser_id id = { .forge = true, .rid = 0x1234 };
    unsigned cause;

    test_group("exerciser-reject");
    expect(ex, NULL, EXERCISER_CAUSE_NONE, "plain");
    if (!(exerciser_load(ex, EXERCISER_INFO) & INFO_PORT)) {
        expect(ex, &id, EXERCISER_CAUSE_NONE, "forged RID");
    }
    exerciser_bus_master(ex, false);
    expect(ex, NULL, EXERCISER_CAUSE_BUS_MASTER, "no bus master");
    exerciser_bus_master(ex, true);
    id = (struct exerciser_id) { .sec_sid = 3 };
    expect(ex, &id, EXERCISER_CAUSE_SEC_SID, "SEC_SID 3");
    id = (struct exerciser_id) { .translated = true };
    expect(ex, &id, EXERCISER_CAUSE_ATS, "translated, ATS off");
    id = (struct exerciser_id) { .pasid_valid = true, .pasid = 1 };
    expect(ex, &id, EXERCISER_CAUSE_PASID, "PASID off");
    cause = exerciser_dma(ex, NULL, true, TEST_BASE, 0, ex->buffer_size + 1);
    test_case(cause == EXERCISER_CAUSE_RANGE, "too long: cause %u", cause);
    cause = exerciser_dma(ex, NULL, true, 1ull << 50, 0, 8);
    test_case(cause == EXERCISER_CAUSE_ABORT, "no memory: cause %u", cause);
}

/* One DMA while the granule has @gpi. The PE may not look at it meanwhile. */
static void protected_by(const struct exerciser *ex, unsigned sec_sid,
                         unsigned gpi, bool passes)
{
    volatile uint64_t *word = (uint64_t *)TEST_BASE;
    uint64_t mine = 0x1122334455667788, other = 0x99aabbccddeeff00, got;
    struct exerciser_id id = { .sec_sid = sec_sid };
    unsigned want = passes ? EXERCISER_CAUSE_NONE : EXERCISER_CAUSE_ABORT;
    unsigned read, write;

    *word = other;
    exerciser_fill(ex, 8, &mine, 8);
    gpt_set(TEST_BASE, gpi);
    gpt_on(0);
    read = exerciser_dma(ex, &id, false, TEST_BASE, 0, 8);
    write = exerciser_dma(ex, &id, true, TEST_BASE, 8, 8);
    gpt_off();
    exerciser_fetch(ex, 0, &got, 8);
    test_case(read == want && (got == other) == passes,
              "SEC_SID %u, GPI %u, read: cause %u, expected %u", sec_sid, gpi,
              read, want);
    test_case(write == want && *word == (passes ? mine : other),
              "SEC_SID %u, GPI %u, write: cause %u, expected %u", sec_sid, gpi,
              write, want);
    got = 0;
    exerciser_fill(ex, 0, &got, 8);
}

/*
 * The SMMU is as reset leaves it: Non-secure and Secure streams bypass it,
 * Realm streams are aborted. Granules are checked all the same.
 */
static void protection(const struct exerciser *ex)
{
    static const unsigned gpis[] = {
        GPI_NONE, GPI_SECURE, GPI_NS, GPI_ROOT, GPI_REALM, GPI_ANY,
    };

    if (!(exerciser_load(ex, EXERCISER_INFO) & INFO_PORT)) {
        test_skip("exerciser-gpc", "no SMMU");
        return;
    }
    test_group("exerciser-gpc");
    gpt_build(2, 0);
    for (unsigned i = 0; i < sizeof(gpis) / sizeof(gpis[0]); i++) {
        bool any = gpis[i] == GPI_ANY;

        protected_by(ex, 0, gpis[i], any || gpis[i] == GPI_NS);
        protected_by(ex, 1, gpis[i], any || gpis[i] == GPI_SECURE);
        protected_by(ex, 2, gpis[i], false);
    }
    gpt_set(TEST_BASE, GPI_ANY);
}

void test_main(void)
{
    struct exerciser ex, none;
    bool found;

    test_group("exerciser-find");
    found = exerciser_find(&ex, 0);
    if (!test_case(found, "there is no exerciser on bus 0")) {
        return;
    }
    test_case(!exerciser_find(&none, 1), "there are two of them");
    test_case(ex.buffer_size >= 2048 && ex.buffer_size <= ex.ram_size,
              "buffer of %u bytes", ex.buffer_size);
    test_case(exerciser_capability(&ex, 0x01) == EXERCISER_CAP_AER, "AER");
    test_case(exerciser_capability(&ex, 0x0f) == EXERCISER_CAP_ATS, "ATS");
    test_case(exerciser_capability(&ex, 0x1b) == EXERCISER_CAP_PASID, "PASID");
    test_case(exerciser_capability(&ex, 0x13) == EXERCISER_CAP_PRI, "PRI");
    moves(&ex);
    rejections(&ex);
    protection(&ex);
}
