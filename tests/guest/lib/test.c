/*
 * Counting and reporting.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdarg.h>

#include "access.h"
#include "console.h"
#include "gpt.h"
#include "semihosting.h"
#include "test.h"

enum { MAX_PRINTED = 12 };

static const char *group;
static unsigned group_passed, group_failed, total_passed, total_failed;

static void close_group(void)
{
    if (!group) {
        return;
    }
    if (group_failed > MAX_PRINTED) {
        con_printf("FAIL %s: ... and %u more\n", group,
                   group_failed - MAX_PRINTED);
    }
    con_printf("GROUP %s: %u passed, %u failed\n", group, group_passed,
               group_failed);
    total_passed += group_passed;
    total_failed += group_failed;
    group = NULL;
}

void test_group(const char *name)
{
    close_group();
    group = name;
    group_passed = 0;
    group_failed = 0;
}

void test_skip(const char *name, const char *why)
{
    close_group();
    con_printf("SKIP %s: %s\n", name, why);
}

static bool count(bool ok)
{
    if (ok) {
        group_passed++;
        return false;
    }
    return ++group_failed <= MAX_PRINTED;
}

bool test_case(bool ok, const char *format, ...)
{
    va_list ap;

    if (count(ok)) {
        con_printf("FAIL %s: ", group);
        va_start(ap, format);
        con_vprintf(format, ap);
        va_end(ap);
        con_putc('\n');
    }
    return ok;
}

static void print_outcome(const char *what, const struct outcome *o)
{
    if (o->el == 0) {
        con_printf("  %s no exception, x0=%lx\n", what, (unsigned long)o->x0);
        return;
    }
    con_printf("  %s exception to EL%u, ESR=%lx (EC=%lx) FAR=%lx", what,
               o->el, (unsigned long)o->esr, (unsigned long)ESR_EC(o->esr),
               (unsigned long)o->far);
    if (o->el == 3) {
        con_printf(" MFAR=%lx", (unsigned long)o->mfar);
    }
    if (o->el == 2) {
        con_printf(" HPFAR=%lx", (unsigned long)o->hpfar);
    }
    con_printf(" ELR=%lx\n", (unsigned long)o->elr);
}

/* @a: wanted; @b: what came */
static bool same(const struct outcome *a, const struct outcome *b)
{
    if (a->el != b->el) {
        return false;
    }
    if (a->el == 0) {
        return a->x0 == b->x0;
    }
    if (a->esr != b->esr || a->far != b->far || a->elr != b->elr) {
        return false;
    }
    if (a->el == 3 && ESR_EC(a->esr) == EC_GPC) {
        return a->mfar == b->mfar;
    }
    if (a->el != 2 || !a->hpfar) {
        return true;
    }
    if (a->hpfar & HPFAR_NS_ANY) {
        return (a->hpfar ^ HPFAR_NS_ANY) == (b->hpfar & ~HPFAR_NS);
    }
    return a->hpfar == b->hpfar;
}

bool test_outcome(const struct outcome *want, const struct outcome *got,
                  const char *format, ...)
{
    bool ok = same(want, got);
    va_list ap;

    if (count(ok)) {
        con_printf("FAIL %s: ", group);
        va_start(ap, format);
        con_vprintf(format, ap);
        va_end(ap);
        con_putc('\n');
        print_outcome("expected", want);
        print_outcome("     got", got);
    }
    return ok;
}

void test_start(void)
{
    con_printf("MACHINE rme=%u l0gptsz=%u\n", gpt_rme(), gpt_l0gptsz());
}

struct test_param test_param(void)
{
    static uint64_t word;
    static bool known;

    /* The runner wrote it as the Normal world. */
    if (!known) {
        word = *(volatile uint64_t *)access_map(3, PARAM_ADDRESS, PAS_NS);
        known = true;
    }
    return (struct test_param) {
        .strict = word & 1, .rme = (word >> 8) & 0xff,
        .l0gptsz = (word >> 16) & 0xff,
        .mecid_bits = (word >> 24) & 0x1f, .mpe = (word >> 29) & 3,
        .seconds = (word >> 32) & 0xffff,
    };
}

void test_exit(void)
{
    close_group();
    con_printf("END %u passed, %u failed\n", total_passed, total_failed);
    semihosting_exit(total_failed || !total_passed ? 1 : 0);
}
