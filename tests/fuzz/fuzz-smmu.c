/*
 * Fuzzing of the SMMU: any registers, structures, tables, commands, ATS, PRI,
 * transactions, invalidations, saved states. What has to hold:
 *
 *   - nothing crashes, and each call makes a bounded number of accesses;
 *   - caches hold no more than was put into them;
 *   - all accesses are within the address size, aligned and in a legal PAS;
 *   - looking changes nothing;
 *   - a saved state that is loaded is saved the same; a bad one is refused
 *     and leaves a reset SMMU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fuzz-smmu.h"
#include "fuzz-input.h"
#include "id.h"
#include "inspect.h"
#include "smmu.h"
#include "smmu-regs.h"

enum {
    OPS_MAX = 320, STATE_MAX = 1024, ROOT_PAGE = 0x20000,
    /*
     * Accesses of one transaction: STE and L1STD, L1CD and CD and a nested
     * walk, each with its stage 2; 16 tries of updates for each leaf; event.
     */
    BOUND_TRANSACT = 4 + 3 * 60 + 6 * 40,
    /* A command is one access; registers start at most so many. */
    BOUND_WRITE = 3 * (4096 + 8),
    GPT_PER_ACCESS = 3,
};

typedef struct World {
    uint64_t line[FUZZ_LINES][8];
    uint64_t gpt[FUZZ_GPT_WORDS];
    SmmuFeatures feat;
    Smmu *s;
    uint64_t accesses, gpt_reads, written;
    bool stallable;
    bool one_entry;             /* not strict, with a TLB of one entry */
    uint64_t inserts;           /* at most so many entries may be cached */
} World;

static World w;

/* The rest of the machine */

static uint64_t *line_of(uint64_t addr, CcaPas pas, uint16_t mecid, size_t len)
{
    uint64_t *line = w.line[FUZZ_LINE(addr)];

    w.accesses++;
    CHECK(len >= 1 && len <= 64 && (addr & 63) + len <= 64);
    CHECK(addr >> w.feat.oas == 0);
    CHECK(pas == CCA_PAS_NS || pas == CCA_PAS_SECURE || pas == CCA_PAS_REALM);
    CHECK(pas == CCA_PAS_REALM || !mecid);
    return line[0] == FUZZ_ABORT ? NULL : line;
}

static bool on_read(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                    void *buf, size_t len)
{
    uint64_t *line = line_of(addr, pas, mecid, len);

    (void)opaque;
    if (line) {
        memcpy(buf, (uint8_t *)line + (addr & 63), len);
    }
    return line;
}

static bool on_write(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                     const void *buf, size_t len)
{
    uint64_t *line = line_of(addr, pas, mecid, len);

    (void)opaque;
    w.written++;
    if (line) {
        memcpy((uint8_t *)line + (addr & 63), buf, len);
    }
    return line;
}

static bool on_cmpxchg(void *opaque, uint64_t addr, CcaPas pas,
                       uint16_t mecid, uint64_t expected, uint64_t desired,
                       uint64_t *seen)
{
    uint64_t *line = line_of(addr, pas, mecid, 8), *word;

    (void)opaque;
    CHECK(addr % 8 == 0);
    w.written++;
    if (!line) {
        return false;
    }
    word = line + (addr >> 3 & 7);
    /* Now and then it has changed in between. */
    if (addr & 64) {
        *word ^= 1ull << 55;
    }
    *seen = *word;
    if (*seen == expected) {
        *word = desired;
    }
    return true;
}

static bool on_gpt(void *opaque, uint64_t addr, uint64_t *value)
{
    (void)opaque;
    w.gpt_reads++;
    *value = w.gpt[FUZZ_GPT_WORD(addr)];
    return *value != FUZZ_ABORT;
}

static void on_irq(void *opaque, CcaSecSid sec_sid, const SmmuIrq *irq)
{
    (void)opaque;
    CHECK((unsigned)sec_sid < CCA_SEC_SID__COUNT);
    CHECK(irq->source < SMMU_IRQ__COUNT);
    CHECK(!irq->msi || (irq->addr % 4 == 0 && irq->addr >> w.feat.oas == 0));
}

