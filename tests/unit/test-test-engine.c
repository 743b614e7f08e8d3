/*
 * SMMUv3TestEngine: registers, commands, turns, bad input, callbacks that lead
 * back to it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "test-engine-rig.h"

/* --- registers ------------------------------------------------------------ */

static void test_reset_values(void **state)
{
    Rig *r = start(false);

    (void)state;
    for (unsigned f = 0; f < TE_FRAMES; f += 73) {
        for (unsigned at = 0; at < TE_FRAME_SIZE; at += 4) {
            assert_int_equal(get(r, user(f, at)), at == TE_CMD ? 1 : 0);
            assert_int_equal(get(r, priv(f, at)), at == TE_PCTRL ? 1 :
                             at == TE_STREAMID ? 31 :
                             at == TE_SUBSTREAMID ? UINT32_MAX : 0);
        }
    }
    assert_int_equal(get(r, user(TE_FRAMES - 1, TE_CMD)), TE_CMD_HALTED);
    assert_int_equal(get(r, priv(TE_FRAMES - 1, TE_STREAMID)), 31);
    assert_int_equal(test_engine_read(&r->e, TE_SIZE - 4, 8, true), 0);
    assert_int_equal(test_engine_read(&r->e, UINT64_MAX, 8, true), 1ull << 8);
    assert_int_equal(test_engine_read(&r->e, UINT64_MAX - 8, 8, true), 0);
}

/* What of all ones stays, in frame 5, and nothing in its neighbours. */
static void test_writable(void **state)
{
    static const struct { unsigned at; uint32_t user, priv; } words[] = {
        { TE_CMD, TE_CMD_HALTED, 0x301 },
        { TE_UCTRL, 0xffff0001, UINT32_MAX },
        { TE_LAUNCHED, 0, UINT32_MAX },
        { TE_RETURNED, 0, UINT32_MAX },
    };

    (void)state;
    for (unsigned size = 1; size <= 8; size++) {
        Rig *r = start(false);

        for (unsigned at = 4; at < TE_FRAME_SIZE; at += size) {
            unsigned n = TE_FRAME_SIZE - at < size ? TE_FRAME_SIZE - at : size;

            test_engine_write(&r->e, user(5, at), UINT64_MAX, n, false);
            test_engine_write(&r->e, priv(5, at), UINT64_MAX, n, false);
        }
        /* cmd: not in pieces */
        for (unsigned at = 0; at < 4; at++) {
            test_engine_write(&r->e, user(5, at), UINT64_MAX, 1, false);
            test_engine_write(&r->e, priv(5, at), UINT64_MAX, 1, false);
        }
        test_engine_write(&r->e, user(5, 0), UINT64_MAX, 3, false);
        test_engine_write(&r->e, user(5, 1), UINT64_MAX, 8, false);
        for (unsigned at = 0; at < TE_FRAME_SIZE; at += 4) {
            bool listed = at / 4 < COUNT_OF(words);

            assert_int_equal(get(r, user(5, at)), listed ?
                             words[at / 4].user : UINT32_MAX);
            assert_int_equal(get(r, priv(5, at)), listed ?
                             words[at / 4].priv : UINT32_MAX);
        }
        assert_int_equal(get(r, user(6, TE_CMD)), TE_CMD_HALTED);
        assert_int_equal(get(r, user(6, TE_UCTRL)), 0);
        assert_int_equal(get(r, user(4, TE_FRAME_SIZE - 4)), 0);
        assert_int_equal(get(r, priv(4, TE_FRAME_SIZE - 4)), 0);
        /* Nothing is beyond the end. */
        test_engine_write(&r->e, TE_SIZE, UINT64_MAX, 8, true);
        test_engine_write(&r->e, UINT64_MAX, UINT64_MAX, 1, true);
    }
}

/* Any part of a register can be read, also over the edge of a word. */
static void test_read_sizes(void **state)
{
    Rig *r = start(false);

    (void)state;
    set(r, user(0, TE_BEGIN), 0x8877665544332211);
    set(r, user(0, TE_END_INCL), 0xffeeddccbbaa9900);
    for (unsigned at = 0; at < 8; at++) {
        for (unsigned size = 1; size <= 8; size++) {
            uint64_t got = test_engine_read(&r->e, user(0, TE_BEGIN + at),
                                            size, false);

            for (unsigned b = 0; b < 8; b++) {
                static const uint8_t bytes[16] = {
                    0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
                    0x00, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
                };

                assert_int_equal(got >> b * 8 & 0xff,
                                 b < size ? bytes[at + b] : 0);
            }
        }
    }
}

