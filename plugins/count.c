/*
 * The counts themselves.
 *
 * Of a PE, everything but its slot is under its lock. Taking a lock of a PE
 * comes after taking that of the phases.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "count.h"

enum {
    OFF = 0,                    /* index of the phase where nothing counts */
    FIRST = 1,                  /* and of the one before all markers */
    LAST = FIRST + COUNT_MAX_PHASES,    /* all others */
    /* ESR_ELx.EC (Arm ARM, D24.2) */
    EC_SHIFT = 26,
    EC_HVC32 = 0x12, EC_SMC32 = 0x13, EC_HVC64 = 0x16, EC_SMC64 = 0x17,
};

/* What markers switch: of a PE, or of all. */
typedef struct Gate {
    bool on;
    unsigned phase;
} Gate;

typedef struct Pe {
    GMutex lock;
    unsigned context;
    bool aarch32;
    unsigned phase;             /* that it counts in; OFF: none */
    uint64_t base;              /* slot->insns that is in a cell already */
    uint64_t unwound_at;        /* slot->insns after it was lowered */
    uint64_t *credited;         /* what grew last */
    bool has_lower;
    CcaPas lower;               /* the world that it came to Root from */
    Gate gate;
    CountCell *cell[LAST + 1];  /* made when first needed */
} Pe;

struct Count {
    CountOptions options;
    CountBlocks *blocks;
    CountSlot *(*slot)(void *opaque, unsigned pe);
    void *opaque;
    unsigned max_pes;
    Pe *pe;

    GMutex phases_lock;
    Gate gate;
    unsigned phases;            /* used ones of phase[], from FIRST on */
    CountPhase phase[LAST + 1];
    gint strays;
};

Count *count_new(const CountOptions *options, unsigned max_pes,
                 CountBlocks *blocks,
                 CountSlot *(*slot)(void *opaque, unsigned pe), void *opaque)
{
    Count *count = g_new0(Count, 1);

    count->options = *options;
    count->blocks = blocks;
    count->slot = slot;
    count->opaque = opaque;
    count->max_pes = max_pes;
    count->pe = g_new0(Pe, max_pes);
    g_mutex_init(&count->phases_lock);
    count->phases = 1;
    count->phase[LAST].others = true;
    count->gate = (Gate) { .on = options->from_start, .phase = FIRST };
    count->phase[FIRST].entries = options->from_start;
    for (unsigned i = 0; i < max_pes; i++) {
        Pe *pe = &count->pe[i];

        g_mutex_init(&pe->lock);
        pe->gate = count->gate;
        pe->phase = options->from_start ? FIRST : OFF;
        pe->unwound_at = UINT64_MAX;
    }
    return count;
}

void count_cell_clear(CountCell *cell)
{
    if (cell->calls) {
        g_hash_table_destroy(cell->calls);
    }
    memset(cell, 0, sizeof(*cell));
}

void count_free(Count *count)
{
    for (unsigned i = 0; i < count->max_pes; i++) {
        for (unsigned j = 0; j <= LAST; j++) {
            if (count->pe[i].cell[j]) {
                count_cell_clear(count->pe[i].cell[j]);
                g_free(count->pe[i].cell[j]);
            }
        }
        g_mutex_clear(&count->pe[i].lock);
    }
    g_mutex_clear(&count->phases_lock);
    g_free(count->pe);
    g_free(count);
}

static CountCell *cell_of(Pe *pe)
{
    if (!pe->cell[pe->phase]) {
        pe->cell[pe->phase] = g_new0(CountCell, 1);
    }
    return pe->cell[pe->phase];
}

/*
 * What was executed until @insns goes to where the PE is. Where a marker of
 * another PE came in the middle of a block, all of the block was counted
 * then: what turns out not to belong there is taken back from there.
 */
static void credit(Pe *pe, uint64_t insns)
{
    if (insns - pe->base > INT64_MAX) {
        if (pe->credited) {
            *pe->credited -= pe->base - insns;
        }
    } else if (insns != pe->base) {
        pe->credited = &cell_of(pe)->insns[pe->context];
        *pe->credited += insns - pe->base;
    }
    pe->base = insns;
}

