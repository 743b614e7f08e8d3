/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BL33's report: one line per step, and the closing line.
 */
#include <stdarg.h>

#include "console.h"
#include "pe.h"
#include "report.h"

static unsigned int passed;
static unsigned int failed;

bool report(const char *problem, const char *name, ...)
{
    va_list ap;

    con_puts("bl33: ");
    va_start(ap, name);
    con_vprintf(name, ap);
    va_end(ap);
    if (problem) {
        con_printf(" ... FAILED: %s\n", problem);
        failed++;
        return false;
    }
    con_puts(" ... ok\n");
    passed++;
    return true;
}

static char *append(char *at, const char *end, const char *text)
{
    while (*text != '\0' && at < end) {
        *at++ = *text++;
    }
    return at;
}

static char *append_hex(char *at, const char *end, unsigned long value)
{
    char digits[17];
    int i = sizeof(digits) - 1;

    digits[i] = '\0';
    do {
        digits[--i] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value != 0);
    return append(append(at, end, "0x"), end, &digits[i]);
}

const char *mismatch(const char *what, unsigned long got,
                     unsigned long expected)
{
    char *text = this_pe()->text;
    const char *end = text + sizeof(this_pe()->text) - 1;
    char *at = append(text, end, what);

    at = append_hex(append(at, end, ": got "), end, got);
    at = append_hex(append(at, end, ", expected "), end, expected);
    *at = '\0';
    return text;
}

void report_end(void)
{
    con_printf("bl33: %u passed, %u failed\n", passed, failed);
}