static void test_worlds(void **state)
{
    Rig *r = start(false);

    (void)state;
    /* Non-secure software cannot make a frame Secure. */
    set(r, priv(3, TE_PCTRL), 0);
    assert_int_equal(get(r, priv(3, TE_PCTRL)), 1);
    test_engine_write(&r->e, priv(3, TE_PCTRL), 0, 4, true);
    test_engine_write(&r->e, user(3, TE_SEED), 77, 4, true);
    /* RAZ/WI to others, and so no frame. */
    for (unsigned at = 0; at < TE_FRAME_SIZE; at += 4) {
        assert_int_equal(get(r, user(3, at)), 0);
        assert_int_equal(get(r, priv(3, at)), 0);
    }
    set(r, user(3, TE_SEED), 78);
    set(r, priv(3, TE_PCTRL), 1);
    set(r, user(3, TE_CMD), TE_CMD_RAND48);
    assert_int_equal(test_engine_read(&r->e, user(3, TE_SEED), 4, true), 77);
    assert_int_equal(test_engine_read(&r->e, priv(3, TE_PCTRL), 4, true), 0);
    assert_int_equal(test_engine_read(&r->e, user(3, TE_CMD), 4, true), 1);
    assert_int_equal(get(r, user(2, TE_CMD)), 1);
    assert_int_equal(get(r, user(4, TE_CMD)), 1);
    /* Its accesses are Secure. */
    test_engine_write(&r->e, user(3, TE_BEGIN), ARENA, 8, true);
    test_engine_write(&r->e, user(3, TE_END_INCL), ARENA + 7, 8, true);
    test_engine_write(&r->e, user(3, TE_STRIDE), 1, 8, true);
    test_engine_write(&r->e, user(3, TE_CMD), TE_CMD_RAND48, 4, true);
    run_all(r);
    assert_int_equal(r->accesses, 1);
    assert_true(r->log[0].id.secure);
    /* Given back. */
    test_engine_write(&r->e, priv(3, TE_PCTRL), 1, 4, true);
    assert_int_equal(get(r, user(3, TE_SEED)), 77);
    /* Under PCIe there is no such thing. */
    r = start(true);
    test_engine_write(&r->e, priv(3, TE_PCTRL), 0, 4, true);
    assert_int_equal(get(r, priv(3, TE_PCTRL)), 1);
}

/* --- commands ------------------------------------------------------------- */

static void test_states(void **state)
{
    static const struct { uint32_t writes, reads; } commands[] = {
        { 0, 1 }, { 1, 1 }, { 5, 0xfffffffe }, { 1, 1 },
        { 0x80000002, 0xfffffffe }, { 0, 1 }, { 0xffffffff, 0xfffffffe },
        { 0xfffffffe, 0xfffffffe }, { 0x100, 0xfffffffe },
        { 0x00020000, 0xfffffffe },
    };
    Rig *r = start(false);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        set(r, user(9, TE_CMD), commands[i].writes);
        assert_int_equal(get(r, user(9, TE_CMD)), commands[i].reads);
    }
    assert_int_equal(r->begun, 0);
    /* At work: nothing is written, and it is not stopped. */
    work(r, 9, TE_CMD_SUM64, ARENA, ARENA + 0xffff, 1, 0, 0);
    assert_int_equal(get(r, user(9, TE_CMD)), TE_CMD_SUM64);
    set(r, user(9, TE_CMD), TE_CMD_HALTED);
    set(r, user(9, TE_BEGIN), 0);
    set(r, priv(9, TE_STREAMID), 5);
    assert_int_equal(get(r, user(9, TE_CMD)), TE_CMD_SUM64);
    assert_int_equal(get64(r, user(9, TE_BEGIN)), ARENA);
    assert_int_equal(get(r, priv(9, TE_STREAMID)), 31);
    assert_int_equal(r->accesses, 0);
    assert_true(test_engine_run(&r->e, 1));
    assert_int_equal(r->accesses, 1);
    run_all(r);
    assert_int_equal(get(r, user(9, TE_CMD)), TE_CMD_HALTED);
    assert_int_equal(get(r, user(9, TE_LAUNCHED)), 16);
    assert_int_equal(get(r, user(9, TE_RETURNED)), 16);
    /* The counts go on; a command may come with uctrl, in one store. */
    test_engine_write(&r->e, user(9, TE_CMD), 0x0007000000000004, 8, false);
    assert_int_equal(get(r, user(9, TE_CMD)), TE_CMD_SUM64);
    assert_int_equal(get(r, user(9, TE_UCTRL)), 0x00070000);
    run_all(r);
    assert_int_equal(get(r, user(9, TE_RETURNED)), 32);
    assert_int_equal(r->begun, 2);
    assert_int_equal(r->ended, 2);
}

