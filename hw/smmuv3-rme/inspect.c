/*
 * Looking at an SMMU: the way of a transaction, without leaving a trace.
 *
 * It is the way that transactions go, with another memory: one that notes
 * reads, and holds back writes. A write that was held back is seen by later
 * reads, as an access would see its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "descriptor.h"
#include "inspect.h"
#include "smmu-internal.h"

/* Who looks. */
typedef struct Looker {
    Smmu *s;
    SmmuTxn txn;
    SmmuReq r;
    SmmuWatch watch;
    SmmuWalkTrace trace;
    SmmuLook *look;
    uint64_t raw[SMMU_LOOK_STEPS];      /* first word as a number in memory */
    SmmuStep spare;             /* takes what has no room */
    bool pending;               /* the last step, a descriptor, is not named */
    uint8_t noted;              /* trace.steps when it was read */
} Looker;

static SmmuStep *add(Looker *l, SmmuStepKind kind)
{
    SmmuLook *look = l->look;
    SmmuStep *step = look->steps < SMMU_LOOK_STEPS ?
                     &look->step[look->steps++] : &l->spare;

    *step = (SmmuStep) { .kind = kind };
    return step;
}

static bool big_endian(const Looker *l, const SmmuStep *step)
{
    return step->kind == SMMU_STEP_STAGE1 ? l->r.cd->endi : l->r.ste->s2endi;
}

static uint64_t value_of(const Looker *l, const SmmuStep *step, uint64_t raw)
{
    return big_endian(l, step) ? __builtin_bswap64(raw) : raw;
}

/*
 * Walks say which descriptor they read after they read it, and are silent
 * about the way to one that they update: that way was noted before.
 */
static void settle(Looker *l)
{
    SmmuStep *step;

    if (!l->pending) {
        return;
    }
    l->pending = false;
    step = &l->look->step[l->look->steps - 1];
    if (l->trace.steps > l->noted) {
        const SmmuWalkStep *note = &l->trace.step[l->noted];

        step->kind = note->stage == 1 ? SMMU_STEP_STAGE1 : SMMU_STEP_STAGE2;
        step->level = note->level;
        step->word[0] = note->value;
    } else if (step->result == SMMU_MEM_OK) {
        l->look->steps--;
    } else {
        step->kind = l->watch.fault.s2 ? SMMU_STEP_STAGE2 : SMMU_STEP_STAGE1;
        step->level = l->watch.fault.level;
    }
}

static SmmuStepKind kind_of(const SmmuOwn *own, size_t len)
{
    switch (own->code) {
    case SMMU_GPC_STE_FETCH:
        return own->site == CCA_SITE_SMMU_L1STD_FETCH ? SMMU_STEP_L1STD :
                                                        SMMU_STEP_STE;
    case SMMU_GPC_CD_FETCH:
        return len == L1CD_BYTES ? SMMU_STEP_L1CD : SMMU_STEP_CD;
    default:
        return own->site == CCA_SITE_SMMU_WALK ? SMMU_STEP_STAGE1 :
                                                 SMMU_STEP_DPT;
    }
}

/* The last step that read the descriptor at @addr; NULL: there is none. */
static SmmuStep *step_at(const Looker *l, uint64_t addr, CcaPas pas)
{
    for (unsigned i = l->look->steps; i-- > 0; ) {
        SmmuStep *step = &l->look->step[i];

        if (step->addr == addr && step->pas == pas && step->words == 1 &&
            (step->kind == SMMU_STEP_STAGE1 ||
             step->kind == SMMU_STEP_STAGE2)) {
            return step;
        }
    }
    return NULL;
}

