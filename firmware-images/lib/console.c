/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A console on a PL011 UART: polled output and a small printf.
 */
#include <stdbool.h>

#include "console.h"
#include "mmio.h"
#include "string.h"

/* PL011 registers and fields, DDI 0183 3.2. */
#define UARTDR          0x000
#define UARTFR          0x018
#define UARTFR_TXFF     (1u << 5)
#define UARTCR          0x030
#define UARTCR_UARTEN   (1u << 0)
#define UARTCR_TXE      (1u << 8)

static uintptr_t uart = CON_UART0_BASE;

void con_init(uintptr_t base)
{
    uart = base;
    mmio_write32(uart + UARTCR,
                 mmio_read32(uart + UARTCR) | UARTCR_UARTEN | UARTCR_TXE);
}

static void put_raw(char c)
{
    while (mmio_read32(uart + UARTFR) & UARTFR_TXFF) {
    }
    mmio_write32(uart + UARTDR, (uint8_t)c);
}

void con_putc(char c)
{
    if (c == '\n') {
        put_raw('\r');
    }
    put_raw(c);
}

void con_puts(const char *s)
{
    while (*s != '\0') {
        con_putc(*s++);
    }
}

typedef struct Spec {
    bool left;
    bool zero;
    int width;
    int longs;
} Spec;

static void pad(char c, int count)
{
    while (count-- > 0) {
        con_putc(c);
    }
}

static void put_field(const Spec *spec, const char *text, int length)
{
    if (!spec->left) {
        pad(' ', spec->width - length);
    }
    for (int i = 0; i < length; i++) {
        con_putc(text[i]);
    }
    if (spec->left) {
        pad(' ', spec->width - length);
    }
}

static void put_number(const Spec *spec, uint64_t value, bool negative,
                       unsigned int base, const char *digits)
{
    char buffer[24];
    int at = sizeof(buffer);
    int length;

    do {
        buffer[--at] = digits[value % base];
        value /= base;
    } while (value != 0);

    length = (int)sizeof(buffer) - at;
    if (spec->zero && !spec->left) {
        if (negative) {
            con_putc('-');
        }
        pad('0', spec->width - length - (negative ? 1 : 0));
        for (int i = at; i < (int)sizeof(buffer); i++) {
            con_putc(buffer[i]);
        }
        return;
    }
    if (negative) {
        buffer[--at] = '-';
        length++;
    }
    put_field(spec, &buffer[at], length);
}

void con_vprintf(const char *fmt, va_list ap)
{
    static const char lower[] = "0123456789abcdef";
    static const char upper[] = "0123456789ABCDEF";

    for (; *fmt != '\0'; fmt++) {
        const char *start = fmt;
        Spec spec = { 0 };

        if (*fmt != '%') {
            con_putc(*fmt);
            continue;
        }
        for (fmt++; *fmt == '0' || *fmt == '-'; fmt++) {
            spec.zero |= *fmt == '0';
            spec.left |= *fmt == '-';
        }
        while (*fmt >= '0' && *fmt <= '9') {
            spec.width = spec.width * 10 + (*fmt++ - '0');
        }
        while (*fmt == 'l' || *fmt == 'z') {
            spec.longs++;
            fmt++;
        }

        switch (*fmt) {
        case 'd':
        case 'i': {
            int64_t v = spec.longs ? va_arg(ap, long) : va_arg(ap, int);

            put_number(&spec, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0,
                       10, lower);
            break;
        }
        case 'u':
        case 'x':
        case 'X': {
            uint64_t v = spec.longs ? va_arg(ap, unsigned long)
                                    : va_arg(ap, unsigned int);

            put_number(&spec, v, false, *fmt == 'u' ? 10 : 16,
                       *fmt == 'X' ? upper : lower);
            break;
        }
        case 'p':
            con_puts("0x");
            put_number(&spec, (uintptr_t)va_arg(ap, void *), false, 16, lower);
            break;
        case 'c': {
            char c = (char)va_arg(ap, int);

            put_field(&spec, &c, 1);
            break;
        }
        case 's': {
            const char *s = va_arg(ap, const char *);

            s = s ? s : "(null)";
            put_field(&spec, s, (int)strlen(s));
            break;
        }
        case '%':
            con_putc('%');
            break;
        default:
            while (start < fmt) {
                con_putc(*start++);
            }
            if (*fmt == '\0') {
                return;
            }
            con_putc(*fmt);
            break;
        }
    }
}

void con_printf(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    con_vprintf(fmt, ap);
    va_end(ap);
}
