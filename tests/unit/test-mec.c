/*
 * Memory encryption contexts: what accesses and probes see.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "mec-openssl.h"
#include "mec-rig.h"

static const uint8_t text[32] = "sixteen bytes...and as many more";

/* --- which contexts differ ------------------------------------------------ */

typedef struct PolicyRow {
    MecPolicy policy;
    unsigned bits;
    bool identity;
    MecContext a, b;
    bool same;                  /* b reads what a wrote */
    bool plain;                 /* a's ciphertext is its plaintext */
} PolicyRow;

#define NS(id) { CCA_PAS_NS, id }
#define REALM(id) { CCA_PAS_REALM, id }
#define ROOT { CCA_PAS_ROOT, 0 }
#define SECURE { CCA_PAS_SECURE, 0 }

static const PolicyRow policy_rows[] = {
    { MEC_OFF, 16, true, REALM(3), NS(0), true, true },
    { MEC_OFF, 16, false, ROOT, REALM(7), true, true },
    { MEC_MECID, 16, true, NS(0), ROOT, true, true },
    { MEC_MECID, 16, true, SECURE, REALM(0), true, true },
    { MEC_MECID, 16, false, SECURE, REALM(0), true, false },
    { MEC_MECID, 16, true, REALM(1), REALM(0), false, false },
    { MEC_MECID, 16, true, REALM(1), REALM(2), false, false },
    { MEC_MECID, 16, true, REALM(1), NS(0), false, false },
    { MEC_MECID, 16, true, REALM(1), NS(1), true, false },
    { MEC_MECID, 4, true, REALM(1), REALM(0x11), true, false },
    { MEC_PAS, 16, true, NS(0), NS(0), true, true },
    { MEC_PAS, 16, false, NS(0), NS(0), true, false },
    { MEC_PAS, 16, true, NS(0), ROOT, false, true },
    { MEC_PAS, 16, true, NS(0), SECURE, false, true },
    { MEC_PAS, 16, true, NS(0), REALM(0), false, true },
    { MEC_PAS, 16, true, ROOT, SECURE, false, false },
    { MEC_PAS, 16, true, ROOT, REALM(0), false, false },
    { MEC_PAS, 16, true, SECURE, REALM(0), false, false },
    { MEC_PAS, 16, true, REALM(0), REALM(1), false, false },
    { MEC_PAS, 16, true, REALM(0x7fff), REALM(0xffff), false, false },
    { MEC_PAS, 15, true, REALM(0x7fff), REALM(0xffff), true, false },
    { MEC_PAS, 1, true, REALM(1), REALM(0xffff), true, false },
    { MEC_PAS, 1, true, REALM(1), REALM(0xfffe), false, false },
};

static void policies(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(policy_rows); i++) {
        const PolicyRow *row = &policy_rows[i];
        const MecContext *a = &row->a, *b = &row->b;
        uint8_t buf[32];
        CcaAccess access = rig_access(RIG_LOW, b->pas, b->mecid);
        MecRig rig;

        rig_config(&rig, row->policy);
        rig.config.mecid_bits = row->bits;
        rig.config.ns_identity = row->identity;
        rig_make(&rig);
        rig_write(&rig, RIG_LOW, a->pas, a->mecid, text, 32);
        assert_true(mec_cipher_read(rig.mec, RIG_LOW, buf, 32));
        assert_int_equal(!memcmp(buf, text, 32), row->plain);
        rig.changes = rig.changeds = 0;
        assert_int_equal(mec_lookup(rig.mec, &access), row->same);
        assert_int_equal(rig_touch(&rig, RIG_LOW, b->pas, b->mecid),
                         row->same ? MEC_HELD : MEC_SWITCHED);
        assert_int_equal(rig.changes, row->same ? 0 : 1);
        rig_read(&rig, RIG_LOW, b->pas, b->mecid, buf, 32);
        assert_int_equal(!memcmp(buf, text, 32), row->same);
        rig_read(&rig, RIG_LOW, a->pas, a->mecid, buf, 32);
        assert_memory_equal(buf, text, 32);
        rig_stop(&rig);
    }
}

/* --- ciphertext ----------------------------------------------------------- */