static SmmuMemResult look_read(void *opaque, uint64_t addr, CcaPas pas,
                               uint16_t mecid, void *buf, size_t len)
{
    Looker *l = opaque;
    Smmu *s = l->s;
    SmmuStep *step, *before;
    uint64_t word[8] = { 0 };
    unsigned level = 0;

    settle(l);
    before = step_at(l, addr, pas);
    step = add(l, kind_of(&l->r.own, len));
    step->addr = addr;
    step->pas = pas;
    step->mecid = mecid;
    if (!smmu_gpc_verdict(&l->r.own, addr, pas, mecid, &step->verdict)) {
        step->result = SMMU_MEM_GPF;
    } else if (!s->bus.read(s->bus.opaque, addr, pas, mecid, word, len)) {
        step->result = SMMU_MEM_ABORT;
    } else {
        step->words = len / sizeof(word[0]);
    }
    if (before && before->updates) {
        memcpy(word, &l->raw[before - l->look->step], sizeof(word[0]));
    }
    memcpy(buf, word, len);
    for (unsigned i = 0; i < step->words; i++) {
        step->word[i] = smmu_le64_to_host(word[i]);
    }
    if (step != &l->spare) {
        l->raw[step - l->look->step] = word[0];
        l->pending = step->kind == SMMU_STEP_STAGE1;
        l->noted = l->trace.steps;
    }
    if (step->kind == SMMU_STEP_DPT) {
        for (unsigned i = 0; i + 1 < l->look->steps; i++) {
            level += l->look->step[i].kind == SMMU_STEP_DPT;
        }
        step->level = level;
    }
    return step->result;
}

/* Nothing on the way of a transaction writes, but for updates. */
static SmmuMemResult look_write(void *opaque, uint64_t addr, CcaPas pas,
                                uint16_t mecid, const void *buf, size_t len)
{
    (void)opaque;
    (void)addr;
    (void)pas;
    (void)mecid;
    (void)buf;
    (void)len;
    return SMMU_MEM_OK;
}

static SmmuMemResult look_cmpxchg64(void *opaque, uint64_t addr, CcaPas pas,
                                    uint16_t mecid, uint64_t expected,
                                    uint64_t desired, uint64_t *seen)
{
    Looker *l = opaque;
    CcaGpcVerdict verdict;
    SmmuStep *step;

    settle(l);
    if (!smmu_gpc_verdict(&l->r.own, addr, pas, mecid, &verdict)) {
        return SMMU_MEM_GPF;
    }
    step = step_at(l, addr, pas);
    if (step) {
        uint64_t raw = smmu_le64_to_host(desired);
        uint64_t changed = value_of(l, step, expected ^ desired);

        step->updates = true;
        step->update = value_of(l, step, desired);
        step->sets_af = changed & TTD_AF_MASK;
        step->sets_dirty = changed & (step->kind == SMMU_STEP_STAGE1 ?
                                      TTD1_AP2_MASK : TTD2_S2AP_W_MASK);
        l->raw[step - l->look->step] = raw;
    }
    *seen = expected;
    return SMMU_MEM_OK;
}

static void note_cached(void *opaque, SmmuCfgKind kind)
{
    static const SmmuStepKind steps[SMMU_CFG__COUNT] = {
        [SMMU_CFG_L1STD] = SMMU_STEP_L1STD, [SMMU_CFG_STE] = SMMU_STEP_STE,
        [SMMU_CFG_L1CD] = SMMU_STEP_L1CD, [SMMU_CFG_CD] = SMMU_STEP_CD,
    };
    Looker *l = opaque;

    settle(l);
    add(l, steps[kind])->cached = true;
}

static void start(Looker *l, Smmu *s, const SmmuTxn *txn, SmmuLook *look)
{
    memset(look, 0, sizeof(*look));
    memset(l, 0, sizeof(*l));
    l->s = s;
    l->txn = *txn;
    l->look = look;
    l->watch.cached = note_cached;
    l->watch.opaque = l;
    smmu_req_init(&l->r, s, &l->txn);
    l->r.watch = &l->watch;
    l->r.trace = &l->trace;
    l->r.own.quiet = true;
    l->r.own.passed = NULL;
    l->r.mem = (SmmuMem) {
        .read = look_read, .write = look_write, .cmpxchg64 = look_cmpxchg64,
        .opaque = l,
    };
}

/*
 * A way that ended in a stage 2 has no step for what it was to find: the fault
 * says it.
 */
