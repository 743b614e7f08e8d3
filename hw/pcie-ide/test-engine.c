/*
 * SMMUv3TestEngine: frames and turns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "test-engine.h"

void test_engine_init(TestEngine *e, const TestEngineConfig *config,
                      const TestEngineBus *bus)
{
    memset(e, 0, sizeof(*e));
    e->config = *config;
    e->bus = *bus;
    test_engine_reset(e);
}

void test_engine_reset(TestEngine *e)
{
    memset(e->frame, 0, sizeof(e->frame));
    for (unsigned i = 0; i < TE_FRAMES; i++) {
        TestEngineFrame *f = &e->frame[i];

        f->user[TE_CMD / 4] = TE_CMD_HALTED;
        f->priv[TE_PCTRL / 4] = TE_PCTRL_SSD_NS;
        f->priv[TE_STREAMID / 4] = e->config.streamid;
        f->priv[TE_SUBSTREAMID / 4] = TE_NO_SUBSTREAMID;
    }
    e->running = 0;
    e->turn = 0;
    e->resets++;
}

bool test_engine_running(const TestEngine *e, unsigned frame)
{
    return te_is_work(e->frame[frame].user[TE_CMD / 4]);
}

bool test_engine_loaded(TestEngine *e)
{
    e->running = 0;
    if (e->turn >= TE_FRAMES) {
        return false;
    }
    for (unsigned i = 0; i < TE_FRAMES; i++) {
        const TestEngineFrame *f = &e->frame[i];
        uint32_t cmd = f->user[TE_CMD / 4];

        if (te_is_work(cmd)) {
            if (!te_work_valid(e, f, cmd) || !te_work_sane(f)) {
                return false;
            }
            e->running++;
        } else if (cmd != TE_CMD_HALTED && cmd != TE_CMD_ERROR &&
                   cmd != TE_CMD_MISCONFIGURED) {
            return false;
        }
        if (e->config.pci && !(f->priv[TE_PCTRL / 4] & TE_PCTRL_SSD_NS)) {
            return false;
        }
    }
    return true;
}

/* --- registers ------------------------------------------------------------ */

static unsigned frame_of(uint64_t offset)
{
    return offset % TE_PAGE_SIZE / TE_FRAME_SIZE;
}

static bool may_see(const TestEngineFrame *f, bool secure)
{
    return secure || (f->priv[TE_PCTRL / 4] & TE_PCTRL_SSD_NS);
}

static uint32_t load_word(const TestEngine *e, uint64_t offset, bool secure)
{
    const TestEngineFrame *f;
    unsigned word = offset % TE_FRAME_SIZE / 4;

    if (offset >= TE_SIZE) {
        return 0;
    }
    f = &e->frame[frame_of(offset)];
    if (!may_see(f, secure)) {
        return 0;
    }
    return offset < TE_PAGE_SIZE ? f->user[word] : f->priv[word];
}

uint64_t test_engine_read(const TestEngine *e, uint64_t offset, unsigned size,
                          bool secure)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size && i < 8; i++) {
        uint32_t word = load_word(e, (offset + i) & ~3ull, secure);

        value |= (uint64_t)(uint8_t)(word >> ((offset + i) % 4 * 8)) << i * 8;
    }
    return value;
}

/* The bits of the word at @offset of a frame that software can change. */
static uint32_t writable(const TestEngine *e, bool privileged, unsigned offset,
                         bool secure)
{
    if (privileged) {
        return offset != TE_PCTRL ? UINT32_MAX :
               TE_PCTRL_ATS_ENABLE | TE_PCTRL_PRI_ENABLE |
               (secure && !e->config.pci ? TE_PCTRL_SSD_NS : 0);
    }
    switch (offset) {
    case TE_CMD:                /* see below */
    case TE_LAUNCHED:
    case TE_RETURNED:
        return 0;
    case TE_UCTRL:
        return TE_UCTRL_MSI_ABORTED | TE_UCTRL_RATE;
    default:
        return UINT32_MAX;
    }
}

/*
 * Store the bytes of @value that are set in @mask. True if that is a command,
 * which is left to be done.
 */
static bool store_word(TestEngine *e, uint64_t offset, uint32_t value,
                       uint32_t mask, bool secure)
{
    bool privileged = offset >= TE_PAGE_SIZE;
    unsigned at = offset % TE_FRAME_SIZE;
    TestEngineFrame *f;
    uint32_t *word;

    if (offset >= TE_SIZE) {
        return false;
    }
    f = &e->frame[frame_of(offset)];
    if (!may_see(f, secure) || te_is_work(f->user[TE_CMD / 4])) {
        return false;
    }
    word = privileged ? &f->priv[at / 4] : &f->user[at / 4];
    if (!privileged && at == TE_CMD) {
        return mask == UINT32_MAX;
    }
    mask &= writable(e, privileged, at, secure);
    *word = (*word & ~mask) | (value & mask);
    return false;
}

static void command(TestEngine *e, unsigned frame, uint32_t cmd)
{
    TestEngineFrame *f = &e->frame[frame];

    if (cmd == TE_CMD_HALTED || cmd == TE_CMD_NO_FRAME) {
        f->user[TE_CMD / 4] = TE_CMD_HALTED;
    } else if (!te_is_work(cmd) || !te_work_valid(e, f, cmd)) {
        f->user[TE_CMD / 4] = TE_CMD_MISCONFIGURED;
    } else {
        f->user[TE_CMD / 4] = cmd;
        te_work_begin(f);
        e->running++;
        e->bus.begun(e->bus.opaque, frame, cmd);
    }
}

void test_engine_write(TestEngine *e, uint64_t offset, uint64_t value,
                       unsigned size, bool secure)
{
    struct { unsigned frame; uint32_t cmd; } commands[2];
    unsigned n = 0, done = 0;

    size = size < 8 ? size : 8;
    while (done < size) {
        unsigned first = (offset + done) % 4;
        unsigned bytes = 4 - first < size - done ? 4 - first : size - done;
        uint32_t mask = (uint32_t)((1ull << bytes * 8) - 1) << first * 8;
        uint32_t word = (uint32_t)(value >> done * 8) << first * 8;
        uint64_t at = offset + done - first;

        if (store_word(e, at, word, mask, secure)) {
            commands[n].frame = frame_of(at);
            commands[n++].cmd = word;
        }
        done += bytes;
    }
    for (unsigned i = 0; i < n; i++) {
        command(e, commands[i].frame, commands[i].cmd);
    }
}

/* --- turns ---------------------------------------------------------------- */

bool test_engine_run(TestEngine *e, uint64_t budget)
{
    uint64_t cost = 0;

    if (e->busy) {
        return e->running > 0;
    }
    e->busy = true;
    while (e->running && cost < budget) {
        unsigned frame = e->turn;
        uint64_t left = TE_TURN;

        /* Before the work: that may be a reset, which says whose turn it is. */
        e->turn = (frame + 1) % TE_FRAMES;
        while (left && cost < budget && test_engine_running(e, frame)) {
            unsigned step = te_work_step(e, frame);

            cost += step;
            left -= step < left ? step : left;
        }
    }
    e->busy = false;
    return e->running > 0;
}
