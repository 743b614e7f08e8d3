/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Devices: granule protection of DMA.
 *
 * TF-A's BL31 leaves the SMMU's Non-secure interface disabled, all its
 * streams aborted by SMMU_GBPA, and the Root page programmed with its GPT.
 * BL33 lets the streams pass as they are, so that only the GPT is in the way.
 */
#include "console.h"
#include "dma.h"
#include "exerciser.h"
#include "granule.h"
#include "mmio.h"
#include "pe.h"
#include "platform.h"
#include "report.h"
#include "sysreg.h"

/* SMMUv3 (IHI 0070), 6.3 */
#define SMMU_CR0                0x20
#define SMMU_CR0_SMMUEN         (1u << 0)
#define SMMU_GBPA               0x44
#define SMMU_GBPA_ABORT         (1u << 20)
#define SMMU_GBPA_UPDATE        (1u << 31)
#define SMMU_ROOT_PAGE          0x20000
#define SMMU_ROOT_CR0           (SMMU_ROOT_PAGE + 0x20)
#define SMMU_PATIENCE           1000000

/* A part of a granule that a DMA reads or writes. */
#define DMA_SIZE                256

/* What a DMA is to do. */
typedef enum Fate { REFUSED, DONE } Fate;

static struct exerciser device;

static uint64_t dma_granule(void)
{
    return (uintptr_t)&arena[0][0] + 320 * GRANULE_SIZE;
}

static const char *expect_cause(const char *what, unsigned int cause,
                                Fate fate)
{
    unsigned int wanted = fate == DONE ? EXERCISER_CAUSE_NONE
                                       : EXERCISER_CAUSE_ABORT;

    return cause == wanted ? NULL : mismatch(what, cause, wanted);
}

/* A DMA read of a granule, as a device of the world sec_sid. */
static const char *read_as(unsigned int sec_sid, uint64_t pa, Fate fate)
{
    struct exerciser_id id = { .sec_sid = sec_sid };

    return expect_cause("DMA read, status",
                        exerciser_dma(&device, &id, false, pa, 0, DMA_SIZE),
                        fate);
}

static const char *write_as(unsigned int sec_sid, uint64_t pa, Fate fate)
{
    struct exerciser_id id = { .sec_sid = sec_sid };

    return expect_cause("DMA write, status",
                        exerciser_dma(&device, &id, true, pa, 0, DMA_SIZE),
                        fate);
}

/* Reads and writes both ends of a granule. */
static const char *expect_dma(uint64_t pa, Fate fate)
{
    uint64_t end = pa + GRANULE_SIZE - DMA_SIZE;
    const char *problem = read_as(0, pa, fate);

    problem = problem ? problem : write_as(0, pa, fate);
    problem = problem ? problem : read_as(0, end, fate);
    return problem ? problem : write_as(0, end, fate);
}

/* Data of the granule's first bytes go to the device and back elsewhere. */
static const char *expect_copy(uint64_t from, uint64_t to, uint64_t seed)
{
    const char *problem;

    granule_fill(from, seed);
    granule_fill(to, seed + 1);
    for (uint32_t at = 0; at < GRANULE_SIZE; at += DMA_SIZE) {
        problem = read_as(0, from + at, DONE);
        problem = problem ? problem : write_as(0, to + at, DONE);
        if (problem) {
            return problem;
        }
    }
    return granule_check(to, seed);
}

/* NULL, or that the SMMU is not as TF-A leaves it. */
static const char *expect_aborting(void)
{
    uint32_t gbpa = mmio_read32(platform->smmu + SMMU_GBPA);

    if (mmio_read32(platform->smmu + SMMU_CR0) & SMMU_CR0_SMMUEN) {
        return "SMMU_CR0.SMMUEN is set";
    }
    if (!(gbpa & SMMU_GBPA_ABORT)) {
        return mismatch("SMMU_GBPA", gbpa, gbpa | SMMU_GBPA_ABORT);
    }
    return expect_dma(dma_granule(), REFUSED);
}

static const char *let_streams_pass(void)
{
    uint64_t gbpa = platform->smmu + SMMU_GBPA;

    mmio_write32(gbpa, (mmio_read32(gbpa) & ~SMMU_GBPA_ABORT) |
                           SMMU_GBPA_UPDATE);
    for (unsigned int i = 0; i < SMMU_PATIENCE; i++) {
        if (!(mmio_read32(gbpa) & SMMU_GBPA_UPDATE)) {
            return NULL;
        }
    }
    return "SMMU_GBPA.Update stays set";
}