/* The whole way from seed to DRAM, once more with OpenSSL. */
static void known_ciphertext(void **state)
{
    uint8_t key[32], want[MEC_GRANULE], got[MEC_GRANULE];
    const uint64_t pa = RIG_HIGH + 513 * MEC_GRANULE;
    MecRig rig;

    (void)state;
    rig_start(&rig, MEC_PAS);
    for (unsigned i = 0; i < MEC_GRANULE; i++) {
        want[i] = i * 7 >> 3;
    }
    rig_write(&rig, pa, CCA_PAS_REALM, 0x1234, want, MEC_GRANULE);
    /* PAS 3 XOR 1, MECID from bit 3 on. */
    openssl_derive(rig.config.seed, 2 | 0x1234 << 3, key);
    openssl_xts(key, true, pa >> 12, want, MEC_GRANULE);
    assert_true(mec_cipher_read(rig.mec, pa, got, MEC_GRANULE));
    assert_memory_equal(got, want, MEC_GRANULE);
    rig_stop(&rig);
}

/* Equal blocks have different ciphertext, next to each other and far off. */
static void equal_blocks(void **state)
{
    static uint8_t cipher[2 * MEC_GRANULE];
    uint8_t zero[MEC_GRANULE] = { 0 };
    unsigned equal = 0;
    MecRig rig;

    (void)state;
    rig_start(&rig, MEC_PAS);
    rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 1, zero, MEC_GRANULE);
    rig_write(&rig, RIG_LOW + MEC_GRANULE, CCA_PAS_REALM, 1, zero,
              MEC_GRANULE);
    assert_true(mec_cipher_read(rig.mec, RIG_LOW, cipher, sizeof(cipher)));
    for (unsigned i = 0; i < sizeof(cipher); i += MEC_BLOCK) {
        for (unsigned j = 0; j < i; j += MEC_BLOCK) {
            equal += !memcmp(cipher + i, cipher + j, MEC_BLOCK);
        }
    }
    assert_int_equal(equal, 0);
    rig_stop(&rig);
}

/* A write of one byte under b damages one block as a sees it, and no more. */
static void damage(void **state)
{
    uint8_t before[MEC_GRANULE], after[MEC_GRANULE], byte = 0x5a;
    MecRig rig;

    (void)state;
    rig_start(&rig, MEC_PAS);
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 1, before, MEC_GRANULE);
    rig_write(&rig, RIG_LOW + 0x123, CCA_PAS_REALM, 2, &byte, 1);
    rig_read(&rig, RIG_LOW + 0x123, CCA_PAS_REALM, 2, after, 1);
    assert_int_equal(after[0], byte);
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 1, after, MEC_GRANULE);
    assert_memory_equal(after, before, 0x120);
    for (unsigned i = 0x120; i < 0x130; i += 8) {
        assert_memory_not_equal(after + i, before + i, 8);
    }
    assert_memory_equal(after + 0x130, before + 0x130, MEC_GRANULE - 0x130);
    rig_stop(&rig);
}

/* The same for a probe: one byte of ciphertext is one block of garbage. */
static void probe_damage(void **state)
{
    uint8_t before[64], after[64], byte;
    MecContext c;
    MecRig rig;

    (void)state;
    rig_start(&rig, MEC_PAS);
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 1, before, 64);
    assert_true(mec_cipher_read(rig.mec, RIG_LOW + 17, &byte, 1));
    byte ^= 1;
    assert_true(mec_cipher_write(rig.mec, RIG_LOW + 17, &byte, 1));
    assert_int_equal(rig.pa, RIG_LOW + 17);
    assert_int_equal(rig.size, 1);
    assert_true(mec_context_of(rig.mec, RIG_LOW, &c));
    assert_true(c.pas == CCA_PAS_REALM && c.mecid == 1);
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 1, after, 64);
    assert_memory_equal(after, before, 16);
    assert_memory_not_equal(after + 16, before + 16, 8);
    assert_memory_not_equal(after + 24, before + 24, 8);
    assert_memory_equal(after + 32, before + 32, 32);
    rig_stop(&rig);
}

/* --- edges ---------------------------------------------------------------- */

