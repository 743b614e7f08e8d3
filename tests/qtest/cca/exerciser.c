/*
 * cca-exerciser for qtests.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "exerciser.h"
#include "hw/pci/pci_regs.h"
#include "qemu/host-utils.h"

/* Each exerciser gets its slice of the window for 32-bit memory. */
#define WINDOW          0x10000000u
#define WINDOW_FVP      0x50000000u     /* has no other */
#define SLICES_FVP      16u
#define SLICE           0x01000000u
#define SLICES          46u
#define SLICE_RAM       0x00800000u     /* in the slice, if it fits there */
#define SLICE_MSIX      0x00100000u
/* RAM that does not fit, in the window for 64-bit memory. */
#define HIGH_WINDOW     0x8000000000ull
#define HIGH_SLICE      0x10000000ull

#define FUNCTIONS       256u
#define MAX_BUS         255u

typedef struct Scan {
    QTestState *qts;
    uint64_t ecam;
    uint32_t window;
    unsigned slices;
    Exerciser *found;
    unsigned max, n;
    unsigned last_bus;
} Scan;

/* --- configuration space -------------------------------------------------- */

uint32_t exerciser_config(const Exerciser *ex, unsigned offset)
{
    return qtest_readl(ex->qts, ex->config + offset);
}

void exerciser_set_config(const Exerciser *ex, unsigned offset, uint32_t value)
{
    qtest_writel(ex->qts, ex->config + offset, value);
}

uint16_t exerciser_config16(const Exerciser *ex, unsigned offset)
{
    return qtest_readw(ex->qts, ex->config + offset);
}

void exerciser_set_config16(const Exerciser *ex, unsigned offset,
                            uint16_t value)
{
    qtest_writew(ex->qts, ex->config + offset, value);
}

unsigned exerciser_cap(const Exerciser *ex, uint8_t id)
{
    unsigned at = exerciser_config(ex, PCI_CAPABILITY_LIST) & 0xfc;

    for (unsigned i = 0; at && i < 48; i++) {
        uint32_t header = exerciser_config(ex, at);

        if ((header & 0xff) == id) {
            return at;
        }
        at = header >> 8 & 0xfc;
    }
    return 0;
}

unsigned exerciser_ext_cap(const Exerciser *ex, uint16_t id)
{
    unsigned at = PCI_CFG_SPACE_SIZE;

    for (unsigned i = 0; at && i < 960; i++) {
        uint32_t header = exerciser_config(ex, at);

        if (PCI_EXT_CAP_ID(header) == id) {
            return at;
        }
        at = PCI_EXT_CAP_NEXT(header);
    }
    return 0;
}

void exerciser_command(const Exerciser *ex, bool enable)
{
    exerciser_set_config16(ex, PCI_COMMAND, enable ? PCI_COMMAND_MEMORY |
                           PCI_COMMAND_MASTER : PCI_COMMAND_MEMORY);
}

void exerciser_enable(const Exerciser *ex, bool ats, bool pasid, bool pri)
{
    unsigned at = exerciser_ext_cap(ex, PCI_EXT_CAP_ID_ATS);

    g_assert(at || !ats);
    if (at) {
        exerciser_set_config16(ex, at + PCI_ATS_CTRL,
                               ats ? PCI_ATS_CTRL_ENABLE : 0);
    }
    at = exerciser_ext_cap(ex, PCI_EXT_CAP_ID_PASID);
    g_assert(at || !pasid);
    if (at) {
        exerciser_set_config16(ex, at + PCI_PASID_CTRL, pasid ?
                               PCI_PASID_CTRL_ENABLE | PCI_PASID_CTRL_EXEC |
                               PCI_PASID_CTRL_PRIV : 0);
    }
    at = exerciser_ext_cap(ex, PCI_EXT_CAP_ID_PRI);
    g_assert(at || !pri);
    if (at) {
        exerciser_set_config(ex, at + PCI_PRI_ALLOC_REQ,
                             exerciser_config(ex, at + PCI_PRI_MAX_REQ));
        exerciser_set_config16(ex, at + PCI_PRI_CTRL,
                               pri ? PCI_PRI_CTRL_ENABLE : 0);
    }
}

/* --- finding -------------------------------------------------------------- */

