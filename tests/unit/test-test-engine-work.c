/*
 * SMMUv3TestEngine: random work against a model that goes byte by byte and
 * takes its random numbers from the C library.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _XOPEN_SOURCE 600
#include "test-engine-rig.h"
#include "rng.h"

/* The bytes of RAND48 for [@from, @from + @len) in one transaction. */
static void model_fill(uint8_t *memory, uint32_t seed, uint64_t from,
                       uint64_t len)
{
    srand48((int32_t)(seed ^ (uint32_t)(from >> 32) ^ (uint32_t)from));
    for (uint64_t i = 0; i < len; i++) {
        memory[from + i - ARENA] = (uint8_t)lrand48();
        (void)lrand48();
    }
}

/*
 * Do it, and return what is in udata[1]. The two ranges of a copy do not
 * overlap here.
 */
static uint64_t model(uint8_t *memory, uint32_t cmd, uint64_t begin,
                      uint64_t end, uint64_t stride, uint32_t seed,
                      uint64_t to)
{
    uint64_t sum = 0, step = stride, size = 8;

    if (stride == 1) {
        size = step = cmd == TE_CMD_SUM64 ? 8 : 1;
    } else {
        uint64_t len = end - begin + 1;

        begin &= ~7ull;
        to &= ~7ull;
        end = stride > (len > 8 ? len : 8) ? begin + 7 : end | 7;
    }
    for (uint64_t at = begin; at + size - 1 <= end; at += step) {
        uint8_t *p = memory + (at - ARENA);
        uint64_t element;

        switch (cmd) {
        case TE_CMD_MEMCPY:
            memcpy(memory + (to + (at - begin) - ARENA), p, size);
            break;
        case TE_CMD_RAND48:
            if (size == 8) {
                model_fill(memory, seed, at, 8);
            } else if (at == begin || at % 4096 == 0) {
                uint64_t page_end = at | 4095;

                model_fill(memory, seed, at,
                           (page_end < end ? page_end : end) - at + 1);
            }
            break;
        default:
            memcpy(&element, p, 8);
            sum += element;
        }
    }
    return sum;
}

static void random_work(Rng *rng)
{
    static uint8_t memory[ARENA_SIZE];
    enum { HALF = ARENA_SIZE / 2 };
    uint32_t seeds[] = { 0, UINT32_MAX, (uint32_t)rng_next(rng), 1 };
    uint32_t seed = seeds[rng_below(rng, 4)];
    uint32_t cmd = TE_CMD_MEMCPY + (uint32_t)rng_below(rng, 3);
    uint64_t begin = ARENA + rng_below(rng, HALF), len, end, to, stride, sum;
    unsigned frame = (unsigned)rng_below(rng, TE_FRAMES);
    Rig *r = start(rng_once_in(rng, 2));

    len = 1 + rng_below(rng, ARENA + HALF - begin);
    if (rng_once_in(rng, 3)) {
        len = 1 + len % 40;
    }
    end = begin + len - 1;
    end = end < ARENA + HALF ? end : ARENA + HALF - 1;
    if (cmd == TE_CMD_SUM64) {
        begin &= ~7ull;
        end |= 7;
    }
    to = ARENA + HALF + rng_below(rng, HALF - (end - begin));
    stride = rng_once_in(rng, 2) ? 1 : 8 * (1 + rng_below(rng, 20));
    if (rng_once_in(rng, 10)) {
        stride = 8 * (1 + rng_next(rng) % (UINT64_MAX / 8));
    }
    if (stride != 1 && (to | 7) + (end - begin) + 8 > ARENA + ARENA_SIZE) {
        to = ARENA + HALF;
    }
    for (unsigned i = 0; i < ARENA_SIZE; i++) {
        r->memory[i] = (uint8_t)rng_next(rng);
    }
    memcpy(memory, r->memory, sizeof(memory));
    sum = model(memory, cmd, begin, end, stride, seed, to);
    work(r, frame, cmd, begin, end, stride, seed, to);
    assert_int_equal(get(r, user(frame, TE_CMD)), cmd);
    while (test_engine_run(&r->e, 1 + rng_below(rng, 20000))) {
        /* State goes away and comes back. */
        assert_true(test_engine_loaded(&r->e));
    }
    assert_int_equal(get(r, user(frame, TE_CMD)), TE_CMD_HALTED);
    assert_memory_equal(r->memory, memory, sizeof(memory));
    if (cmd == TE_CMD_SUM64) {
        assert_int_equal(get64(r, user(frame, TE_UDATA_N(1))), sum);
    }
    assert_int_equal(get(r, user(frame, TE_LAUNCHED)), r->accesses);
    assert_int_equal(get(r, user(frame, TE_RETURNED)), r->accesses);
}

static void test_random(void **state)
{
    Rng rng = { 48 };

    (void)state;
    for (unsigned i = 0; i < 3000; i++) {
        random_work(&rng);
    }
}

/* The order is what seed says. */
static void test_order(void **state)
{
    static const uint32_t seeds[] = { 0, UINT32_MAX, 42 };
    bool both[2] = { false, false };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(seeds); i++) {
        Rig *r = start(false);
        uint64_t lo = ARENA, hi = ARENA + 0xfff8;

        work(r, 0, TE_CMD_SUM64, ARENA, ARENA + 0xffff, 8, seeds[i], 0);
        run_all(r);
        assert_int_equal(r->accesses, 0x2000);
        for (unsigned n = 0; n < LOG; n++) {
            bool front = r->log[n].addr == lo;

            assert_int_equal(r->log[n].len, 8);
            assert_true(front || r->log[n].addr == hi);
            if (i < 2) {
                assert_int_equal(front, i == 0);
            } else {
                both[front] = true;
            }
            lo += front ? 8 : 0;
            hi -= front ? 0 : 8;
        }
    }
    assert_true(both[0] && both[1]);
}

/* The generator, and its first numbers of some seeds. */
static void test_generator(void **state)
{
    static const uint32_t seeds[] = { 0, 1, 42, 0x7fffffff, UINT32_MAX };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(seeds); i++) {
        uint64_t s = test_engine_random_seed(seeds[i]);

        for (unsigned n = 0; n < 100; n++) {
            uint64_t was = s;
            uint32_t got = test_engine_random(&s);
            unsigned short x[3] = {
                (unsigned short)was, (unsigned short)(was >> 16),
                (unsigned short)(was >> 32),
            };

            assert_int_equal(got & 0x7fffffff, nrand48(x));
            nrand48(x);
            assert_int_equal(s, x[0] | (uint64_t)x[1] << 16 |
                             (uint64_t)x[2] << 32);
            assert_int_equal(got >> 31, x[1] >> 15);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generator),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