static void outside(void **state)
{
    const uint64_t low_end = RIG_LOW + RIG_LOW_GRANULES * MEC_GRANULE;
    const uint64_t high_end = RIG_HIGH + RIG_HIGH_GRANULES * MEC_GRANULE;
    const uint64_t out[] = {
        0, RIG_LOW - 1, low_end, RIG_HIGH - 1, high_end, UINT64_MAX,
        RIG_LOW + (1ull << 56),
    };
    const struct {
        uint64_t pa;
        size_t len;
        bool good;
    } ranges[] = {
        { RIG_LOW, 0, true }, { 0, 0, true },
        { low_end - 4, 4, true }, { low_end - 4, 5, false },
        { RIG_LOW - 1, 2, false }, { high_end - 16, 16, true },
        { high_end - 16, 17, false }, { UINT64_MAX - 3, 8, false },
        { RIG_LOW, SIZE_MAX, false },
        { RIG_HIGH + 3 * MEC_GRANULE - 1, 1, true },    /* before the hole */
        { RIG_HIGH + 3 * MEC_GRANULE - 1, 2, false },
        { RIG_HIGH + 4 * MEC_GRANULE - 1, 1, false },
        { RIG_HIGH + 4 * MEC_GRANULE, 1, true },
    };
    uint8_t buf[32] = { 0 };
    MecContext c;
    MecRig rig;

    (void)state;
    rig_start(&rig, MEC_PAS);
    for (unsigned i = 0; i < COUNT_OF(out); i++) {
        CcaAccess a = rig_access(out[i], CCA_PAS_REALM, 1);

        assert_true(mec_lookup(rig.mec, &a));
        assert_int_equal(mec_switch(rig.mec, &a), MEC_OUTSIDE);
        assert_false(mec_context_of(rig.mec, out[i], &c));
    }
    /* The last byte of each range is inside. */
    assert_int_equal(rig_touch(&rig, low_end - 1, CCA_PAS_REALM, 1),
                     MEC_SWITCHED);
    assert_int_equal(rig_touch(&rig, high_end - 1, CCA_PAS_REALM, 1),
                     MEC_SWITCHED);
    rig.hole = RIG_HIGH + 3 * MEC_GRANULE;
    rig.changes = rig.changeds = 0;
    assert_int_equal(rig_touch(&rig, rig.hole, CCA_PAS_REALM, 1),
                     MEC_OUTSIDE);
    assert_true(mec_context_of(rig.mec, rig.hole, &c));
    assert_int_equal(c.pas, CCA_PAS_NS);
    assert_int_equal(rig.changes, 0);
    for (unsigned i = 0; i < COUNT_OF(ranges); i++) {
        uint64_t pa = ranges[i].pa;
        size_t len = ranges[i].len;
        MecContext realm = REALM(2);

        rig.changes = rig.changeds = 0;
        assert_int_equal(mec_cipher_read(rig.mec, pa, buf, len),
                         ranges[i].good);
        assert_int_equal(mec_plain_read(rig.mec, realm, pa, buf, len),
                         ranges[i].good);
        assert_int_equal(mec_cipher_write(rig.mec, pa, buf, len),
                         ranges[i].good);
        assert_int_equal(mec_plain_write(rig.mec, realm, pa, buf, len),
                         ranges[i].good);
        assert_int_equal(rig.changes, ranges[i].good && len ? 2 : 0);
    }
    rig_stop(&rig);
}

/* What the machine is told before a granule changes, and that it may refuse. */
static void change(void **state)
{
    uint8_t before[MEC_GRANULE];
    const uint64_t pa = RIG_HIGH + 5 * MEC_GRANULE;
    CcaAccess debugger = rig_access(pa, CCA_PAS_REALM, 9);
    MecContext realm = REALM(9);
    MecStats stats;
    MecContext c;
    MecRig rig;

    (void)state;
    rig_start(&rig, MEC_PAS);
    memcpy(before, rig_ram(&rig, pa), MEC_GRANULE);
    rig.refuse = true;
    assert_int_equal(rig_touch(&rig, pa + 77, CCA_PAS_REALM, 9), MEC_REFUSED);
    assert_false(mec_cipher_write(rig.mec, pa, before, 1));
    assert_false(mec_plain_write(rig.mec, realm, pa, before, 1));
    assert_false(mec_lose_key(rig.mec, realm));
    assert_true(mec_context_of(rig.mec, pa, &c));
    assert_int_equal(c.pas, CCA_PAS_NS);
    rig.refuse = false;
    debugger.requester.kind = CCA_REQUESTER_DEBUG;
    assert_int_equal(mec_switch(rig.mec, &debugger), MEC_REFUSED);
    assert_int_equal(rig.changes, 0);
    assert_memory_equal(before, rig_ram(&rig, pa), MEC_GRANULE);

    assert_int_equal(rig_touch(&rig, pa + 77, CCA_PAS_REALM, 9),
                     MEC_SWITCHED);
    assert_int_equal(rig.changes, 1);
    assert_int_equal(rig.pa, pa);
    assert_int_equal(rig.size, MEC_GRANULE);
    mec_stats(rig.mec, &stats);
    assert_int_equal(stats.refused, 4);
    assert_int_equal(stats.switches, 1);

    /* Nobody to be told is no reason to refuse. */
    rig_stop(&rig);
    rig_config(&rig, MEC_PAS);
    rig.config.bus.change = NULL;
    rig.config.bus.changed = NULL;
    rig_make(&rig);
    assert_int_equal(rig_touch(&rig, pa, CCA_PAS_REALM, 9), MEC_SWITCHED);
    rig_stop(&rig);
}