static void missing_target(const Looker *l, SmmuStepKind *kind, int8_t *level)
{
    const SmmuWalkFault *fault = &l->watch.fault;
    bool upper = l->r.ste->world == SMMU_WORLD_EL1 ||
                 l->r.ste->world == SMMU_WORLD_EL2_E2H;
    bool l1cd = l->r.ste->s1cdmax && l->r.ste->s1fmt != STE_S1FMT_LINEAR;

    *kind = SMMU_STEP_OUTPUT;
    *level = 0;
    if (l->watch.cause == SMMU_EVT_NONE || fault->event != l->watch.cause ||
        !fault->s2 || fault->class_ == SMMU_CLASS_IN) {
        return;
    }
    *kind = fault->class_ == SMMU_CLASS_TT ? SMMU_STEP_STAGE1 :
            l1cd ? SMMU_STEP_L1CD : SMMU_STEP_CD;
    *level = l->r.cd->half[upper ? l->txn.addr >> 55 & 1 : 0].start_level;
    for (unsigned i = 0; i < l->look->steps; i++) {
        const SmmuStep *step = &l->look->step[i];

        if (step->kind == SMMU_STEP_STAGE1) {
            *level = step->level + 1;
        } else if (step->kind == SMMU_STEP_L1CD &&
                   *kind == SMMU_STEP_L1CD) {
            *kind = SMMU_STEP_CD;
        }
    }
}

/* Stage 2 comes before what it is for. */
static void say_what_for(const Looker *l)
{
    SmmuStepKind kind;
    int8_t level;

    missing_target(l, &kind, &level);
    for (unsigned i = l->look->steps; i-- > 0; ) {
        SmmuStep *step = &l->look->step[i];

        if (step->kind == SMMU_STEP_STAGE2) {
            step->serves = kind;
            step->serves_level = kind == SMMU_STEP_STAGE1 ? level : 0;
        } else {
            kind = step->kind;
            level = step->level;
        }
    }
}

/* What neither a fault nor a step tells. */
static const char *reason(const Looker *l)
{
    const SmmuLook *look = l->look;
    const SmmuBank *bank = l->r.bank;

    if (look->has_output && look->outcome != SMMU_PASS) {
        return "granule protection stops the output";
    }
    if (look->cause != SMMU_EVT_NONE) {
        return NULL;
    }
    if (!smmu_bank_enabled(bank, SMMU_CR0_SMMUEN_MASK) &&
        !l->txn.translated) {
        return look->outcome == SMMU_PASS ? "SMMUEN is 0: bypass" :
               bank->gbpa & SMMU_GBPA_ABORT_MASK ?
               "SMMUEN is 0, and GBPA.ABORT is 1" :
               l->txn.addr >> l->s->regs.feat.oas ?
               "SMMUEN is 0, and the address is above OAS" :
               "SMMUEN is 0: no fetch from the Non-secure space";
    }
    if (l->r.ste->abort) {
        return "STE.Config is abort";
    }
    if (l->txn.translated) {
        return look->outcome != SMMU_PASS ? "the address is above OAS" :
               !(bank->cr0 & SMMU_CR0_ATSCHK_MASK) ?
               "Translated, and ATSCHK is 0: not looked at" : NULL;
    }
    return NULL;
}

static bool would_record(const Looker *l)
{
    const SmmuBank *bank = l->r.bank;
    SmmuQueue q = smmu_bank_queue(bank, SMMU_EVENTQ);
    CcaPas pas = smmu_pas_of_sec_sid(l->txn.sec_sid);
    CcaGpcVerdict verdict;

    return l->watch.reported && smmu_queue_writable(bank, SMMU_EVENTQ) &&
           !smmu_queue_full(&q) &&
           smmu_gpc_verdict(&l->r.own, smmu_queue_entry_addr(&q, q.prod), pas,
                            smmu_bank_gmecid(bank, pas), &verdict);
}

static bool has_interface(const Smmu *s, CcaSecSid sec_sid)
{
    return (unsigned)sec_sid < CCA_SEC_SID__COUNT &&
           smmu_has_interface(&s->regs.feat, sec_sid);
}

