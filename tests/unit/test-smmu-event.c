/*
 * Event records: the layout of each, against bit numbers and a decoder that
 * know nothing of the encoder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "rng.h"
#include "smmu-words.h"
#include "event.h"

/* A field of a record, for layouts. */
typedef struct Range {
    uint16_t hi, lo;
} Range;

/* Fields by the bit numbers of section 7.3. */
#define ID          { 7, 0 }
#define SSV         { 11, 11 }
#define SSID        { 31, 12 }
#define SID         { 63, 32 }
#define STAG        { 79, 64 }
#define REASON      { 79, 64 }
#define GPCF        { 80, 80 }
#define STALL       { 95, 95 }
#define PNU         { 97, 97 }
#define IND         { 98, 98 }
#define RNW         { 99, 99 }
#define NSIPA       { 100, 100 }
#define S2          { 103, 103 }
#define CLASS       { 105, 104 }
#define TTRNW       { 108, 108 }
#define ADDR        { 191, 128 }
#define IPA         { 247, 204 }
#define FETCH       { 247, 195 }

typedef struct Layout {
    SmmuEventId id;
    const char *name;
    Range fields[16];       /* beside the event number */
} Layout;

static const Layout layouts[] = {
    { SMMU_F_UUT, "F_UUT",
      { SSV, SSID, SID, REASON, PNU, IND, RNW, ADDR } },
    { SMMU_C_BAD_STREAMID, "C_BAD_STREAMID", { SSV, SSID, SID } },
    { SMMU_F_STE_FETCH, "F_STE_FETCH",
      { SSV, SSID, SID, REASON, GPCF, FETCH } },
    { SMMU_C_BAD_STE, "C_BAD_STE", { SSV, SSID, SID } },
    { SMMU_F_BAD_ATS_TREQ, "F_BAD_ATS_TREQ",
      { SSV, SSID, SID, { 99, 96 }, { 135, 128 }, { 191, 140 } } },
    { SMMU_F_STREAM_DISABLED, "F_STREAM_DISABLED", { SSV, SSID, SID } },
    { SMMU_F_TRANSL_FORBIDDEN, "F_TRANSL_FORBIDDEN",
      { SSV, SSID, SID, RNW, ADDR } },
    { SMMU_C_BAD_SUBSTREAMID, "C_BAD_SUBSTREAMID", { SSID, SID } },
    { SMMU_F_CD_FETCH, "F_CD_FETCH",
      { SSV, SSID, SID, REASON, GPCF, FETCH } },
    { SMMU_C_BAD_CD, "C_BAD_CD", { SSV, SSID, SID } },
    { SMMU_F_WALK_EABT, "F_WALK_EABT",
      { SSV, SSID, SID, REASON, GPCF, PNU, IND, RNW, NSIPA, S2, CLASS, ADDR,
        FETCH } },
    { SMMU_F_TRANSLATION, "F_TRANSLATION",
      { SSV, SSID, SID, STAG, STALL, PNU, IND, RNW, NSIPA, S2, CLASS, ADDR,
        IPA } },
    { SMMU_F_ADDR_SIZE, "F_ADDR_SIZE",
      { SSV, SSID, SID, STAG, STALL, PNU, IND, RNW, NSIPA, S2, CLASS, ADDR,
        IPA } },
    { SMMU_F_ACCESS, "F_ACCESS",
      { SSV, SSID, SID, STAG, STALL, PNU, IND, RNW, NSIPA, S2, CLASS, ADDR,
        IPA } },
    { SMMU_F_PERMISSION, "F_PERMISSION",
      { SSV, SSID, SID, STAG, STALL, PNU, IND, RNW, NSIPA, S2, CLASS, TTRNW,
        ADDR, IPA } },
    { SMMU_F_TLB_CONFLICT, "F_TLB_CONFLICT",
      { SSV, SSID, SID, REASON, PNU, IND, RNW, NSIPA, S2, ADDR, IPA } },
    { SMMU_F_CFG_CONFLICT, "F_CFG_CONFLICT",
      { SSV, SSID, SID, { 95, 64 } } },
    { SMMU_E_PAGE_REQUEST, "E_PAGE_REQUEST",
      { SSV, SSID, SID, { 99, 97 }, { 103, 101 }, { 115, 108 },
        { 191, 140 } } },
    { SMMU_F_VMS_FETCH, "F_VMS_FETCH",
      { SSV, SSID, SID, REASON, GPCF, FETCH } },
};