/* Contexts take memory where they are, and nowhere else. */
static void lazily(void **state)
{
    const size_t chunk = MEC_CHUNK_GRANULES * 4;
    uint8_t buf[8] = { 0 };
    MecContext realm = REALM(1);
    CcaAccess a = rig_access(RIG_HIGH, CCA_PAS_REALM, 1);
    MecRig rig;

    (void)state;
    assert_true(sizeof(MecSlot) <= 4);
    rig_start(&rig, MEC_PAS);
    assert_int_equal(rig_touch(&rig, RIG_HIGH, CCA_PAS_NS, 0), MEC_HELD);
    assert_false(mec_lookup(rig.mec, &a));
    assert_true(mec_plain_write(rig.mec, realm, RIG_HIGH, buf, sizeof(buf)));
    assert_true(mec_claim(rig.mec, 0, UINT64_MAX));
    assert_int_equal(mec_bytes(rig.mec), 0);
    rig_touch(&rig, RIG_HIGH, CCA_PAS_REALM, 1);
    rig_touch(&rig, RIG_HIGH + 511 * MEC_GRANULE, CCA_PAS_REALM, 1);
    assert_int_equal(mec_bytes(rig.mec), chunk);
    rig_touch(&rig, RIG_HIGH + 512 * MEC_GRANULE, CCA_PAS_REALM, 1);
    assert_int_equal(mec_bytes(rig.mec), 2 * chunk);
    rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 1);
    assert_int_equal(mec_bytes(rig.mec), 3 * chunk);
    mec_reset(rig.mec, rig.config.seed);
    assert_int_equal(mec_bytes(rig.mec), 0);
    rig_stop(&rig);
}

/* Sentences, too: they are all that a user gets. */
static void bad_configurations(void **state)
{
    const struct {
        unsigned policy, bits, count;
        MecRange range[2];
        const char *why;
    } rows[] = {
        { MEC_POLICY__COUNT, 16, 1, { { 0, 4096 } }, "there is no policy 3" },
        { MEC_PAS, 0, 1, { { 0, 4096 } }, "mecid-bits=0 is not 1 to 16" },
        { MEC_PAS, 17, 1, { { 0, 4096 } }, "mecid-bits=17 is not 1 to 16" },
        { MEC_PAS, 16, 0, { { 0, 4096 } }, "0 ranges of DRAM" },
        { MEC_PAS, 16, 9, { { 0, 4096 } }, "9 ranges of DRAM" },
        { MEC_PAS, 16, 1, { { 0, 0 } }, "whole granules" },
        { MEC_PAS, 16, 1, { { 0, 4097 } }, "whole granules" },
        { MEC_PAS, 16, 1, { { 2048, 4096 } }, "whole granules" },
        { MEC_PAS, 16, 1, { { 0, 1ull << 47 } }, "whole granules" },
        { MEC_PAS, 16, 1, { { 1ull << 56, 4096 } }, "whole granules" },
        { MEC_PAS, 16, 1, { { -4096ull, 8192 } }, "whole granules" },
        { MEC_PAS, 16, 2, { { 0, 8192 }, { 4096, 4096 } }, "overlap" },
        { MEC_PAS, 16, 2, { { 4096, 4096 }, { 0, 8192 } }, "overlap" },
        { MEC_PAS, 16, 2, { { 0, 4096 }, { 0, 4096 } }, "overlap" },
    };
    MecError why;
    MecRig rig;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        rig_config(&rig, rows[i].policy);
        rig.config.mecid_bits = rows[i].bits;
        rig.config.range_count = rows[i].count;
        memcpy(rig.config.range, rows[i].range, sizeof(rows[i].range));
        assert_null(mec_new(&rig.config, &why));
        assert_non_null(strstr(why.text, rows[i].why));
        assert_null(mec_new(&rig.config, NULL));
    }
    rig_config(&rig, MEC_PAS);
    rig.config.bus.granule = NULL;
    assert_null(mec_new(&rig.config, &why));
    mec_free(NULL);
    assert_string_equal(mec_policy_name(MEC_OFF), "off");
    assert_string_equal(mec_policy_name(MEC_MECID), "mecid");
    assert_string_equal(mec_policy_name(MEC_PAS), "pas");
    assert_string_equal(mec_policy_name(MEC_POLICY__COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies),
        cmocka_unit_test(known_ciphertext),
        cmocka_unit_test(equal_blocks),
        cmocka_unit_test(damage),
        cmocka_unit_test(probe_damage),
        cmocka_unit_test(outside),
        cmocka_unit_test(change),
        cmocka_unit_test(lazily),
        cmocka_unit_test(bad_configurations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