/* Commands that are refused, from one that is good. */
static void test_misconfigured(void **state)
{
    static const struct {
        const char *what;
        uint32_t cmd;
        bool pci, good;
        uint64_t offset, value;         /* user(1, ..) or priv(1, ..) */
    } cases[] = {
#define U(at) TE_FRAME_SIZE + (at)
#define P(at) TE_PAGE_SIZE + TE_FRAME_SIZE + (at)
        { "stride 0", 2, false, false, U(TE_STRIDE), 0 },
        { "stride 0", 3, false, false, U(TE_STRIDE), 0 },
        { "stride 0", 4, false, false, U(TE_STRIDE), 0 },
        { "stride 2", 2, false, false, U(TE_STRIDE), 2 },
        { "stride 12", 3, false, false, U(TE_STRIDE), 12 },
        { "stride 8", 4, false, true, U(TE_STRIDE), 8 },
        { "stride 2^63", 4, false, true, U(TE_STRIDE), 1ull << 63 },
        { "stride -8", 2, false, true, U(TE_STRIDE), -8ull },
        { "stride -1", 2, false, false, U(TE_STRIDE), -1ull },
        { "end before begin", 3, false, false, U(TE_END_INCL), ARENA - 1 },
        { "end at begin", 3, false, true, U(TE_END_INCL), ARENA },
        { "sum begin", 4, false, false, U(TE_BEGIN), ARENA + 4 },
        { "sum end", 4, false, false, U(TE_END_INCL), ARENA + 0x100 },
        { "sum of one", 4, false, true, U(TE_END_INCL), ARENA + 7 },
        { "copy begin", 2, false, true, U(TE_BEGIN), ARENA + 4 },
        { "everything", 3, false, false, U(TE_BEGIN), 0 },
        { "nearly everything", 3, false, false, U(TE_BEGIN), 7 },
        { "a little less", 3, false, true, U(TE_BEGIN), 8 },
        { "wraps", 2, false, false, U(TE_UDATA), -0x1000ull },
        { "just not", 2, false, true, U(TE_UDATA), -0x2000ull },
        { "port 63", 2, false, true, P(TE_PORT), 63 },
        { "port 64", 2, false, false, P(TE_PORT), 64 },
        { "port -1", 2, false, false, P(TE_PORT), UINT32_MAX },
        { "PCI port 1", 2, true, false, P(TE_PORT), 1 },
        { "substream", 2, false, true, P(TE_SUBSTREAMID), 0xfffff },
        { "substream 2^20", 2, false, false, P(TE_SUBSTREAMID), 0x100000 },
        { "substream -2", 2, true, false, P(TE_SUBSTREAMID), 0xfffffffe },
        { "PCI MSI", 2, true, true, U(TE_MSIADDRESS), 1 },
        { "PCI MSI address", 2, true, false, U(TE_MSIADDRESS), 2 },
        { "PCI MSI address", 2, true, false, U(TE_MSIADDRESS), 1ull << 32 },
        { "PCI vector, no MSI", 2, true, true, U(TE_MSIDATA), 2048 },
        { "MSI address", 2, false, true, U(TE_MSIADDRESS), 0x1234 },
        { "attributes", 2, true, true, U(TE_ATTRIBUTES), UINT32_MAX },
        { "rate", 2, true, true, U(TE_UCTRL), UINT32_MAX },
        { "data", 2, true, true, U(TE_UDATA_N(7)), UINT32_MAX },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Rig *r = start(cases[i].pci);
        bool whole = cases[i].offset == U(TE_BEGIN) && cases[i].value < ARENA;
        uint32_t cmd;

        set(r, U(TE_BEGIN), ARENA);
        set(r, U(TE_END_INCL), whole ? UINT64_MAX - 7 : ARENA + 0x1fff);
        set(r, U(TE_STRIDE), 1);
        set(r, U(TE_UDATA), ARENA + 0x4000);
        set(r, cases[i].offset, cases[i].value);
        set(r, U(TE_CMD), cases[i].cmd);
        cmd = get(r, U(TE_CMD));
        if (cmd != (cases[i].good ? cases[i].cmd : TE_CMD_MISCONFIGURED)) {
            fail_msg("%s (command %u): %#x", cases[i].what, cases[i].cmd, cmd);
        }
        test_engine_run(&r->e, 1);
        assert_int_equal(r->accesses > 0, cases[i].good);
        assert_int_equal(r->msis, 0);
        if (!cases[i].good) {
            /* It takes stores again, and is cured. */
            set(r, U(TE_CMD), TE_CMD_HALTED);
            assert_int_equal(get(r, U(TE_CMD)), TE_CMD_HALTED);
        }
    }
    /* A vector beyond the last, which takes two registers. */
    for (uint32_t vector = 2047; vector < 2050; vector++) {
        Rig *r = start(true);

        set(r, U(TE_MSIADDRESS), 1);
        set(r, U(TE_MSIDATA), vector);
        work(r, 1, TE_CMD_RAND48, ARENA, ARENA, 1, 0, 0);
        assert_int_equal(get(r, U(TE_CMD)), vector < 2048 ? 3 : 0xfffffffe);
    }
#undef U
#undef P
}