/* A granule whose PAS changes under the device. */
static void one_granule(void)
{
    uint64_t pa = dma_granule();
    const char *problem;

    granule_fill(pa, 20);
    problem = granule_delegate(pa) ? "RMI_GRANULE_DELEGATE failed" : NULL;
    report(problem ? problem : expect_dma(pa, REFUSED),
           "DMA to granule 0x%lx, delegated to Realm: refused", pa);
    problem = expect_copy(pa - GRANULE_SIZE, pa + GRANULE_SIZE, 21);
    report(problem, "DMA to its neighbours works");

    problem = granule_undelegate(pa) ? "RMI_GRANULE_UNDELEGATE failed" : NULL;
    report(problem ? problem : granule_check_returned(pa, 20),
           "undelegate it: no DMA write got through");
    report(expect_copy(pa, pa + GRANULE_SIZE, 22),
           "DMA to it works again");
}

/* A block that DMA has used, which goes granule by granule. */
static void whole_block(void)
{
    uint64_t base = (uintptr_t)&arena[1][0];
    const char *problem = NULL;

    for (uint64_t at = 0; at < BLOCK_SIZE && !problem; at += GRANULE_SIZE) {
        problem = write_as(0, base + at, DONE);
        if (!problem && granule_delegate(base + at)) {
            problem = "RMI_GRANULE_DELEGATE failed";
        }
        problem = problem ? problem : write_as(0, base + at, REFUSED);
    }
    report(problem, "2 MiB, granule by granule: DMA until it is delegated");
    problem = NULL;
    for (uint64_t at = 0; at < BLOCK_SIZE && !problem; at += GRANULE_SIZE) {
        problem = read_as(0, base + at, REFUSED);
        if (!problem && granule_undelegate(base + at)) {
            problem = "RMI_GRANULE_UNDELEGATE failed";
        }
        problem = problem ? problem : read_as(0, base + at, DONE);
    }
    report(problem, "and back: DMA from when it is undelegated");
}

static void other_worlds(void)
{
    uint64_t pa = dma_granule();
    const char *problem = read_as(0, platform->realm_payload, REFUSED);

    report(problem ? problem : write_as(0, platform->realm_payload, REFUSED),
           "DMA to the realm payload: refused");
    problem = read_as(1, pa, REFUSED);
    report(problem ? problem : write_as(1, pa, REFUSED),
           "DMA as a Secure device: refused");
    problem = read_as(2, pa, REFUSED);
    report(problem ? problem : write_as(2, pa, REFUSED),
           "DMA as a Realm device: refused");
}

/* The Root page, seen from here: nothing to read, nothing to change. */
static void root_page(void)
{
    uint64_t cr0 = platform->smmu + SMMU_ROOT_CR0;
    uint64_t pa = dma_granule();
    const char *problem;
    uint64_t value = 0;
    Probe probe;

    probe = probe_load(cr0, &value);
    problem = probe.faulted || value == 0
                  ? NULL
                  : mismatch("SMMU_ROOT_CR0", value, 0);
    probe_store(cr0, 0);
    if (!problem && granule_delegate(pa)) {
        problem = "RMI_GRANULE_DELEGATE failed";
    }
    problem = problem ? problem : expect_dma(pa, REFUSED);
    if (granule_undelegate(pa)) {
        problem = problem ? problem : "RMI_GRANULE_UNDELEGATE failed";
    }
    report(problem ? problem : expect_dma(pa, DONE),
           "the SMMU's Root page is out of reach");
}

void dma_steps(bool rme)
{
    uint64_t pa = dma_granule();

    if (!platform->smmu) {
        return;
    }
    pci_host = (struct pci_host){
        .ecam = platform->pci_ecam,
        .window = platform->pci_window,
        .window_end = platform->pci_window_end,
    };
    if (!exerciser_find(&device, 0)) {
        con_puts("bl33: no cca-exerciser on PCI bus 0: no steps with DMA\n");
        return;
    }
    con_printf("bl33: DMA of the device %u.%u on PCI bus 0\n",
               device.rid >> 3, device.rid & 7);
    report(expect_aborting(), "TF-A has left the SMMU aborting all DMA");
    report(let_streams_pass(), "let DMA pass untranslated");
    report(expect_copy(pa, pa + GRANULE_SIZE, 19),
           "DMA copies granule 0x%lx", pa);
    if (rme) {
        one_granule();
        whole_block();
        other_worlds();
        root_page();
    }
    exerciser_bus_master(&device, false);
}