void smmu_look(Smmu *s, const SmmuTxn *txn, SmmuLook *look)
{
    Looker l;

    if (!has_interface(s, txn->sec_sid)) {
        memset(look, 0, sizeof(*look));
        look->outcome = SMMU_ABORT;
        look->why = "there is no interface of this Security state";
        return;
    }
    start(&l, s, txn, look);
    look->outcome = smmu_req_run(&l.r, &look->output);
    settle(&l);
    say_what_for(&l);

    look->has_output = l.r.own.reason == SMMU_GPC_TRANSACTION;
    if (look->has_output) {
        smmu_gpc_verdict(&l.r.own, look->output.pa, look->output.pas,
                         look->output.mecid, &look->verdict);
    }
    look->cause = l.watch.cause;
    look->event = l.r.event;
    look->event.id = look->cause;
    look->reported = l.watch.reported;
    look->recorded = would_record(&l);
    look->held = l.watch.held;
    if (look->held) {
        look->held_entry = l.watch.entry;
        look->held_allows = smmu_perms_allow(l.watch.entry.perms,
                                             l.r.access);
    }
    look->why = reason(&l);
}

/* The step of @kind; NULL: there is none. */
static const SmmuStep *step_of(const SmmuLook *way, SmmuStepKind kind)
{
    for (unsigned i = 0; i < way->steps; i++) {
        if (way->step[i].kind == kind) {
            return &way->step[i];
        }
    }
    return NULL;
}

/* Find STE and CD; whether they are there, ILLEGAL or not. */
static void find(Looker *l, bool *has_ste, bool *has_cd)
{
    bool ok = smmu_find_ste(&l->r);

    *has_cd = false;
    *has_ste = ok || l->watch.cause == SMMU_C_BAD_STE;
    if (ok && !l->r.ste->abort) {
        ok = smmu_find_cd(&l->r);
        *has_cd = l->r.s1 && (ok || l->watch.cause == SMMU_C_BAD_CD);
    }
    settle(l);
}

static void describe(SmmuEntryLook *e, const SmmuLook *access,
                     const SmmuLook *memory, SmmuStepKind kind)
{
    const SmmuStep *held = step_of(access, kind);
    const SmmuStep *read = step_of(memory, kind);

    e->cached = held && held->cached;
    e->read = read && read->words;
    if (e->read) {
        e->addr = read->addr;
        e->pas = read->pas;
        memcpy(e->word, read->word, sizeof(e->word));
    }
}

static bool same(const SmmuNamedValue *a, unsigned n, const SmmuNamedValue *b,
                 unsigned m)
{
    for (unsigned i = 0; n == m && i < n; i++) {
        if (a[i].value != b[i].value || strcmp(a[i].name, b[i].name)) {
            return false;
        }
    }
    return n == m;
}

static bool same_ste(const SmmuSte *a, const SmmuSte *b)
{
    SmmuNamedValue x[SMMU_NAMED_MAX], y[SMMU_NAMED_MAX];
    unsigned n = smmu_ste_values(a, x), m = smmu_ste_values(b, y);

    return a->error == b->error && a->abort == b->abort && same(x, n, y, m);
}

static bool same_cd(const SmmuCd *a, const SmmuCd *b)
{
    SmmuNamedValue x[SMMU_NAMED_MAX], y[SMMU_NAMED_MAX];
    unsigned n = smmu_cd_values(a, x), m = smmu_cd_values(b, y);

    return a->error == b->error && same(x, n, y, m);
}

bool smmu_look_at_stream(Smmu *s, const SmmuTxn *txn, SmmuStreamLook *look)
{
    SmmuLook access, memory;
    bool has_ste, has_cd;
    Looker a, m;

    memset(look, 0, sizeof(*look));
    if (!has_interface(s, txn->sec_sid)) {
        return false;
    }
    look->enabled = smmu_bank_enabled(&s->regs.bank[txn->sec_sid],
                                      SMMU_CR0_SMMUEN_MASK);
    if (!look->enabled) {
        return true;
    }
    start(&a, s, txn, &access);
    find(&a, &look->has_ste, &look->has_cd);
    start(&m, s, txn, &memory);
    m.watch.from_memory = true;
    find(&m, &has_ste, &has_cd);

    look->fault = a.watch.cause;
    look->ste = *a.r.ste;
    look->cd = *a.r.cd;
    describe(&look->ste_at, &access, &memory, SMMU_STEP_STE);
    describe(&look->cd_at, &access, &memory, SMMU_STEP_CD);
    look->ste_at.stale = look->ste_at.cached &&
                         !(has_ste && same_ste(a.r.ste, m.r.ste));
    look->cd_at.stale = look->cd_at.cached &&
                        !(has_cd && same_cd(a.r.cd, m.r.cd));
    return true;
}
