/*
 * Memory encryption contexts: fault sites, with the real fault engine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "control.h"
#include "mec-rig.h"

#define NUM(n) { .given = true, .value = (n) }

static const uint8_t text[64] =
    "sixteen bytes...and as many moresixteen bytes...and as many more";

static void start(MecRig *rig, MecPolicy policy)
{
    rig_config(rig, policy);
    rig->config.faults = cca_faults_new();
    assert_non_null(rig->config.faults);
    rig_make(rig);
}

static void stop(MecRig *rig)
{
    rig_stop(rig);
    cca_faults_free(rig->config.faults);
}

static void arm(MecRig *rig, CcaFaultSpec spec)
{
    CcaFaultError error;

    spec.id = "f";
    if (!cca_fault_arm(rig->config.faults, &spec, &error)) {
        fail_msg("%s", error.text);
    }
}

static uint64_t fired(MecRig *rig)
{
    return cca_fault_firings(rig->config.faults);
}

static MecContext held(MecRig *rig, uint64_t pa)
{
    MecContext c = { CCA_PAS__COUNT, 0 };

    assert_true(mec_context_of(rig->mec, pa, &c));
    return c;
}

/* --- mec.context ---------------------------------------------------------- */

static void wrong_context(void **state)
{
    static const struct {
        uint64_t mask;
        CcaPas pas;
        uint16_t mecid;
    } rows[] = {
        { 0x0001, CCA_PAS_REALM, 4 },
        { 0x8000, CCA_PAS_REALM, 0x8005 },
        { 0x30000, CCA_PAS_SECURE, 5 },
        { 0x10007, CCA_PAS_ROOT, 2 },
        { 0x40001, CCA_PAS_REALM, 4 },  /* PAS 7: only the MECID is wrong */
    };
    uint8_t buf[32];
    MecRig rig;

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++) {
        start(&rig, MEC_PAS);
        rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 5, text, 32);
        arm(&rig, (CcaFaultSpec) {
            .site = "mec.context", .action = "flip", .addr = NUM(RIG_LOW),
            .mask = NUM(rows[i].mask), .nth = NUM(2),
        });
        rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, buf, 32);
        assert_memory_equal(buf, text, 32);
        rig_touch(&rig, RIG_LOW + 4096, CCA_PAS_REALM, 5);
        assert_int_equal(held(&rig, RIG_LOW + 4096).mecid, 5);
        assert_int_equal(fired(&rig), 0);
        /* Not before the second use of that granule. */
        rig_read(&rig, RIG_LOW + 8, CCA_PAS_REALM, 5, buf, 8);
        assert_int_equal(fired(&rig), 1);
        assert_memory_not_equal(buf, text + 8, 8);
        assert_int_equal(held(&rig, RIG_LOW).pas, rows[i].pas);
        assert_int_equal(held(&rig, RIG_LOW).mecid, rows[i].mecid);
        rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, buf, 32);
        assert_memory_equal(buf, text, 32);
        stop(&rig);
    }
}

/* The context that used the granule before. */
static void stale_context(void **state)
{
    uint8_t buf[32];
    MecRig rig;

    (void)state;
    start(&rig, MEC_PAS);
    arm(&rig, (CcaFaultSpec) { .site = "mec.context", .action = "stale" });
    rig_write(&rig, RIG_LOW, CCA_PAS_ROOT, 0, text, 32);
    assert_int_equal(fired(&rig), 0);
    rig_touch(&rig, RIG_LOW + 4096, CCA_PAS_REALM, 5);
    assert_int_equal(fired(&rig), 0);
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, buf, 32);
    assert_int_equal(fired(&rig), 1);
    assert_memory_equal(buf, text, 32);
    assert_int_equal(held(&rig, RIG_LOW).pas, CCA_PAS_ROOT);
    stop(&rig);

    /* Bits that do not exist make no other context. */
    rig_config(&rig, MEC_PAS);
    rig.config.faults = cca_faults_new();
    rig.config.mecid_bits = 4;
    rig_make(&rig);
    arm(&rig, (CcaFaultSpec) { .site = "mec.context", .action = "stale" });
    rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 0x15);
    rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 0x25);
    assert_int_equal(fired(&rig), 0);
    rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 0x26);
    assert_int_equal(fired(&rig), 1);
    assert_int_equal(held(&rig, RIG_LOW).mecid, 5);
    stop(&rig);
}