static bool on_atc(void *opaque, const SmmuCmd *cmd)
{
    (void)opaque;
    CHECK(cmd->addr <= cmd->last);
    CHECK(cmd->sec_sid != CCA_SEC_SID_SECURE);
    return cmd->addr & 1ull << 12;
}

static void on_response(void *opaque, CcaSecSid sec_sid, uint32_t sid,
                        bool ssv, uint32_t ssid, uint16_t group, uint8_t code)
{
    (void)opaque;
    (void)sid;
    CHECK((unsigned)sec_sid < CCA_SEC_SID__COUNT);
    CHECK((ssv || !ssid) && group < 512);
    CHECK(code == 0 || code == 1 || code == 0xf);
}

static void on_resume(void *opaque, CcaSecSid sec_sid, uint32_t sid)
{
    (void)opaque;
    (void)sid;
    CHECK((unsigned)sec_sid < CCA_SEC_SID__COUNT);
}

static void on_schedule(void *opaque, int64_t due)
{
    (void)opaque;
    CHECK(due >= 0);
}

static int64_t on_now(void *opaque)
{
    (void)opaque;
    return 0;
}

/* Bounds of one call into the engine. */
static void begin(void)
{
    w.accesses = w.gpt_reads = 0;
}

static void end(uint64_t bound)
{
    CHECK(w.accesses <= bound);
    CHECK(w.gpt_reads <= GPT_PER_ACCESS * (bound + 2));
    CHECK(smmu_tlb_entries(w.s) <= w.inserts);
    for (SmmuCfgKind k = 0; k < SMMU_CFG__COUNT; k++) {
        CHECK(smmu_config_entries(w.s, k) <= w.inserts);
    }
}

/* Operations */

static SmmuTxn take_txn(Input *in)
{
    uint8_t flags = take(in, 1);

    return (SmmuTxn) {
        .sec_sid = flags & FUZZ_WORLD,
        .access = { .write = flags & FUZZ_WRITE,
                    .instruction = flags & FUZZ_INSTRUCTION &&
                                   !(flags & FUZZ_WRITE),
                    .privileged = flags & FUZZ_PRIV },
        .ssv = flags & FUZZ_SSV, .ns = flags & FUZZ_NS,
        .translated = flags & FUZZ_TRANSLATED, .stallable = w.stallable,
        .sid = take(in, 1), .ssid = take(in, 1), .addr = take(in, 8),
    };
}

/* What smmu_transact_noting() promises: the same again. */
static void transact_again(const SmmuTxn *txn, const SmmuOutput *out,
                           const SmmuEffort *effort)
{
    SmmuOutput again;

    smmu_transact_again(w.s, effort);
    CHECK(smmu_transact(w.s, txn, &again) == SMMU_PASS);
    CHECK(again.pa == out->pa && again.pas == out->pas &&
          again.mecid == out->mecid && again.shift == out->shift);
}

static void op_transact(Input *in)
{
    SmmuTxn txn = take_txn(in);
    SmmuOutput out;
    SmmuOutcome outcome;
    SmmuEffort effort;

    w.inserts += 8;
    w.written = 0;
    begin();
    outcome = smmu_transact_noting(w.s, &txn, &out, &effort);
    end(BOUND_TRANSACT);
    CHECK(!effort.by_walk || outcome == SMMU_PASS);
    if (w.one_entry && effort.by_walk && !w.written) {
        transact_again(&txn, &out, &effort);
    }
    CHECK(outcome <= SMMU_STALL);
    CHECK(outcome != SMMU_STALL || txn.stallable);
    if (outcome == SMMU_PASS) {
        CHECK(out.pa >> w.feat.oas == 0);
        CHECK(out.shift >= 12 && out.shift <= 52);
        CHECK(out.pas == CCA_PAS_REALM || !out.mecid);
        CHECK(((out.pa ^ txn.addr) & 0xfff) == 0);
        CHECK(txn.sec_sid != CCA_SEC_SID_NS || out.pas == CCA_PAS_NS);
        CHECK(txn.sec_sid != CCA_SEC_SID_SECURE || out.pas != CCA_PAS_REALM);
        CHECK(txn.sec_sid != CCA_SEC_SID_REALM || out.pas != CCA_PAS_SECURE);
    }
}