/* The slot takes @excess instructions back. */
static void take_back(Pe *pe, CountSlot *slot, unsigned excess)
{
    slot->insns -= excess;
    if (slot->insns < pe->base) {
        credit(pe, slot->insns);
    }
}

void count_unwound(Count *count, unsigned index, int insns)
{
    Pe *pe = &count->pe[index];
    CountSlot *slot = count->slot(count->opaque, index);

    g_mutex_lock(&pe->lock);
    if (insns < 0) {
        slot->insns += -insns;
    } else {
        take_back(pe, slot, insns);
        pe->unwound_at = slot->insns;
    }
    g_mutex_unlock(&pe->lock);
}

/* An exception of an instruction: the block may not have been all executed. */
static void end_block(Count *count, Pe *pe, CountSlot *slot, uint64_t pc)
{
    int before;

    if (slot->insns == pe->unwound_at) {
        return;                 /* count_unwound() knew */
    }
    before = count_block_before(count->blocks, slot->block, pc);
    if (before < 0) {
        g_atomic_int_inc(&count->strays);
    } else {
        take_back(pe, slot, count_block_insns(slot->block) - before);
    }
}

static void add_call(CountCell *cell, uint64_t key, uint64_t n)
{
    uint64_t *value;

    if (!cell->calls) {
        cell->calls = g_hash_table_new_full(g_int64_hash, g_int64_equal,
                                            g_free, g_free);
    }
    value = g_hash_table_lookup(cell->calls, &key);
    if (value) {
        *value += n;
    } else if (g_hash_table_size(cell->calls) >= COUNT_MAX_CALLS) {
        cell->calls_lost += n;
    } else {
        uint64_t *entry = g_new(uint64_t, 1);

        *entry = key;
        value = g_new(uint64_t, 1);
        *value = n;
        g_hash_table_insert(cell->calls, entry, value);
    }
}

static void note_call(CountCell *cell, const CcaPeSwitch *how)
{
    CountConduit conduit;

    switch (how->syndrome >> EC_SHIFT) {
    case EC_SMC32:
    case EC_SMC64:
        conduit = COUNT_SMC;
        break;
    case EC_HVC32:
    case EC_HVC64:
        conduit = COUNT_HVC;
        break;
    default:
        return;
    }
    add_call(cell, count_call_key(conduit, count_context(how->from),
                                  count_context(how->to), how->x0), 1);
}

static void note_passage(Pe *pe, CountCell *cell, const CcaPeSwitch *how)
{
    if (how->from.world == how->to.world) {
        return;
    }
    if (how->to.world == CCA_PAS_ROOT) {
        pe->lower = how->from.world;
        pe->has_lower = true;
    } else if (how->from.world == CCA_PAS_ROOT) {
        if (pe->has_lower) {
            cell->passages[pe->lower][how->to.world]++;
        }
    }
}

void count_switched(Count *count, unsigned index, const CcaPeSwitch *how)
{
    Pe *pe = &count->pe[index];
    CountSlot *slot = count->slot(count->opaque, index);
    CountCell *cell;

    g_mutex_lock(&pe->lock);
    pe->context = count_context(how->from);
    if (how->cause == CCA_PE_BY_INSTRUCTION) {
        end_block(count, pe, slot, how->pc);
    }
    credit(pe, slot->insns);
    cell = cell_of(pe);
    cell->moves[pe->context][count_context(how->to)]++;
    note_passage(pe, cell, how);
    if (how->cause == CCA_PE_BY_INSTRUCTION) {
        note_call(cell, how);
    }
    pe->context = count_context(how->to);
    pe->aarch32 = how->to.aarch32;
    g_mutex_unlock(&pe->lock);
}

void count_placed(Count *count, unsigned index, CcaPeContext now)
{
    Pe *pe = &count->pe[index];

    g_mutex_lock(&pe->lock);
    credit(pe, count->slot(count->opaque, index)->insns);
    if (count_context(now) != pe->context) {
        pe->has_lower = false;
    }
    pe->context = count_context(now);
    pe->aarch32 = now.aarch32;
    g_mutex_unlock(&pe->lock);
}