/* --- mec.key -------------------------------------------------------------- */

static void lost_key(void **state)
{
    uint8_t buf[32];
    MecStats stats;
    MecRig rig;

    (void)state;
    start(&rig, MEC_PAS);
    rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 5, text, 32);
    rig_write(&rig, RIG_LOW + 4096, CCA_PAS_REALM, 5, text, 32);
    rig_write(&rig, RIG_LOW + 8192, CCA_PAS_NS, 0, text, 32);
    arm(&rig, (CcaFaultSpec) { .site = "mec.key", .action = "drop",
                               .nth = NUM(1) });
    /* There is no key to lose. */
    rig_read(&rig, RIG_LOW + 8192, CCA_PAS_NS, 0, buf, 32);
    assert_int_equal(fired(&rig), 0);
    assert_memory_equal(buf, text, 32);
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, buf, 32);
    assert_int_equal(fired(&rig), 1);
    assert_memory_not_equal(buf, text, 16);
    /* All that was written with it is lost, and stays so. */
    rig_read(&rig, RIG_LOW + 4096, CCA_PAS_REALM, 5, buf, 32);
    assert_memory_not_equal(buf, text, 16);
    rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 5, text, 32);
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, buf, 32);
    assert_memory_equal(buf, text, 32);
    mec_stats(rig.mec, &stats);
    assert_int_equal(stats.lost_keys, 1);
    stop(&rig);
}

/* --- mem.flip ------------------------------------------------------------- */

static void flip(void **state)
{
    uint8_t before[64], after[64], buf[64];
    MecStats stats;
    MecRig rig;

    (void)state;
    start(&rig, MEC_PAS);
    rig_write(&rig, RIG_LOW + 64, CCA_PAS_REALM, 5, text, 64);
    mec_cipher_read(rig.mec, RIG_LOW + 64, before, 64);
    arm(&rig, (CcaFaultSpec) {
        .site = "mem.flip", .action = "flip", .mask = NUM(0x8000000000000100),
        .word = NUM(5), .addr = NUM(RIG_LOW + 64), .size = NUM(64),
        .nth = NUM(1),
    });
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, buf, 8);
    assert_int_equal(fired(&rig), 0);
    /* The line around the address, its sixth word. */
    rig_read(&rig, RIG_LOW + 100, CCA_PAS_REALM, 5, buf, 8);
    assert_int_equal(fired(&rig), 1);
    mec_cipher_read(rig.mec, RIG_LOW + 64, after, 64);
    before[41] ^= 1;
    before[47] ^= 0x80;
    assert_memory_equal(before, after, 64);
    /* Which is a block of garbage. */
    rig_read(&rig, RIG_LOW + 64, CCA_PAS_REALM, 5, buf, 64);
    assert_memory_equal(buf, text, 32);
    assert_memory_not_equal(buf + 32, text + 32, 8);
    assert_memory_not_equal(buf + 40, text + 40, 8);
    assert_memory_equal(buf + 48, text + 48, 16);
    mec_stats(rig.mec, &stats);
    assert_int_equal(stats.flips, 1);
    stop(&rig);
}

/* Memory can fail with mpe=off, too; contexts cannot. */
static void with_policy_off(void **state)
{
    uint8_t buf[8];
    MecRig rig;

    (void)state;
    start(&rig, MEC_OFF);
    arm(&rig, (CcaFaultSpec) { .site = "mec.context", .action = "flip",
                               .mask = NUM(1) });
    rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 5, text, 32);
    assert_int_equal(fired(&rig), 0);
    assert_true(cca_fault_disarm(rig.config.faults, "f"));
    arm(&rig, (CcaFaultSpec) { .site = "mec.key", .action = "drop" });
    rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 5, text, 32);
    assert_int_equal(fired(&rig), 0);
    assert_true(cca_fault_disarm(rig.config.faults, "f"));
    arm(&rig, (CcaFaultSpec) { .site = "mem.flip", .action = "flip",
                               .mask = NUM(3) });
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, buf, 8);
    assert_int_equal(fired(&rig), 1);
    assert_int_equal(buf[0], text[0] ^ 3);
    assert_memory_equal(buf + 1, text + 1, 7);
    stop(&rig);
}