static void words_of(const uint8_t *record, uint64_t *w)
{
    for (int i = 0; i < 4; i++) {
        w[i] = 0;
        for (int b = 7; b >= 0; b--) {
            w[i] = w[i] << 8 | record[8 * i + b];
        }
    }
}

/* The bits of one record that can be set at all. */
static void reachable(SmmuEventId id, uint64_t *seen)
{
    SmmuEvent e;
    uint8_t record[EVT_BYTES];
    uint64_t w[4];

    memset(seen, 0, 32);
    for (unsigned n = 0; n < 8; n++) {
        memset(&e, 0, sizeof(e));
        e.id = id;
        e.sec_sid = CCA_SEC_SID_SECURE;
        e.stream_id = ~0u;
        e.substream_id = ~0u;
        e.addr = e.ipa = e.fetch_addr = ~0ull;
        e.reason = ~0u;
        e.stag = 0xffff;
        e.span = 0xff;
        e.page = 0x3f;
        e.ssv = e.stall = e.s2 = e.nsipa = e.gpcf = e.ats_read = true;
        e.access.privileged = true;
        e.access.instruction = !(n & 1);
        e.access.write = n & 1;
        e.class_ = n >> 1 & 3;
        assert_true(smmu_event_encode(&e, 56, record));
        words_of(record, w);
        for (int i = 0; i < 4; i++) {
            seen[i] |= w[i];
        }
    }
}

/* Each record has these fields, in these places, and no other bit. */
static void test_layouts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        const Layout *layout = &layouts[i];
        uint64_t want[4] = { layout->id }, seen[4];

        for (size_t n = 0; n < COUNT_OF(layout->fields); n++) {
            unsigned hi = layout->fields[n].hi, lo = layout->fields[n].lo;

            for (unsigned bit = lo; hi && bit <= hi; bit++) {
                want[bit / 64] |= 1ull << bit % 64;
            }
        }
        reachable(layout->id, seen);
        for (int n = 0; n < 4; n++) {
            if (seen[n] != want[n]) {
                print_error("%s: word %d: %#jx, not %#jx\n", layout->name, n,
                            (uintmax_t)seen[n], (uintmax_t)want[n]);
            }
            assert_true(seen[n] == want[n]);
        }
        assert_string_equal(smmu_event_name(layout->id), layout->name);
    }
}

static void test_no_other_event(void **state)
{
    unsigned known = 0;

    (void)state;
    for (unsigned id = 0; id < 512; id++) {
        SmmuEvent e = { .id = id, .stream_id = 1 };
        uint8_t record[EVT_BYTES], zero[EVT_BYTES] = { 0 };
        bool ok;

        memset(record, 0xa5, sizeof(record));
        ok = smmu_event_encode(&e, 52, record);
        known += ok;
        assert_int_equal(strcmp(smmu_event_name(id), "?") != 0, ok);
        if (!ok) {
            assert_memory_equal(record, zero, EVT_BYTES);
        }
    }
    assert_int_equal(known, COUNT_OF(layouts));
}