static void op_ats(Input *in)
{
    SmmuTxn txn = take_txn(in);
    SmmuAtsCompletion c;

    w.inserts += 12;
    begin();
    smmu_ats_request(w.s, &txn, &c);
    end(3 * BOUND_TRANSACT);
    CHECK(c.status <= SMMU_ATS_CA);
    CHECK(c.shift >= 12 && c.shift < 64);
    CHECK((c.addr & ((1ull << c.shift) - 1)) == 0);
    CHECK(c.status == SMMU_ATS_SUCCESS || (!c.r && !c.w && !c.x));
    CHECK(!c.x || (c.r && txn.ssv && txn.access.instruction));
}

static void op_look(Input *in)
{
    static SmmuLook look;
    static SmmuStreamLook stream;
    static uint64_t before[STATE_MAX], after[STATE_MAX];
    unsigned n = smmu_save(w.s, before, STATE_MAX);
    SmmuStats stats = *smmu_stats(w.s);
    SmmuTxn txn = take_txn(in);

    w.written = 0;
    begin();
    smmu_look(w.s, &txn, &look);
    smmu_look_at_stream(w.s, &txn, &stream);
    end(3 * BOUND_TRANSACT);
    CHECK(!w.written);
    CHECK(smmu_save(w.s, after, STATE_MAX) == n);
    CHECK(!memcmp(before, after, n * sizeof(before[0])));
    CHECK(!memcmp(&stats, smmu_stats(w.s), sizeof(stats)));
    CHECK(look.steps <= SMMU_LOOK_STEPS);
}

static void op_page_request(Input *in)
{
    SmmuTxn txn = take_txn(in);
    SmmuPageRequest q = {
        .sec_sid = txn.sec_sid, .sid = txn.sid, .ssv = txn.ssv,
        .ssid = txn.ssid, .addr = txn.addr, .group = txn.addr & 0x1ff,
        .last = txn.addr & 0x200, .read = txn.addr & 0x400,
        .write = txn.access.write, .execute = txn.access.instruction,
        .privileged = txn.access.privileged,
    };

    w.inserts += 4;
    begin();
    smmu_page_request(w.s, &q);
    end(BOUND_TRANSACT);
}

static CcaPas world_pas(unsigned world)
{
    return world == CCA_SEC_SID_REALM ? CCA_PAS_REALM :
           world == CCA_SEC_SID_SECURE ? CCA_PAS_SECURE : CCA_PAS_NS;
}

static void op_command(Input *in)
{
    static const uint32_t base[] = { 0, SMMU_SECURE_WINDOW, SMMU_O_REALM };
    unsigned world = take(in, 1) % CCA_SEC_SID__COUNT;
    uint64_t b = smmu_read(w.s, base[world] + SMMU_CMDQ_BASE, 8,
                           world_pas(world));
    uint32_t prod = smmu_read(w.s, base[world] + SMMU_CMDQ_PROD, 4,
                              world_pas(world));
    unsigned log2size = (b & 31) > 19 ? 19 : b & 31;
    uint64_t at = (b & 0xfffffffffffe0ull) +
                  (prod & ((1u << log2size) - 1)) * 16;
    uint64_t *line = w.line[FUZZ_LINE(at)] + (at >> 3 & 6);

    line[0] = take(in, 8);
    line[1] = take(in, 8);
    begin();
    smmu_write(w.s, base[world] + SMMU_CMDQ_PROD, 4, world_pas(world),
               (prod + 1) & ((2u << log2size) - 1));
    end(BOUND_WRITE);
}