/* --- mem.replay ----------------------------------------------------------- */

static void replay(void **state)
{
    uint8_t other[32], buf[32];
    MecStats stats;
    MecRig rig;

    (void)state;
    memset(other, 0xee, sizeof(other));
    start(&rig, MEC_PAS);
    rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 5, text, 32);
    arm(&rig, (CcaFaultSpec) { .site = "mem.replay", .action = "replay",
                               .addr = NUM(RIG_LOW), .nth = NUM(1) });
    /* Seen once, seen again: nothing older is known. */
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, buf, 32);
    rig_write(&rig, RIG_LOW + 4096, CCA_PAS_REALM, 5, text, 32);
    rig_write(&rig, RIG_LOW + 4096, CCA_PAS_REALM, 5, other, 32);
    rig_write(&rig, RIG_LOW + 4096, CCA_PAS_REALM, 5, text, 32);
    /* Another key in between is no other ciphertext. */
    rig_touch(&rig, RIG_LOW, CCA_PAS_ROOT, 0);
    rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 5);
    memcpy(rig_ram(&rig, RIG_LOW), other, 32);
    assert_int_equal(fired(&rig), 0);
    rig_read(&rig, RIG_LOW + 99, CCA_PAS_REALM, 5, buf, 1);
    assert_int_equal(fired(&rig), 1);
    assert_memory_equal(rig_ram(&rig, RIG_LOW), text, 32);
    rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 5, other, 32);
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, buf, 32);
    assert_memory_equal(buf, other, 32);
    mec_stats(rig.mec, &stats);
    assert_int_equal(stats.replays, 1);
    stop(&rig);
}

/* Ciphertext of before a reset comes back, and means nothing any more. */
static void replay_across_reset(void **state)
{
    uint8_t before[32], now[32], seed[MEC_SEED_BYTES];
    MecRig rig;

    (void)state;
    start(&rig, MEC_PAS);
    rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 5, text, 32);
    mec_cipher_read(rig.mec, RIG_LOW, before, 32);
    arm(&rig, (CcaFaultSpec) { .site = "mem.replay", .action = "replay",
                               .nth = NUM(1) });
    rig_touch(&rig, RIG_LOW, CCA_PAS_REALM, 5);
    rig_seed(seed, 7);
    mec_reset(rig.mec, seed);
    /* NS memory is cleared past the engine, as by a loader. */
    memset(rig_ram(&rig, RIG_LOW), 0, 32);
    rig_touch(&rig, RIG_LOW, CCA_PAS_NS, 0);
    assert_int_equal(fired(&rig), 1);
    mec_cipher_read(rig.mec, RIG_LOW, now, 32);
    assert_memory_equal(now, before, 32);
    rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, now, 32);
    assert_memory_not_equal(now, text, 16);
    stop(&rig);
}

/* --- all sites ------------------------------------------------------------ */

static void nothing_fires(void **state)
{
    static const struct {
        const char *site, *action;
        uint64_t mask;
    } sites[] = {
        { "mec.context", "flip", 1 }, { "mec.key", "drop", 0 },
        { "mem.flip", "flip", 1 }, { "mem.replay", "replay", 0 },
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(sites); i++) {
        CcaAccess a = rig_access(RIG_LOW, CCA_PAS_REALM, 5);
        CcaFaultSpec spec = { .site = sites[i].site,
                              .action = sites[i].action };
        uint8_t buf[32];
        MecRig rig;

        spec.mask.given = sites[i].mask;
        spec.mask.value = sites[i].mask;
        start(&rig, MEC_PAS);
        rig_write(&rig, RIG_LOW, CCA_PAS_REALM, 5, text, 32);
        assert_true(mec_lookup(rig.mec, &a));
        arm(&rig, spec);
        /* A lookup is no short cut around the site. */
        assert_false(mec_lookup(rig.mec, &a));
        /* Debuggers, probes, addresses without a context. */
        a.requester.kind = CCA_REQUESTER_DEBUG;
        mec_switch(rig.mec, &a);
        mec_cipher_read(rig.mec, RIG_LOW, buf, 32);
        mec_plain_read(rig.mec, (MecContext) { CCA_PAS_REALM, 5 }, RIG_LOW,
                       buf, 32);
        assert_memory_equal(buf, text, 32);
        rig_touch(&rig, 0x1000, CCA_PAS_REALM, 5);
        assert_int_equal(fired(&rig), 0);
        /* The machine cannot be interrupted now: memory is as it was. */
        rig.refuse = true;
        a.requester.kind = CCA_REQUESTER_PE;
        mec_switch(rig.mec, &a);
        rig.refuse = false;
        assert_true(cca_fault_disarm(rig.config.faults, "f"));
        rig_read(&rig, RIG_LOW, CCA_PAS_REALM, 5, buf, 32);
        assert_memory_equal(buf, text, 32);
        stop(&rig);
    }
}

