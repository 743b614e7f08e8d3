/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A console on a PL011 UART (Arm DDI 0183): polled output and a small printf.
 * Not locked: images with several PEs print from one PE, or take a lock.
 */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

#include <stdarg.h>
#include <stdint.h>

/* Address of the first UART of `virt`, seen from the Normal world. */
#define CON_UART0_BASE UINT64_C(0x09000000)
/* Address of the Secure UART, for images that run at EL3 or S-EL1. */
#define CON_UART1_BASE UINT64_C(0x09040000)

/*
 * Directs all further output to the PL011 whose registers start at base, and
 * enables its transmitter.
 */
void con_init(uintptr_t base);

/* Writes one character; '\n' is sent as "\r\n". Waits while the FIFO is full. */
void con_putc(char c);

/* Writes a string as con_putc() does. */
void con_puts(const char *s);

/*
 * Formatted output: %s %c %d %i %u %x %X %p %%, the length modifiers l, ll
 * and z, a width, and the flags '0' (pad numbers with zeros) and '-' (left
 * justify). An unknown conversion is printed as it stands.
 */
void con_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* con_printf() with an argument list. */
void con_vprintf(const char *fmt, va_list ap)
    __attribute__((format(printf, 1, 0)));

#endif