static void op_register(Input *in, bool write)
{
    static const uint32_t pages[] = {
        SMMU_PAGE_0, SMMU_PAGE_1, SMMU_SECURE_WINDOW, SMMU_O_REALM,
        SMMU_O_REALM + SMMU_PAGE_SIZE, ROOT_PAGE, 0xffff0000, 0x60000,
    };
    uint8_t how = take(in, 1), page = take(in, 1);
    uint64_t offset = pages[page % 8] + take(in, 2);
    unsigned size = 1u << (how >> 4 & 3);
    CcaPas pas = how & 7;

    begin();
    if (write) {
        smmu_write(w.s, offset, size, pas, take(in, 8));
    } else {
        uint64_t v = smmu_read(w.s, offset, size, pas);

        CHECK(size == 8 || v >> 8 * size == 0);
    }
    end(write ? BOUND_WRITE : 0);
}

static void op_tlbi(Input *in)
{
    SmmuTlbInv inv = {
        .scope = take(in, 1), .regime = take(in, 1), .first = take(in, 8),
        .last = take(in, 8), .level = SMMU_TLB_ANY_LEVEL,
    };

    if (inv.first > inv.last) {
        uint64_t first = inv.last;

        inv.last = inv.first;
        inv.first = first;
    }
    begin();
    smmu_tlbi(w.s, &inv);
    end(0);
}

static void op_tlbi_pa(Input *in)
{
    uint8_t which = take(in, 1);
    uint64_t base = take(in, 8) >> 8;
    unsigned log2 = 12 + take(in, 1) % 28;

    begin();
    if (which & 1) {
        smmu_tlbi_pa_all(w.s);
    } else {
        smmu_tlbi_pa(w.s, base >> log2 << log2, 1ull << log2, which & 2);
    }
    end(0);
}

static void op_follow(Input *in)
{
    GptRegs regs = { .gpccr = take(in, 8), .gptbr = take(in, 8) };

    begin();
    smmu_follow_pe(w.s, &regs);
    end(0);
}

/* Loading is as good as resetting: caches are empty. */
static void op_save_load(void)
{
    static uint64_t words[STATE_MAX], again[STATE_MAX];
    unsigned n = smmu_save(w.s, words, STATE_MAX);

    CHECK(n && n <= STATE_MAX);
    CHECK(!smmu_save(w.s, again, n - 1));
    begin();
    CHECK(smmu_load(w.s, words, n));
    end(0);
    CHECK(!smmu_tlb_entries(w.s));
    CHECK(smmu_save(w.s, again, STATE_MAX) == n);
    CHECK(!memcmp(words, again, n * sizeof(words[0])));
}

static void op_load_bad(Input *in)
{
    static uint64_t words[STATE_MAX], fresh[STATE_MAX], again[STATE_MAX];
    unsigned n = smmu_save(w.s, words, STATE_MAX), changes = take(in, 1) % 16;
    int cut = take(in, 1) % 8 - 4;

    CHECK(n + 4 < STATE_MAX);
    for (unsigned i = 0; i < changes; i++) {
        unsigned at = take(in, 2) % n;

        words[at] = take(in, 8);
    }
    begin();
    if (smmu_load(w.s, words, n + cut)) {
        /* What was taken is what will be saved. */
        CHECK(smmu_save(w.s, again, STATE_MAX) == n + cut);
    } else {
        n = smmu_save(w.s, again, STATE_MAX);
        smmu_reset(w.s);
        CHECK(smmu_save(w.s, fresh, STATE_MAX) == n);
        CHECK(!memcmp(fresh, again, n * sizeof(fresh[0])));
    }
    end(0);
}

static void op_run(void)
{
    begin();
    smmu_run(w.s);
    end(BOUND_WRITE);
}

