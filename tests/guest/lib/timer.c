/*
 * The Secure physical timer by a GICv3 (Arm IHI 0069), in Group 0.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mmio.h"
#include "sysreg.h"
#include "timer.h"

#define GICD_BASE           0x08000000ull
#define GICR_BASE(pe)       (0x080a0000ull + (pe) * 0x20000ull)
#define GICD_CTLR           0x0000
#define GICR_WAKER          0x0014
#define GICR_IGROUPR0       0x10080
#define GICR_ISENABLER0     0x10100
#define GICR_IGRPMODR0      0x10d00
#define CTLR_GROUP_0        (1u << 0)
#define CTLR_ARE            (3u << 4)       /* of both security states */
#define WAKER_SLEEP         (1u << 1)
#define WAKER_ASLEEP        (1u << 2)
#define PPI_SECURE_TIMER    29u

#define ICC_PMR             S3_0_C4_C6_0
#define ICC_IAR0            S3_0_C12_C8_0
#define ICC_EOIR0           S3_0_C12_C8_1
#define ICC_IGRPEN0         S3_0_C12_C12_6
#define ICC_SRE_EL3         S3_6_C12_C12_5
#define CNTPS_TVAL          S3_7_C14_C2_0
#define CNTPS_CTL           S3_7_C14_C2_1

enum { VECTOR_FIQ_BELOW = 10 };

void timer_init(void)
{
    uint64_t r = GICR_BASE(pe_self()->index);

    mmio_write32(GICD_BASE + GICD_CTLR, CTLR_ARE);
    mmio_write32(GICD_BASE + GICD_CTLR, CTLR_ARE | CTLR_GROUP_0);
    mmio_write32(r + GICR_WAKER, mmio_read32(r + GICR_WAKER) & ~WAKER_SLEEP);
    while (mmio_read32(r + GICR_WAKER) & WAKER_ASLEEP) {
    }
    mmio_write32(r + GICR_IGROUPR0, 0);
    mmio_write32(r + GICR_IGRPMODR0, 0);
    mmio_write32(r + GICR_ISENABLER0, 1u << PPI_SECURE_TIMER);
    write_sysreg(ICC_SRE_EL3, 0xf);
    isb();
    write_sysreg(ICC_PMR, 0xff);
    write_sysreg(ICC_IGRPEN0, 1);
    isb();
}

void timer_start(unsigned us)
{
    write_sysreg(CNTPS_TVAL, read_sysreg(cntfrq_el0) / 1000000 * us);
    write_sysreg(CNTPS_CTL, 1);
    isb();
}

void timer_stop(void)
{
    write_sysreg(CNTPS_CTL, 0);
    isb();
}

bool timer_fired(void)
{
    uint64_t id;

    if (pe_self()->vector != VECTOR_FIQ_BELOW) {
        return false;
    }
    timer_stop();
    id = read_sysreg(ICC_IAR0);
    if (id < 1020) {
        write_sysreg(ICC_EOIR0, id);
    }
    isb();
    return true;
}
