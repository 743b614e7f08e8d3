/*
 * The Device Permission Table (section 3.24): each entry and each fault, as
 * ATS Translated transactions of Realm streams meet them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-rig-streams.h"

/* Fault codes of R_DPT_CFG_FAR. */
enum { DISABLED = 0, WALK = 1, NONE = 99 };

enum {
    L1 = RIG_DPT + 0x100000,    /* 1 MiB: aligned to its size */
    PA = RIG_DATA + 0x20000,    /* an even granule, of any size */
    PA_ODD = PA + 0x1000,
    VMID = 0x42,
};

#define AC(n)       ((uint64_t)(n) << 2)
#define W           (1ull << 4)
#define CONTIG(n)   ((uint64_t)(n) << 8)
#define ID(n)       ((uint64_t)(n) << 16)
#define UPPER(x)    ((uint64_t)(x) << 32)
#define GOOD        (W | ID(VMID))

typedef struct Case {
    const char *name;
    uint32_t cfg;               /* R_DPT_BASE_CFG; 0: 36 bits, 4KB, 1GB */
    uint64_t l0, l1;            /* l0 0: a Table at L1 */
    uint64_t pa;                /* 0: PA */
    bool write, walk_off, fetch, no_vmid16;
    bool passes;
    CcaPas pas;
    unsigned code, level;
} Case;

enum { CFG_36 = 1 };

#define PASS(pas_) .passes = true, .pas = CCA_PAS_##pas_, .code = NONE
#define DENIED .code = NONE
#define FAULT(code_, level_) .code = (code_), .level = (level_)