static void one(Input *in)
{
    uint8_t place;

    switch (take(in, 1) % FUZZ_OP__COUNT) {
    case FUZZ_OP_ATS:
        op_ats(in);
        break;
    case FUZZ_OP_LOOK:
        op_look(in);
        break;
    case FUZZ_OP_PAGE_REQUEST:
        op_page_request(in);
        break;
    case FUZZ_OP_COMMAND:
        op_command(in);
        break;
    case FUZZ_OP_WRITE_REG:
        op_register(in, true);
        break;
    case FUZZ_OP_READ_REG:
        op_register(in, false);
        break;
    case FUZZ_OP_MEMORY:
        place = take(in, 1);
        w.line[place / 8 % FUZZ_LINES][place % 8] = take(in, 8);
        break;
    case FUZZ_OP_GPT:
        place = take(in, 1);
        w.gpt[place % FUZZ_GPT_WORDS] = take(in, 8);
        break;
    case FUZZ_OP_TLBI:
        op_tlbi(in);
        break;
    case FUZZ_OP_TLBI_PA:
        op_tlbi_pa(in);
        break;
    case FUZZ_OP_FOLLOW_PE:
        op_follow(in);
        break;
    case FUZZ_OP_SAVE_LOAD:
        op_save_load();
        break;
    case FUZZ_OP_LOAD_BAD:
        op_load_bad(in);
        break;
    case FUZZ_OP_RUN:
        op_run();
        break;
    case FUZZ_OP_MSI_ABORTED:
        place = take(in, 1);
        smmu_msi_aborted(w.s, place & 3, place >> 2);
        break;
    case FUZZ_OP_RESET:
        smmu_reset(w.s);
        break;
    default:
        op_transact(in);
        break;
    }
}

/* One of each kind is made once, and reset for each input. */
static void start(uint8_t features)
{
    static Smmu *made[FUZZ_STALLABLE];
    unsigned kind = features % FUZZ_STALLABLE;
    const char *error;
    SmmuBus bus = {
        .read = on_read, .write = on_write, .cmpxchg64 = on_cmpxchg,
        .gpt = { on_gpt, NULL }, .irq = on_irq, .atc_invalidate = on_atc,
        .page_response = on_response, .resume = on_resume,
        .schedule = on_schedule, .now = on_now,
    };
    SmmuConfig config = {
        .feat = smmu_features_reference(), .root_offset = ROOT_PAGE,
        .follow_pe = kind & FUZZ_FOLLOW, .strict = !(kind & FUZZ_LAZY),
        .tlb_entries = 1 + (kind & FUZZ_SMALL),
    };

    config.feat.secure_impl = config.feat.stall = config.feat.dpt = true;
    config.feat.btm = true;
    config.feat.pps = !(kind & FUZZ_SMALL);
    if (kind & FUZZ_SMALL) {
        config.feat.oas = 48;
        config.feat.vmid16 = config.feat.mec = false;
    }
    config.gpt = (GptImpl) {
        .rme = 1, .pa_bits = config.feat.oas, .sel2 = true, .tgran4 = true,
        .tgran16 = true, .tgran64 = true,
    };
    if (!made[kind]) {
        made[kind] = smmu_new(&config, &bus, &error);
        CHECK(made[kind]);
    }
    w.s = made[kind];
    w.feat = config.feat;
    w.stallable = features & FUZZ_STALLABLE;
    w.one_entry = !config.strict && config.tlb_entries == 1;
    w.inserts = 0;
    smmu_reset(w.s);
    CHECK(!smmu_tlb_entries(w.s));
    CHECK(!smmu_config_entries(w.s, SMMU_CFG_STE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input in = { data, size };

    memset(w.line, 0, sizeof(w.line));
    start(take(&in, 1));
    for (unsigned i = 0; i < FUZZ_SEEDED; i++) {
        uint8_t place = take(&in, 1);

        w.line[place / 8 % FUZZ_LINES][place % 8] = take(&in, 8);
    }
    for (unsigned i = 0; i < FUZZ_GPT_WORDS; i++) {
        w.gpt[i] = FUZZ_GPT_OPEN;
    }
    for (unsigned i = 0; i < OPS_MAX && in.left; i++) {
        one(&in);
    }
    return 0;
}