static void test_identity(void **state)
{
    Rig *r = start(false);
    const TestEngineId *in = &r->log[0].id, *out = &r->log[1].id;

    (void)state;
    set(r, priv(7, TE_PORT), 3);
    set(r, priv(7, TE_STREAMID), 0x12345678);
    set(r, priv(7, TE_SUBSTREAMID), 0xabcde);
    set(r, user(7, TE_ATTRIBUTES), 0x05ff02ff);
    set(r, user(7, TE_MSIADDRESS), 0x2f020040);
    set(r, user(7, TE_MSIDATA), 0x5151);
    set(r, user(7, TE_MSIATTR), 0x0700);
    work(r, 7, TE_CMD_MEMCPY, ARENA, ARENA + 0xf, 1, 0, ARENA + 0x100);
    run_all(r);
    assert_int_equal(r->accesses, 2);
    assert_int_equal(in->frame, 7);
    assert_int_equal(in->port, 3);
    assert_int_equal(in->streamid, 0x12345678);
    assert_true(in->has_substreamid);
    assert_int_equal(in->substreamid, 0xabcde);
    assert_false(in->secure);
    assert_true(in->ns && !in->privileged && !in->instruction);
    assert_true(!out->ns && out->privileged && out->instruction);
    assert_false(r->log[0].write);
    assert_true(r->log[1].write);
    assert_int_equal(r->msis, 1);
    assert_int_equal(r->msi[0].addr, 0x2f020040);
    assert_int_equal(r->msi[0].len, 0x5151);
    assert_int_equal(r->msi[0].id.streamid, 0x12345678);
    assert_false(r->msi[0].id.has_substreamid || r->msi[0].id.instruction);
    assert_true(r->msi[0].id.ns && r->msi[0].id.privileged);
    assert_int_equal(get(r, user(7, TE_UCTRL)), 0);
    /* None is not 0. */
    set(r, priv(7, TE_SUBSTREAMID), TE_NO_SUBSTREAMID);
    set(r, user(7, TE_CMD), TE_CMD_MEMCPY);
    run_all(r);
    assert_false(r->log[2].id.has_substreamid);
    /* An MSI that is aborted, and one that is not sent. */
    r->msi_aborts = true;
    set(r, user(7, TE_CMD), TE_CMD_MEMCPY);
    run_all(r);
    assert_int_equal(r->msis, 3);
    assert_int_equal(get(r, user(7, TE_UCTRL)), TE_UCTRL_MSI_ABORTED);
    assert_int_equal(get(r, user(7, TE_CMD)), TE_CMD_HALTED);
    set(r, user(7, TE_UCTRL), 0);
    set(r, user(7, TE_MSIADDRESS), 0);
    set(r, user(7, TE_CMD), TE_CMD_MEMCPY);
    run_all(r);
    assert_int_equal(r->msis, 3);
    assert_int_equal(get(r, user(7, TE_UCTRL)), 0);
}