static const Case cases[] = {
    /* The halves of a level 1 entry */
    { "lower", .l1 = 1 | GOOD, PASS(REALM) },
    { "lower, write", .l1 = 1 | GOOD, .write = true, PASS(REALM) },
    { "lower, read-only", .l1 = 1 | ID(VMID), PASS(REALM) },
    { "lower, read-only, write", .l1 = 1 | ID(VMID), .write = true, DENIED },
    { "upper", .l1 = 2 | UPPER(GOOD), .pa = PA_ODD, PASS(REALM) },
    { "upper, read-only, write", .l1 = 3 | GOOD | UPPER(ID(VMID)),
      .pa = PA_ODD, .write = true, DENIED },
    { "lower is closed", .l1 = 2 | UPPER(GOOD), DENIED },
    { "upper is closed", .l1 = 1 | GOOD, .pa = PA_ODD, DENIED },
    { "both are closed", .l1 = 0, DENIED },
    { "another VMID", .l1 = 1 | W | ID(0x43), DENIED },
    { "each half has its own VMID", .l1 = 3 | W | ID(0x43) | UPPER(GOOD),
      .pa = PA_ODD, PASS(REALM) },
    { "AC 1: VMID, to NS", .l1 = 1 | GOOD | AC(1), PASS(NS) },
    { "AC 1: another VMID", .l1 = 1 | W | AC(1) | ID(0x43), DENIED },
    { "AC 2: any VMID, to NS", .l1 = 1 | W | AC(2), PASS(NS) },
    { "AC 2: VMID is RES0", .l1 = 1 | GOOD | AC(2), FAULT(WALK, 1) },
    { "AC 3", .l1 = 1 | GOOD | AC(3), FAULT(WALK, 1) },
    { "AC 3 in the other half", .l1 = 3 | GOOD | UPPER(GOOD | AC(3)),
      FAULT(WALK, 1) },
    { "fetch from NS", .l1 = 1 | W | AC(2), .fetch = true, DENIED },
    { "a closed half with something in it", .l1 = 1 | GOOD | UPPER(W),
      FAULT(WALK, 1) },
    { "all closed with something in it", .l1 = W, FAULT(WALK, 1) },
    { "bit 5", .l1 = 1 | GOOD | 1 << 5, FAULT(WALK, 1) },
    { "bit 12", .l1 = 1 | GOOD | 1 << 12, FAULT(WALK, 1) },
    { "bit 63 is VMID1", .l1 = 3 | GOOD | 1ull << 63, PASS(REALM) },
    { "VMID of 16 bits without them", .l1 = 1 | W | ID(0x142),
      .no_vmid16 = true, FAULT(WALK, 1) },

    /* Contiguous entries */
    { "64KB", .l1 = 3 | GOOD | CONTIG(1), PASS(REALM) },
    { "64KB, upper granule", .l1 = 3 | GOOD | CONTIG(1), .pa = PA_ODD,
      PASS(REALM) },
    { "1GB", .l1 = 3 | GOOD | CONTIG(5), PASS(REALM) },
    { "larger than a level 0 entry", .l1 = 3 | GOOD | CONTIG(6),
      FAULT(WALK, 1) },
    { "reserved", .l1 = 3 | GOOD | CONTIG(8), FAULT(WALK, 1) },
    { "upper half in use", .l1 = 3 | GOOD | CONTIG(1) | UPPER(W),
      FAULT(WALK, 1) },
    { "with one granule open", .l1 = 1 | GOOD | CONTIG(1), FAULT(WALK, 1) },
    { "64KB of 64KB granules", .cfg = CFG_36 | 1 << 14,
      .l1 = 3 | GOOD | CONTIG(1), FAULT(WALK, 1) },
    { "2MB of 64KB granules", .cfg = CFG_36 | 1 << 14,
      .l1 = 3 | GOOD | CONTIG(2), PASS(REALM) },
    { "16KB granules", .cfg = CFG_36 | 2 << 14, .l1 = 1 | GOOD,
      PASS(REALM) },

    /* Level 0 */
    { "Block", .l0 = 1 | GOOD, PASS(REALM) },
    { "Block, AC 2", .l0 = 1 | W | AC(2), PASS(NS) },
    { "Block, another VMID", .l0 = 1 | W | ID(1), DENIED },
    { "Block, AC 3", .l0 = 1 | GOOD | AC(3), FAULT(WALK, 0) },
    { "Block, RES0", .l0 = 1 | GOOD | 1ull << 40, FAULT(WALK, 0) },
    { "Block, Contig is RES0", .l0 = 1 | GOOD | CONTIG(1), FAULT(WALK, 0) },
    { "No Access with something in it", .l0 = 4, FAULT(WALK, 0) },
    { "reserved type", .l0 = 2, FAULT(WALK, 0) },
    { "Table, RES0 low", .l0 = L1 | 3 | 4, FAULT(WALK, 0) },
    { "Table, RES0 high", .l0 = L1 | 3 | 1ull << 56, FAULT(WALK, 0) },
    { "Table above OAS", .l0 = L1 | 3 | 1ull << 52, FAULT(WALK, 0) },
    { "above DPTPS: no access", .l1 = 1 | GOOD, .pa = 1ull << 36, DENIED },

    /* Configuration */
    { "walks are off", .l1 = 1 | GOOD, .walk_off = true, FAULT(DISABLED, 0) },
    { "DPTPS reserved", .cfg = 7, .l1 = 1 | GOOD, FAULT(WALK, 0) },
    { "DPTGS reserved", .cfg = CFG_36 | 3 << 14, .l1 = 1 | GOOD,
      FAULT(WALK, 0) },
    { "L0DPTSZ reserved", .cfg = CFG_36 | 1 << 20, .l1 = 1 | GOOD,
      FAULT(WALK, 0) },
    { "L0DPTSZ 39 bits above DPTPS", .cfg = CFG_36 | 9 << 20,
      .l1 = 1 | GOOD, FAULT(WALK, 0) },
    { "off comes before a bad configuration", .cfg = 7, .walk_off = true,
      FAULT(DISABLED, 0) },
};

static Rig rig;

static void no_vmid16(SmmuFeatures *f)
{
    f->vmid16 = false;
}

static void set_up(const Case *c)
{
    RigOptions o = { .tweak = c->no_vmid16 ? no_vmid16 : NULL };
    const SmmuBits ste[4] = { { EATS, 3 },
                              { INSTCFG, c->fetch ? 3 : 0 } };
    uint32_t cfg = c->cfg ? c->cfg : CFG_36;
    unsigned granule = (cfg >> 14 & 3) == 1 ? 16 : (cfg >> 14 & 3) == 2 ?
                       14 : 12;
    uint64_t pa = c->pa ? c->pa : PA, table = L1;

    rig_start(&rig, &o);
    rig_stream(&rig, REALM, SID, 6, rig_table(&rig), 0, ste, NULL);
    rig_cr0(&rig, REALM, 0, 1);
    rig_wr(&rig, REALM, SMMU_R_DPT_BASE, 8, RIG_DPT);
    rig_wr(&rig, REALM, SMMU_R_DPT_BASE_CFG, 4, cfg);
    rig_put(&rig, RIG_DPT + (pa >> 30) * 8, CCA_PAS_REALM,
            c->l0 ? c->l0 : L1 | 3);
    rig_put(&rig, table + ((pa & 0x3fffffff) >> (granule + 1)) * 8,
            CCA_PAS_REALM, c->l1);
    rig_cr0(&rig, REALM, 1 | (c->walk_off ? 0 : 1 << 10), 0);
}