/* --- accesses that switch nothing ----------------------------------------- */

static CcaAccess by_device(uint64_t pa, uint16_t mecid)
{
    CcaAccess a = rig_access(pa, CCA_PAS_REALM, mecid);

    a.requester = (CcaRequester) { CCA_REQUESTER_DEVICE, 0x100,
                                   CCA_PAS_REALM };
    return a;
}

/* A device passes the sites once an access, and switches nothing. */
static void device_passes(void **state)
{
    CcaAccess a = by_device(RIG_LOW, 5), debugger = a;
    uint8_t buf[64];
    MecRig rig;

    (void)state;
    start(&rig, MEC_PAS);
    assert_true(mec_access_write(rig.mec, &a, text, 64));
    arm(&rig, (CcaFaultSpec) {
        .site = "mec.context", .action = "flip", .mask = NUM(1),
        .nth = NUM(2),
    });
    assert_true(mec_access_read(rig.mec, &a, buf, 64));
    assert_memory_equal(buf, text, 64);
    assert_int_equal(fired(&rig), 0);
    /* A debugger is not counted, nor is what is refused, nor no byte. */
    debugger.requester.kind = CCA_REQUESTER_DEBUG;
    assert_true(mec_access_read(rig.mec, &debugger, buf, 64));
    assert_true(mec_access_read(rig.mec, &a, buf, 0));
    a.addr = 0x1000;
    assert_false(mec_access_read(rig.mec, &a, buf, 64));
    a.addr = RIG_LOW;
    assert_int_equal(fired(&rig), 0);
    assert_true(mec_access_read(rig.mec, &a, buf, 64));
    assert_int_equal(fired(&rig), 1);
    assert_memory_not_equal(buf, text, 16);
    assert_true(mec_access_read(rig.mec, &a, buf, 64));
    assert_memory_equal(buf, text, 64);
    assert_int_equal(held(&rig, RIG_LOW).pas, CCA_PAS_NS);
    stop(&rig);
}

static void device_damage(void **state)
{
    CcaAccess a = by_device(RIG_LOW, 5);
    uint8_t buf[64];
    MecRig rig;

    (void)state;
    start(&rig, MEC_PAS);
    assert_true(mec_access_write(rig.mec, &a, text, 64));
    arm(&rig, (CcaFaultSpec) {
        .site = "mem.flip", .action = "flip", .mask = NUM(1), .word = NUM(2),
        .nth = NUM(1),
    });
    assert_true(mec_access_read(rig.mec, &a, buf, 64));
    assert_int_equal(fired(&rig), 1);
    assert_memory_equal(buf, text, 16);
    assert_memory_not_equal(buf + 16, text + 16, 16);
    assert_memory_equal(buf + 32, text + 32, 32);
    stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_context),
        cmocka_unit_test(stale_context),
        cmocka_unit_test(lost_key),
        cmocka_unit_test(flip),
        cmocka_unit_test(with_policy_off),
        cmocka_unit_test(replay),
        cmocka_unit_test(replay_across_reset),
        cmocka_unit_test(nothing_fires),
        cmocka_unit_test(device_passes),
        cmocka_unit_test(device_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