/* An access that is aborted ends the work, and says where. */
static void test_error(void **state)
{
    static const struct {
        uint32_t cmd, seed;
        uint64_t stride, hole, error;
        unsigned launched;
    } cases[] = {
        { 2, 0, 1, ARENA + 0x2345, ARENA + 0x2000, 5 },
        { 2, 0, 1, ARENA + 0xa345, ARENA + 0xa000, 6 },
        { 2, UINT32_MAX, 1, ARENA + 0x2345, ARENA + 0x2000, 3 },
        { 3, 0, 1, ARENA, ARENA, 1 },
        { 3, UINT32_MAX, 1, ARENA, ARENA, 4 },
        { 4, 0, 16, ARENA + 0x2345, 0, 0x400 },     /* between elements */
        { 4, 0, 16, ARENA + 0x2347, ARENA + 0x2340, 0x235 },
        { 4, UINT32_MAX, 16, ARENA + 0x2347, ARENA + 0x2340, 0x1cc },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Rig *r = start(false);
        /* The sixth holds no byte of an element. */
        bool good = !cases[i].error;

        r->hole = good ? ARENA + 0x2348 : cases[i].hole;
        set(r, user(0, TE_MSIADDRESS), 0x40);
        work(r, 0, cases[i].cmd, ARENA, ARENA + 0x3fff, cases[i].stride,
             cases[i].seed, ARENA + 0x8000);
        run_all(r);
        assert_int_equal(get(r, user(0, TE_CMD)),
                         good ? TE_CMD_HALTED : TE_CMD_ERROR);
        assert_int_equal(r->last_end, get(r, user(0, TE_CMD)));
        assert_int_equal(get64(r, user(0, TE_UDATA_N(2))), cases[i].error);
        assert_int_equal(get(r, user(0, TE_LAUNCHED)), cases[i].launched);
        assert_int_equal(get(r, user(0, TE_RETURNED)), cases[i].launched);
        assert_int_equal(r->accesses, cases[i].launched);
        assert_int_equal(r->msis, 1);
        /* It takes another command as it is. */
        r->hole = 0;
        set(r, user(0, TE_CMD), cases[i].cmd);
        run_all(r);
        assert_int_equal(get(r, user(0, TE_CMD)), TE_CMD_HALTED);
    }
}

/* All frames at once, in turns: none waits until another is done. */
static void test_turns(void **state)
{
    Rig *r = start(false);
    unsigned seen[3] = { 0 };

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        work(r, 100 * i, TE_CMD_SUM64, ARENA, ARENA + 0xffff, 1, 0, 0);
    }
    assert_true(test_engine_run(&r->e, 3 * TE_TURN));
    assert_int_equal(r->accesses, 12);
    for (unsigned i = 0; i < 12; i++) {
        assert_int_equal(r->log[i].id.frame, i / 4 * 100);
        seen[i / 4]++;
    }
    assert_int_equal(seen[0] + seen[1] + seen[2], 12);
    /* Small steps go round as well. */
    for (unsigned i = 0; i < 3; i++) {
        assert_true(test_engine_run(&r->e, 1));
        assert_int_equal(r->log[12 + i].id.frame, i * 100);
    }
    run_all(r);
    assert_int_equal(r->accesses, 48);
    /* All 512 of them. */
    r = start(false);
    for (unsigned i = 0; i < TE_FRAMES; i++) {
        work(r, i, TE_CMD_SUM64, ARENA + 8 * i, ARENA + 8 * i + 7, 1, 0, 0);
    }
    assert_int_equal(r->e.running, TE_FRAMES);
    run_all(r);
    for (unsigned i = 0; i < TE_FRAMES; i++) {
        uint64_t value;

        memcpy(&value, r->memory + 8 * i, 8);
        assert_int_equal(get64(r, user(i, TE_UDATA_N(1))), value);
        assert_int_equal(get(r, user(i, TE_CMD)), TE_CMD_HALTED);
    }
    /* One that would take for ever takes no more than its share. */
    r = start(false);
    work(r, 0, TE_CMD_SUM64, ARENA, ARENA + 7, 8, 0, 0);
    work(r, 1, TE_CMD_RAND48, 8, UINT64_MAX, 8, UINT32_MAX, 0);
    assert_true(r->e.running == 2);
    test_engine_run(&r->e, 0x8000);
    assert_in_range(r->accesses, 1, 0x8000 / TE_TRANSACTION);
}