/* The phase of marker @number. Under the lock of the phases. */
static unsigned phase_of(Count *count, uint64_t number)
{
    CountPhase *phase;

    for (unsigned i = FIRST + 1; i < FIRST + count->phases; i++) {
        if (count->phase[i].number == number) {
            return i;
        }
    }
    if (count->phases >= COUNT_MAX_PHASES) {
        return LAST;
    }
    phase = &count->phase[FIRST + count->phases];
    phase->number = number;
    phase->by_marker = true;
    return FIRST + count->phases++;
}

/* What a marker makes of @gate. */
static void turn(Count *count, Gate *gate, bool hlt, uint64_t number)
{
    const CountOptions *options = &count->options;
    bool starts = options->has_start && number == options->start;
    bool stops = options->has_stop && number == options->stop;
    Gate before = *gate;

    if (hlt) {
        gate->on = !gate->on;
    } else if (stops && (!starts || gate->on)) {
        gate->on = false;
    } else if (starts) {
        gate->on = true;
        gate->phase = phase_of(count, number);
    } else if (gate->on || !options->has_start) {
        gate->phase = phase_of(count, number);
    }
    if (gate->on && (!before.on || !hlt)) {
        count->phase[gate->phase].entries++;
    }
}

bool count_mark(Count *count, unsigned index, bool hlt, uint64_t number,
                unsigned rest)
{
    Pe *marking = &count->pe[index];
    bool per_pe = count->options.per_pe;
    Gate *gate = per_pe ? &marking->gate : &count->gate;
    bool was_on;

    if (marking->aarch32) {
        return false;           /* there, the same word is something else */
    }
    g_mutex_lock(&count->phases_lock);
    was_on = gate->on;
    turn(count, gate, hlt, number);
    for (unsigned i = 0; i < count->max_pes; i++) {
        Pe *pe = &count->pe[i];
        CountSlot *slot = count->slot(count->opaque, i);

        if (per_pe && i != index) {
            continue;
        }
        g_mutex_lock(&pe->lock);
        credit(pe, i == index ? slot->insns - rest :
                   __atomic_load_n(&slot->insns, __ATOMIC_RELAXED));
        if (i == index) {
            pe->base++;         /* the marker counts nowhere */
        }
        pe->phase = gate->on ? gate->phase : OFF;
        g_mutex_unlock(&pe->lock);
    }
    g_mutex_unlock(&count->phases_lock);
    return was_on && !gate->on;
}

void count_update(Count *count)
{
    for (unsigned i = 0; i < count->max_pes; i++) {
        Pe *pe = &count->pe[i];
        CountSlot *slot = count->slot(count->opaque, i);

        g_mutex_lock(&pe->lock);
        credit(pe, __atomic_load_n(&slot->insns, __ATOMIC_RELAXED));
        g_mutex_unlock(&pe->lock);
    }
}

unsigned count_phases(const Count *count)
{
    return count->phases + (count->phase[LAST].entries != 0);
}

static unsigned index_of(const Count *count, unsigned phase)
{
    return phase < count->phases ? FIRST + phase : LAST;
}

const CountPhase *count_phase(const Count *count, unsigned phase)
{
    return &count->phase[index_of(count, phase)];
}

unsigned count_max_pes(const Count *count)
{
    return count->max_pes;
}

const CountCell *count_cell(const Count *count, unsigned pe, unsigned phase)
{
    return pe < count->max_pes ?
           count->pe[pe].cell[index_of(count, phase)] : NULL;
}

void count_cell_add(CountCell *sum, const CountCell *cell)
{
    GHashTableIter iter;
    gpointer key, value;

    for (unsigned i = 0; i < COUNT_CONTEXTS; i++) {
        sum->insns[i] += cell->insns[i];
        for (unsigned j = 0; j < COUNT_CONTEXTS; j++) {
            sum->moves[i][j] += cell->moves[i][j];
        }
    }
    for (unsigned i = 0; i < COUNT_WORLDS; i++) {
        for (unsigned j = 0; j < COUNT_WORLDS; j++) {
            sum->passages[i][j] += cell->passages[i][j];
        }
    }
    sum->calls_lost += cell->calls_lost;
    if (cell->calls) {
        g_hash_table_iter_init(&iter, cell->calls);
        while (g_hash_table_iter_next(&iter, &key, &value)) {
            add_call(sum, *(uint64_t *)key, *(uint64_t *)value);
        }
    }
}

uint64_t count_strays(const Count *count)
{
    return g_atomic_int_get(&count->strays);
}