static uint64_t bar_size(const Exerciser *ex, unsigned bar, bool wide)
{
    unsigned at = PCI_BASE_ADDRESS_0 + 4 * bar;
    uint64_t mask = 0xffffffff00000000ull;

    exerciser_set_config(ex, at, UINT32_MAX);
    mask |= exerciser_config(ex, at) & ~0xfu;
    if (wide) {
        exerciser_set_config(ex, at + 4, UINT32_MAX);
        mask = (uint32_t)mask | (uint64_t)exerciser_config(ex, at + 4) << 32;
    }
    return -mask;
}

static void map(const Scan *scan, Exerciser *ex)
{
    unsigned slice = scan->n;
    uint32_t base = scan->window + slice * SLICE;

    g_assert_cmpuint(slice, <, scan->slices);
    ex->ram_size = bar_size(ex, EXERCISER_BAR_RAM, true);
    ex->regs = base;
    ex->msix = base + SLICE_MSIX;
    ex->ram = ex->ram_size <= SLICE - SLICE_RAM ? base + SLICE_RAM :
              HIGH_WINDOW + slice * HIGH_SLICE;
    exerciser_set_config(ex, PCI_BASE_ADDRESS_0, ex->regs);
    exerciser_set_config(ex, PCI_BASE_ADDRESS_2, ex->ram);
    exerciser_set_config(ex, PCI_BASE_ADDRESS_3, ex->ram >> 32);
    exerciser_set_config(ex, PCI_BASE_ADDRESS_4, ex->msix);
    exerciser_command(ex, true);
    ex->buffer_size = exerciser_reg(ex, EXERCISER_BUFFER_SIZE);
}

static void scan_bus(Scan *scan, unsigned bus);