static SmmuOutcome access_pa(const Case *c, SmmuOutput *out)
{
    SmmuTxn txn = rig_read(REALM, SID, c->pa ? c->pa : PA);

    txn.translated = true;
    txn.access.write = c->write;
    return smmu_transact(rig.s, &txn, out);
}

static void test_cases(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++) {
        const Case *c = &cases[i];
        uint64_t pa = c->pa ? c->pa : PA, far = 0;
        const SmmuBits event[] = {
            EV_ID(0x07), { 99, 99, !c->write }, EV_ADDR(pa), { 0, 0, 0 },
        };
        SmmuOutput out;
        SmmuOutcome outcome;

        set_up(c);
        outcome = access_pa(c, &out);
        if (outcome != (c->passes ? SMMU_PASS : SMMU_ABORT) ||
            (c->passes && (out.pas != c->pas || out.pa != pa))) {
            fail_msg("case '%s': outcome %d PAS %d", c->name, outcome,
                     out.pas);
        }
        rig_expect_event(&rig, REALM, c->passes ? NULL : event,
                         COUNT_OF(event));
        if (c->code != NONE) {
            far = 1 | c->level << 1 | c->code << 4 | (pa & ~0xfffull);
        }
        if (rig_rd(&rig, REALM, SMMU_R_DPT_CFG_FAR, 8) != far) {
            fail_msg("case '%s': FAR %#" PRIx64 ", not %#" PRIx64, c->name,
                     rig_rd(&rig, REALM, SMMU_R_DPT_CFG_FAR, 8), far);
        }
        assert_int_equal(rig_rd(&rig, REALM, SMMU_GERROR, 4),
                         far ? 1 << 10 : 0);
        rig_stop(&rig);
    }
}

/* The first fault stays; registers are cleared as section 3.24.6.4 has it. */
static void test_first_fault_stays(void **state)
{
    const Case c = { "first", .l1 = W, .code = WALK };
    const Case other = { "other", .pa = PA + 0x2000 };
    const uint64_t far = 1 | 1 << 1 | 1 << 4 | PA;
    SmmuOutput out;

    (void)state;
    set_up(&c);
    access_pa(&c, &out);
    rig_cr0(&rig, REALM, 0, 1 << 10);
    access_pa(&other, &out);
    assert_int_equal(rig_rd(&rig, REALM, SMMU_R_DPT_CFG_FAR, 8), far);
    rig_wr(&rig, REALM, SMMU_R_DPT_CFG_FAR, 8, 0);
    assert_int_equal(rig_rd(&rig, REALM, SMMU_R_DPT_CFG_FAR, 8), 0);
    rig_wr(&rig, REALM, SMMU_GERRORN, 4, 1 << 10);
    access_pa(&other, &out);
    assert_int_equal(rig_rd(&rig, REALM, SMMU_R_DPT_CFG_FAR, 8),
                     1 | (PA + 0x2000));
    assert_int_equal(rig_rd(&rig, REALM, SMMU_GERROR, 4), 0);
    rig_stop(&rig);
}

/* Nothing is held: what the table says now counts. */
static void test_changes_count(void **state)
{
    const Case c = { "changes", .l1 = 1 | GOOD, PASS(REALM) };
    uint64_t at = L1 + (PA & 0x3fffffff) / 0x2000 * 8;
    SmmuOutput out;

    (void)state;
    set_up(&c);
    assert_int_equal(access_pa(&c, &out), SMMU_PASS);
    rig_put(&rig, at, CCA_PAS_REALM, 0);
    rig_cmd(&rig, REALM, SMMU_CMD_DPTI_PA, PA);
    rig_cmd(&rig, REALM, SMMU_CMD_DPTI_ALL, 0);
    assert_int_equal(rig_rd(&rig, REALM, SMMU_CMDQ_CONS, 4), 2);
    assert_int_equal(access_pa(&c, &out), SMMU_ABORT);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_first_fault_stays),
        cmocka_unit_test(test_changes_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
