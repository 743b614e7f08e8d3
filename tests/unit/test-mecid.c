/*
 * Which MECID register an access takes its MECID from: every input there is,
 * against a table with a row for each sentence of the architecture (DDI 0487,
 * FEAT_MEC; hardware contract B.2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdint.h>
#include "mecid.h"

/* What decides, one character each; '?' in a row is anything. */
enum { REGIME, PAS, EMEC2, EMEC3, AMEC0, AMEC1, UPPER, BIT63, A1, INPUTS };

static const char regime_letters[] = {
    [MECID_REGIME_EL10] = '1', [MECID_REGIME_STAGE2] = 's',
    [MECID_REGIME_EL2] = '2', [MECID_REGIME_EL20] = 'h',
    [MECID_REGIME_EL3] = '3',
};

typedef struct Row {
    char in[INPUTS + 1];
    MecidSource source;
} Row;

/* The first row that fits. r: Realm, n: not. */
static const Row walks[] = {
    /* 1: EL1&0, s: stage 2, 2: EL2, h: EL2&0, 3: EL3 */
    { "?n???????", MECID_DEFAULT },
    { "3????????", MECID_DEFAULT },
    { "??0??????", MECID_DEFAULT },
    { "1????????", MECID_VP },
    { "s????????", MECID_VP },
    { "2????????", MECID_P0 },
    { "h???????1", MECID_P0 },
    { "h???????0", MECID_P1 },
};

static const Row untranslated[] = {
    { "?n???????", MECID_DEFAULT },
    { "3????????", MECID_DEFAULT },
    { "??0??????", MECID_DEFAULT },
    { "1????????", MECID_VP },
    { "s????????", MECID_VP },
    { "2????????", MECID_P0 },
    { "h????????", MECID_P0 },
};

static const Row outputs[] = {
    { "?n???????", MECID_DEFAULT },
    { "3??1?????", MECID_RL },
    { "3??0?????", MECID_DEFAULT },
    { "??0??????", MECID_DEFAULT },
    { "1????????", MECID_VP },
    { "s??????0?", MECID_VP },
    { "s??????1?", MECID_VA },
    { "2??????0?", MECID_P0 },
    { "2??????1?", MECID_A0 },
    { "h?????00?", MECID_P0 },
    { "h?????01?", MECID_A0 },
    { "h?????10?", MECID_P1 },
    { "h?????11?", MECID_A1 },
};

/* A Translation fault: any row that fits. */
static const char faulting[][INPUTS + 1] = {
    "2r1?0??1?",
    "hr1?0?01?",
    "hr1??011?",
};

static bool fits(const char *row, const char *in)
{
    for (unsigned i = 0; i < INPUTS; i++) {
        if (row[i] != '?' && row[i] != in[i]) {
            return false;
        }
    }
    return true;
}

static MecidSource look_up(const Row *rows, size_t count, const char *in)
{
    for (size_t i = 0; i < count; i++) {
        if (fits(rows[i].in, in)) {
            return rows[i].source;
        }
    }
    fail_msg("no row fits %s", in);
    return MECID_DEFAULT;
}

#define LOOK_UP(rows, in)   look_up(rows, sizeof(rows) / sizeof(rows[0]), in)

static void each_input(void (*check)(const MecidControls *c,
                                     MecidRegime regime, const char *in))
{
    for (MecidRegime regime = 0; regime < MECID_REGIMES; regime++) {
        for (unsigned n = 0; n < 1u << (INPUTS - 1); n++) {
            char in[INPUTS + 1] = { regime_letters[regime] };
            MecidControls c;

            for (unsigned i = 1; i < INPUTS; i++) {
                in[i] = n >> (i - 1) & 1 ? '1' : '0';
            }
            in[PAS] = in[PAS] == '1' ? 'r' : 'n';
            c = (MecidControls) {
                .emec_el2 = in[EMEC2] == '1', .emec_el3 = in[EMEC3] == '1',
                .amec = { in[AMEC0] == '1', in[AMEC1] == '1' },
            };
            check(&c, regime, in);
        }
    }
}

static void check_walk(const MecidControls *c, MecidRegime regime,
                       const char *in)
{
    assert_int_equal(mecid_of_walk(c, regime, in[PAS] == 'r', in[A1] == '1'),
                     LOOK_UP(walks, in));
}

static void check_untranslated(const MecidControls *c, MecidRegime regime,
                               const char *in)
{
    assert_int_equal(mecid_of_untranslated(c, regime, in[PAS] == 'r'),
                     LOOK_UP(untranslated, in));
}

static void check_output(const MecidControls *c, MecidRegime regime,
                         const char *in)
{
    bool fault = false;

    for (size_t i = 0; i < sizeof(faulting) / sizeof(faulting[0]); i++) {
        fault = fault || fits(faulting[i], in);
    }
    assert_int_equal(mecid_faults(c, regime, in[PAS] == 'r', in[UPPER] == '1',
                                  in[BIT63] == '1'), fault);
    assert_int_equal(mecid_of_output(c, regime, in[PAS] == 'r',
                                     in[UPPER] == '1', in[BIT63] == '1'),
                     LOOK_UP(outputs, in));
}

static void test_walk(void **state)
{
    (void)state;
    each_input(check_walk);
}

static void test_untranslated(void **state)
{
    (void)state;
    each_input(check_untranslated);
}

static void test_output(void **state)
{
    (void)state;
    each_input(check_output);
}

/* What a PE without any control set, or a regime that is none, gets. */
static void test_nothing(void **state)
{
    const MecidControls none = { 0 }, all = { true, true, { true, true } };

    (void)state;
    assert_int_equal(mecid_of_output(&all, MECID_REGIMES, true, true, true),
                     MECID_DEFAULT);
    assert_int_equal(mecid_of_walk(&all, MECID_REGIMES, true, true),
                     MECID_DEFAULT);
    assert_int_equal(mecid_of_untranslated(&all, MECID_REGIMES, true),
                     MECID_DEFAULT);
    for (MecidRegime r = 0; r < MECID_REGIMES; r++) {
        assert_false(mecid_faults(&none, r, true, true, true));
        assert_int_equal(mecid_of_output(&none, r, true, true, true),
                         MECID_DEFAULT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_untranslated),
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_nothing),
    };

    return cmocka_run_group_tests_name("mecid", tests, NULL, NULL);
}