/* --- callbacks that lead back --------------------------------------------- */

static void strike_reset(Rig *r)
{
    test_engine_reset(&r->e);
}

static void strike_run(Rig *r)
{
    assert_true(test_engine_run(&r->e, 1 << 30) || !r->e.running);
}

static void strike_command(Rig *r)
{
    /* To itself: at work, or just done; and to another one. */
    work(r, 0, TE_CMD_SUM64, ARENA, ARENA + 7, 1, 0, 0);
    work(r, 1, TE_CMD_SUM64, ARENA + 8, ARENA + 15, 1, 0, 0);
}

static void test_reentry(void **state)
{
    static void (*const strikes[])(Rig *r) = {
        strike_reset, strike_run, strike_command,
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(strikes); i++) {
        /* Before the read, the write, the MSI. */
        for (unsigned n = 1; n <= 3; n++) {
            Rig *r = start(false);

            r->struck = strikes[i];
            r->strike = n;
            r->msi_aborts = true;
            set(r, user(0, TE_MSIADDRESS), 0x40);
            work(r, 0, TE_CMD_MEMCPY, ARENA, ARENA + 0xff, 1, 0,
                 ARENA + 0x1000);
            run_all(r);
            assert_int_equal(get(r, user(0, TE_CMD)), TE_CMD_HALTED);
            assert_int_equal(r->strike, 0);
            if (strikes[i] == strike_reset) {
                assert_int_equal(r->accesses, n < 3 ? n : 2);
                assert_int_equal(get(r, user(0, TE_RETURNED)), 0);
                assert_int_equal(get(r, user(0, TE_UCTRL)), 0);
                assert_int_equal(get(r, priv(0, TE_STREAMID)), 31);
            } else if (strikes[i] == strike_run) {
                assert_int_equal(r->accesses, 2);
            } else {
                uint64_t value;

                memcpy(&value, r->memory + 8, 8);
                assert_int_equal(get64(r, user(1, TE_UDATA_N(1))), value);
                assert_int_equal(r->accesses, n < 3 ? 3 : 4);
                memcpy(&value, r->memory, 8);
                assert_int_equal(get64(r, user(0, TE_UDATA_N(1))),
                                 n < 3 ? 0 : value);
            }
            assert_int_equal(r->e.running, 0);
        }
    }
}

/* --- state from outside --------------------------------------------------- */

static void test_loaded(void **state)
{
    static const struct { const char *what; int seed; } cases[] = {
        { "as it is", 0 }, { "halted", 1 }, { "no command", 2 },
        { "turn", 3 }, { "nothing left", 4 }, { "before begin", 5 },
        { "beyond end", 6 }, { "random", 7 }, { "stride", 8 },
        { "sum", 9 }, { "secure under PCIe", 10 }, { "port", 11 },
        { "elements", 12 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Rig *r = start(i == 10);
        TestEngineFrame *f = &r->e.frame[2];

        work(r, 2, TE_CMD_SUM64, ARENA + 0x1000, ARENA + 0x3fff,
             i == 12 ? 16 : 1, 0, 0);
        test_engine_run(&r->e, 1);
        r->e.running = 99;
        switch (i) {
        case 1:
            f->user[0] = TE_CMD_HALTED;
            break;
        case 2:
            f->user[0] = 7;
            break;
        case 3:
            r->e.turn = TE_FRAMES;
            break;
        case 4:
            f->lo = f->hi + 1;
            break;
        case 5:
            f->lo = ARENA;
            break;
        case 6:
            f->hi += 8;
            break;
        case 7:
            f->direction = 1ull << 48;
            break;
        case 8:
            f->user[TE_STRIDE / 4] = 0;
            break;
        case 9:
            f->lo++;
            break;
        case 10:
            f->priv[0] = 0;
            break;
        case 11:
            f->priv[TE_PORT / 4] = 64;
            break;
        case 12:
            f->hi = 0x300;
            break;
        }
        if (test_engine_loaded(&r->e) != (i < 2)) {
            fail_msg("%s", cases[i].what);
        }
        if (i < 2) {
            assert_int_equal(r->e.running, i == 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reset_values),
        cmocka_unit_test(test_writable),
        cmocka_unit_test(test_read_sizes),
        cmocka_unit_test(test_worlds),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_misconfigured),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_error),
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_reentry),
        cmocka_unit_test(test_loaded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