/* Number what is behind a bridge, and forward the slices that it needs. */
static void scan_bridge(Scan *scan, const Exerciser *bridge, unsigned bus)
{
    unsigned first = scan->n, secondary = ++scan->last_bus;
    uint32_t base, limit;

    g_assert_cmpuint(secondary, <=, MAX_BUS);
    exerciser_set_config(bridge, PCI_PRIMARY_BUS,
                         bus | secondary << 8 | MAX_BUS << 16);
    /* All of the slices that there may be: BARs are read behind it. */
    base = scan->window + first * SLICE;
    limit = scan->window + scan->slices * SLICE - 1;
    exerciser_set_config(bridge, PCI_MEMORY_BASE,
                         base >> 16 | (limit & 0xfff00000));
    exerciser_set_config16(bridge, PCI_COMMAND,
                           PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    scan_bus(scan, secondary);
    exerciser_set_config(bridge, PCI_PRIMARY_BUS,
                         bus | secondary << 8 | scan->last_bus << 16);
    limit = scan->window + scan->n * SLICE - 1;
    exerciser_set_config(bridge, PCI_MEMORY_BASE,
                         base >> 16 | (limit & 0xfff00000));
}

static void scan_bus(Scan *scan, unsigned bus)
{
    for (unsigned devfn = 0; devfn < FUNCTIONS; devfn++) {
        Exerciser ex = {
            .qts = scan->qts,
            .rid = bus << 8 | devfn,
            .config = scan->ecam + ((uint64_t)bus << 20 | devfn << 12),
        };
        uint32_t id = exerciser_config(&ex, PCI_VENDOR_ID);

        if (id == (EXERCISER_VENDOR_ID | (uint32_t)EXERCISER_DEVICE_ID << 16)) {
            map(scan, &ex);
            if (scan->n < scan->max) {
                scan->found[scan->n] = ex;
            }
            scan->n++;
        } else if (id != UINT32_MAX &&
                   (qtest_readb(ex.qts, ex.config + PCI_HEADER_TYPE) & 0x7f) ==
                   PCI_HEADER_TYPE_BRIDGE) {
            scan_bridge(scan, &ex, bus);
        }
    }
}

unsigned exerciser_scan(QTestState *qts, uint64_t ecam, Exerciser *found,
                        unsigned max)
{
    bool fvp = ecam == EXERCISER_ECAM_FVP;
    Scan scan = {
        .qts = qts,
        .ecam = ecam,
        .window = fvp ? WINDOW_FVP : WINDOW,
        .slices = fvp ? SLICES_FVP : SLICES,
        .found = found,
        .max = max,
    };

    scan_bus(&scan, 0);
    return scan.n;
}

Exerciser exerciser_one(QTestState *qts)
{
    Exerciser ex;

    g_assert_cmpuint(exerciser_scan(qts, EXERCISER_ECAM, &ex, 1), ==, 1);
    return ex;
}

/* --- registers and buffer ------------------------------------------------- */

uint32_t exerciser_reg(const Exerciser *ex, unsigned offset)
{
    return qtest_readl(ex->qts, ex->regs + offset);
}

uint64_t exerciser_reg64(const Exerciser *ex, unsigned offset)
{
    return qtest_readq(ex->qts, ex->regs + offset);
}

void exerciser_set_reg(const Exerciser *ex, unsigned offset, uint32_t value)
{
    qtest_writel(ex->qts, ex->regs + offset, value);
}

void exerciser_set_reg64(const Exerciser *ex, unsigned offset, uint64_t value)
{
    qtest_writeq(ex->qts, ex->regs + offset, value);
}

void exerciser_fill(const Exerciser *ex, uint32_t offset, const void *data,
                    size_t len)
{
    if (len) {
        qtest_memwrite(ex->qts, ex->ram + offset, data, len);
    }
}

void exerciser_fetch(const Exerciser *ex, uint32_t offset, void *data,
                     size_t len)
{
    if (len) {
        qtest_memread(ex->qts, ex->ram + offset, data, len);
    }
}

/* --- transactions --------------------------------------------------------- */

/* DMACTL1 of @id; the other registers of its identity are written. */
static uint32_t take_identity(const Exerciser *ex, const ExerciserId *id)
{
    static const ExerciserId plain;
    uint32_t pasid_length = 0;

    id = id ?: &plain;
    if (id->pasid_valid && id->pasid >> 16) {
        pasid_length = 32 - clz32(id->pasid) - 16;
    }
    exerciser_set_reg(ex, EXERCISER_SEC_SID_CTL, id->sec_sid);
    exerciser_set_reg(ex, EXERCISER_RID_CTL,
                      id->forge ? RID_CTL_VALID | id->rid : 0);
    exerciser_set_reg(ex, EXERCISER_PASID, id->pasid);
    return (id->no_snoop ? DMACTL1_NO_SNOOP : 0) |
           (id->pasid_valid ? DMACTL1_PASID : 0) |
           pasid_length << DMACTL1_PASID_LEN_SHIFT |
           (id->translated ? DMACTL1_AT_TRANSLATED : DMACTL1_AT_UNTRANSLATED)
           << DMACTL1_AT_SHIFT |
           (id->instruction ? DMACTL1_INSTRUCTION : 0) |
           (id->privileged ? DMACTL1_PRIVILEGED : 0) |
           (id->use_atc ? DMACTL1_USE_ATC : 0) |
           (id->stallable ? DMACTL1_STALLABLE : 0);
}

unsigned exerciser_dma(const Exerciser *ex, const ExerciserId *id,
                       bool to_memory, uint64_t addr, uint32_t offset,
                       uint32_t len)
{
    uint32_t control = take_identity(ex, id), status, code;
    unsigned cause;

    exerciser_set_reg(ex, EXERCISER_DMA_OFFSET, offset);
    exerciser_set_reg64(ex, EXERCISER_DMA_ADDR, addr);
    exerciser_set_reg(ex, EXERCISER_DMA_LEN, len);
    exerciser_set_reg(ex, EXERCISER_DMACTL1, control |
                      (to_memory ? DMACTL1_TO_MEMORY : 0) | DMACTL1_GO);
    status = exerciser_reg(ex, EXERCISER_DMASTATUS);
    cause = (status & DMASTATUS_CAUSE) >> DMASTATUS_CAUSE_SHIFT;
    switch (cause) {
    case EXERCISER_CAUSE_NONE:
        code = DMASTATUS_OK;
        break;
    case EXERCISER_CAUSE_RANGE:
        code = DMASTATUS_RANGE;
        break;
    case EXERCISER_CAUSE_HELD:
        code = DMASTATUS_HELD;
        break;
    default:
        code = DMASTATUS_ERROR;
        break;
    }
    g_assert_cmphex(status & DMASTATUS_CODE, ==, code);
    return cause;
}

unsigned exerciser_read(const Exerciser *ex, const ExerciserId *id,
                        uint64_t addr, void *data, uint32_t len)
{
    unsigned cause = exerciser_dma(ex, id, false, addr, 0, len);

    exerciser_fetch(ex, 0, data, len);
    return cause;
}

unsigned exerciser_write(const Exerciser *ex, const ExerciserId *id,
                         uint64_t addr, const void *data, uint32_t len)
{
    exerciser_fill(ex, 0, data, len);
    return exerciser_dma(ex, id, true, addr, 0, len);
}

unsigned exerciser_readq(const Exerciser *ex, const ExerciserId *id,
                         uint64_t addr, uint64_t *value)
{
    unsigned cause = exerciser_dma(ex, id, false, addr, 0, 8);

    *value = cause == EXERCISER_CAUSE_NONE ? qtest_readq(ex->qts, ex->ram) : 0;
    return cause;
}

unsigned exerciser_writeq(const Exerciser *ex, const ExerciserId *id,
                          uint64_t addr, uint64_t value)
{
    qtest_writeq(ex->qts, ex->ram, value);
    return exerciser_dma(ex, id, true, addr, 0, 8);
}

ExerciserAts exerciser_ats(const Exerciser *ex, const ExerciserId *id,
                           uint64_t addr, bool write)
{
    uint32_t control = take_identity(ex, id), status;
    ExerciserAts answer;

    exerciser_set_reg(ex, EXERCISER_DMACTL1, control);
    exerciser_set_reg64(ex, EXERCISER_DMA_ADDR, addr);
    exerciser_set_reg(ex, EXERCISER_ATSCTL, ATSCTL_REQUEST |
                      (control & DMACTL1_PRIVILEGED ? ATSCTL_PRIVILEGED : 0) |
                      (control & DMACTL1_INSTRUCTION ? ATSCTL_EXECUTE : 0) |
                      (write ? 0 : ATSCTL_NO_WRITE));
    status = exerciser_reg(ex, EXERCISER_ATSCTL);
    answer = (ExerciserAts) {
        .cause = (status & ATSCTL_CAUSE) >> ATSCTL_CAUSE_SHIFT,
        .cacheable = status & ATSCTL_CACHEABLE,
        .addr = exerciser_reg64(ex, EXERCISER_ATS_ADDR),
        .size = exerciser_reg64(ex, EXERCISER_ATS_SIZE),
        .perm = exerciser_reg(ex, EXERCISER_ATS_PERM),
    };
    g_assert_cmpint(!!(status & ATSCTL_SUCCESS), ==,
                    answer.cause == EXERCISER_CAUSE_NONE);
    return answer;
}

bool exerciser_page_request(const Exerciser *ex, const ExerciserId *id,
                            uint64_t addr, uint32_t prictl, unsigned group)
{
    uint32_t control = take_identity(ex, id);

    exerciser_set_reg(ex, EXERCISER_DMACTL1, control);
    exerciser_set_reg64(ex, EXERCISER_PRI_ADDR, addr);
    exerciser_set_reg(ex, EXERCISER_PRICTL, PRICTL_SEND | prictl |
                      (control & DMACTL1_PASID ? PRICTL_PASID : 0) |
                      (control & DMACTL1_PRIVILEGED ? PRICTL_PRIVILEGED : 0) |
                      group << PRICTL_GROUP_SHIFT);
    return exerciser_reg(ex, EXERCISER_PRICTL) & PRICTL_SENT;
}

/* --- MSI-X ---------------------------------------------------------------- */

void exerciser_msix_set(const Exerciser *ex, unsigned vector, uint64_t addr,
                        uint32_t data)
{
    uint64_t entry = ex->msix + vector * PCI_MSIX_ENTRY_SIZE;

    qtest_writel(ex->qts, entry + PCI_MSIX_ENTRY_LOWER_ADDR, addr);
    qtest_writel(ex->qts, entry + PCI_MSIX_ENTRY_UPPER_ADDR, addr >> 32);
    qtest_writel(ex->qts, entry + PCI_MSIX_ENTRY_DATA, data);
    qtest_writel(ex->qts, entry + PCI_MSIX_ENTRY_VECTOR_CTRL, 0);
}

void exerciser_msix_enable(const Exerciser *ex, bool enable)
{
    unsigned at = exerciser_cap(ex, PCI_CAP_ID_MSIX);

    g_assert(at);
    exerciser_set_config16(ex, at + PCI_MSIX_FLAGS,
                           enable ? PCI_MSIX_FLAGS_ENABLE : 0);
}

void exerciser_fire(const Exerciser *ex, unsigned vector)
{
    exerciser_set_reg(ex, EXERCISER_MSICTL, MSICTL_FIRE | vector);
}