/* Records as a human would write them down. */
static void test_examples(void **state)
{
    static const struct {
        SmmuEvent e;
        uint64_t want[4];
    } cases[] = {
        { { .id = SMMU_C_BAD_STE, .stream_id = 0x1234 },
          { 0x0000123400000004, 0, 0, 0 } },
        { { .id = SMMU_C_BAD_STE, .stream_id = 0x1234, .substream_id = 9 },
          { 0x0000123400000004, 0, 0, 0 } },
        { { .id = SMMU_C_BAD_CD, .stream_id = 5, .ssv = true,
            .substream_id = 0x7 },
          { 0x000000050000780a, 0, 0, 0 } },
        { { .id = SMMU_C_BAD_SUBSTREAMID, .stream_id = 5, .ssv = true,
            .substream_id = 0x7 },
          { 0x0000000500007008, 0, 0, 0 } },
        { { .id = SMMU_F_STE_FETCH, .stream_id = 1, .gpcf = true,
            .reason = 0x22, .fetch_addr = 0x123456789 },
          { 0x0000000100000003, 0x10022, 0, 0x123456788 } },
        { { .id = SMMU_F_TRANSLATION, .stream_id = 2,
            .class_ = SMMU_CLASS_IN, .addr = 0xffff000012345678,
            .ipa = 0x7000, .access.privileged = true },
          { 0x0000000200000010, 0x20a00000000, 0xffff000012345678, 0 } },
        { { .id = SMMU_F_TRANSLATION, .stream_id = 2, .s2 = true,
            .class_ = SMMU_CLASS_TT, .addr = 0x1000, .ipa = 0x7fff,
            .stag = 0xbeef, .access.write = true },
          { 0x0000000200000010, 0x18000000000, 0x1000, 0x7000 } },
        { { .id = SMMU_F_ACCESS, .stream_id = 2, .stall = true,
            .stag = 0xbeef, .class_ = SMMU_CLASS_IN, .addr = 0x1000,
            .access.instruction = true },
          { 0x0000000200000012, 0x20c8000beef, 0x1000, 0 } },
        { { .id = SMMU_F_PERMISSION, .stream_id = 2, .s2 = true,
            .class_ = SMMU_CLASS_TT, .addr = 0x1000, .ipa = 0x2000,
            .access.write = true },
          { 0x0000000200000013, 0x118000000000, 0x1000, 0x2000 } },
        { { .id = SMMU_F_PERMISSION, .stream_id = 2, .s2 = true,
            .class_ = SMMU_CLASS_TT, .addr = 0x1000, .ipa = 0x2000,
            .access.write = true, .tt_write = true },
          { 0x0000000200000013, 0x18000000000, 0x1000, 0x2000 } },
        /* NSIPA is for Secure streams and stage 2 */
        { { .id = SMMU_F_PERMISSION, .sec_sid = CCA_SEC_SID_SECURE,
            .s2 = true, .nsipa = true, .class_ = SMMU_CLASS_IN,
            .access.write = true },
          { 0x13, 0x29000000000, 0, 0 } },
        { { .id = SMMU_F_PERMISSION, .sec_sid = CCA_SEC_SID_REALM,
            .s2 = true, .nsipa = true, .class_ = SMMU_CLASS_IN,
            .access.write = true },
          { 0x13, 0x28000000000, 0, 0 } },
        { { .id = SMMU_F_PERMISSION, .sec_sid = CCA_SEC_SID_SECURE,
            .nsipa = true, .class_ = SMMU_CLASS_IN, .access.write = true },
          { 0x13, 0x20000000000, 0, 0 } },
        /* addresses end at OAS, which is 48 here; InputAddr does not */
        { { .id = SMMU_F_WALK_EABT, .s2 = true, .class_ = SMMU_CLASS_CD,
            .addr = ~0ull, .fetch_addr = ~0ull, .access.write = true },
          { 0x0b, 0x8000000000, ~0ull, 0xfffffffffff8 } },
        { { .id = SMMU_F_ADDR_SIZE, .s2 = true, .class_ = SMMU_CLASS_IN,
            .addr = ~0ull, .ipa = ~0ull, .access.write = true },
          { 0x11, 0x28000000000, ~0ull, 0xfffffffff000 } },
        { { .id = SMMU_F_TRANSL_FORBIDDEN, .stream_id = 3, .addr = 0x1234,
            .access.privileged = true },
          { 0x0000000300000007, 0x800000000, 0x1234, 0 } },
        { { .id = SMMU_E_PAGE_REQUEST, .stream_id = 3, .addr = 0x12345678,
            .span = 2, .page = SMMU_PAGE_PR | SMMU_PAGE_UX },
          { 0x0000000300000024, 0x208200000000, 0x12345000, 0 } },
        { { .id = SMMU_E_PAGE_REQUEST, .stream_id = 3,
            .page = SMMU_PAGE_PW | SMMU_PAGE_UR },
          { 0x0000000300000024, 0x4800000000, 0, 0 } },
        { { .id = SMMU_E_PAGE_REQUEST, .stream_id = 3,
            .page = SMMU_PAGE_PX | SMMU_PAGE_UW },
          { 0x0000000300000024, 0x2400000000, 0, 0 } },
        { { .id = SMMU_F_CFG_CONFLICT, .reason = 0x89abcdef },
          { 0x21, 0x89abcdef, 0, 0 } },
        { { .id = SMMU_F_VMS_FETCH, .gpcf = true, .fetch_addr = 0x8000 },
          { 0x25, 0x10000, 0, 0x8000 } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint8_t record[EVT_BYTES];
        uint64_t w[4];

        assert_true(smmu_event_encode(&cases[i].e, 48, record));
        words_of(record, w);
        for (int n = 0; n < 4; n++) {
            if (w[n] != cases[i].want[n]) {
                print_error("case %zu, word %d: %#jx\n", i, n,
                            (uintmax_t)w[n]);
            }
            assert_true(w[n] == cases[i].want[n]);
        }
    }
}

/* What a driver reads from a translation-related fault. */
static SmmuEvent read_fault(const uint64_t *w)
{
    return (SmmuEvent) {
        .id = smmu_bits(w, 7, 0),
        .ssv = smmu_bits(w, 11, 11),
        .substream_id = smmu_bits(w, 31, 12),
        .stream_id = smmu_bits(w, 63, 32),
        .stag = smmu_bits(w, 79, 64),
        .stall = smmu_bits(w, 95, 95),
        .access.privileged = smmu_bits(w, 97, 97),
        .access.instruction = smmu_bits(w, 98, 98),
        .access.write = !smmu_bits(w, 99, 99),
        .nsipa = smmu_bits(w, 100, 100),
        .s2 = smmu_bits(w, 103, 103),
        .class_ = smmu_bits(w, 105, 104),
        .tt_write = !smmu_bits(w, 108, 108),
        .addr = smmu_bits(w, 191, 128),
        .ipa = smmu_bits(w, 247, 204) << 12,
    };
}

static void test_random_faults(void **state)
{
    static const SmmuEventId ids[] = {
        SMMU_F_TRANSLATION, SMMU_F_ADDR_SIZE, SMMU_F_ACCESS,
        SMMU_F_PERMISSION,
    };
    Rng rng = { 0xe7e27 };

    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint64_t r = rng_next(&rng), w[4];
        uint8_t record[EVT_BYTES];
        SmmuEvent e = {
            .id = ids[r & 3], .sec_sid = CCA_SEC_SID_SECURE,
            .stream_id = rng_next(&rng), .ssv = r & 4,
            .substream_id = rng_next(&rng), .stall = r & 8,
            .stag = rng_next(&rng),
            .access = { r & 0x10, r & 0x20, r & 0x40 },
            .nsipa = r & 0x80, .s2 = r & 0x100, .class_ = (r >> 9) % 3,
            .tt_write = r & 0x1000, .addr = rng_next(&rng),
            .ipa = rng_next(&rng),
        }, got;

        assert_true(smmu_event_encode(&e, 52, record));
        words_of(record, w);
        got = read_fault(w);
        assert_int_equal(got.id, e.id);
        assert_int_equal(got.stream_id, e.stream_id);
        assert_int_equal(got.ssv, e.ssv);
        assert_int_equal(got.substream_id,
                         e.ssv ? e.substream_id & 0xfffff : 0);
        assert_int_equal(got.stall, e.stall);
        assert_int_equal(got.stag, e.stall ? e.stag : 0);
        assert_int_equal(got.access.write, e.access.write);
        assert_int_equal(got.access.privileged, e.access.privileged);
        assert_int_equal(got.access.instruction,
                         e.access.instruction && !e.access.write);
        assert_int_equal(got.s2, e.s2);
        assert_int_equal(got.nsipa, e.s2 && e.nsipa);
        assert_int_equal(got.class_, e.class_);
        assert_true(got.addr == e.addr);
        assert_true(got.ipa == (e.s2 ? e.ipa & 0xffffffffff000 : 0));
        if (e.id == SMMU_F_PERMISSION && e.class_ == SMMU_CLASS_TT) {
            assert_int_equal(got.tt_write, e.tt_write);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_no_other_event),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_random_faults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
