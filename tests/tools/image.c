/*
 * Tells what a PE finds on cca-fvp, then "!", and then answers to what is
 * typed: "q" ends by semihosting with status 5, all else comes back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdint.h>

enum { UARTFR = 0x18, UARTFR_RXFE = 1 << 4 };

static volatile uint32_t *const uart = (volatile uint32_t *)0x1c090000;
/* One transport and the next one are not always as far from each other. */
static const uint32_t virtio[] = {
    0x1c130000, 0x1c140000, 0x1c150000, 0x1c200000,
};

/* A stack for each PE, in trusted SRAM: the image itself may be in ROM. */
__asm__(".section .text.unlikely.start,\"ax\"\n"
        ".globl _start\n"
        "_start: ldr x0, =0x04040000\n"
        "mrs x1, mpidr_el1\n"
        "ubfx x2, x1, #8, #2\n"
        "ubfx x1, x1, #16, #1\n"
        "add x1, x2, x1, lsl #2\n"
        "add x0, x0, x1, lsl #12\n"
        "mov sp, x0\n"
        "bl main\n"
        ".ltorg\n");

static void put(char c)
{
    *uart = (uint8_t)c;
}

static void print(const char *text, uint64_t value)
{
    while (*text) {
        put(*text++);
    }
    put(' ');
    for (int shift = 60; shift >= 0; shift -= 4) {
        put("0123456789abcdef"[value >> shift & 15]);
    }
    put('\n');
}

static void end(uint64_t status)
{
    const uint64_t block[] = { 0x20026, status };
    register uint64_t x0 __asm__("x0") = 0x18;
    register const uint64_t *x1 __asm__("x1") = block;

    __asm__ volatile("hlt #0xf000" : "+r" (x0) : "r" (x1) : "memory");
}

#define READ(name) ({ \
    uint64_t value_; \
    __asm__ volatile("mrs %0, " #name : "=r" (value_)); \
    value_; \
})

void main(void)
{
    uint64_t here;

    __asm__("adr %0, _start" : "=r" (here));
    print("start", here);
    print("mpidr", READ(mpidr_el1));
    print("pfr0", READ(id_aa64pfr0_el1));
    print("frequency", READ(cntfrq_el0));
    print("flash0", *(volatile uint64_t *)0x08000000);
    print("flash1", *(volatile uint64_t *)0x0c000000);
    print("sram", *(volatile uint64_t *)0x04020000);
    for (unsigned n = 0; n < 4; n++) {
        print("virtio", *(volatile uint32_t *)(uintptr_t)(virtio[n] + 8));
    }
    print("smmu", *(volatile uint32_t *)0x2b400000);
    print("done", 0);
    put('!');
    for (;;) {
        char c;

        while (uart[UARTFR / 4] & UARTFR_RXFE) {
        }
        c = *uart;
        if (c == 'q') {
            end(5);
        }
        put(c);
    }
}
