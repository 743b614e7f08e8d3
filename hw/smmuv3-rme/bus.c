/*
 * SMMUv3 with RME: what the engine reaches, memory, interrupts, devices.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "exec/ram_addr.h"
#include "hw/irq.h"
#include "target/arm/cpu.h"
#include "target/arm/gpc/dram.h"
#include "qemu/timer.h"
#include "cca/its-device-id.h"
#include "cca/machine-faults.h"
#include "cmd-fields.h"
#include "inspect.h"
#include "smmuv3-rme.h"
#include "trace.h"

AddressSpace *cca_smmu_as(CcaSmmuState *s, CcaPas pas)
{
    return s->has_secure_as &&
           (pas == CCA_PAS_SECURE || pas == CCA_PAS_ROOT) ?
           &s->secure_as : s->memory_as;
}

MemTxAttrs cca_smmu_attrs(CcaPas pas, uint16_t mecid, uint16_t rid)
{
    return (MemTxAttrs) {
        .secure = pas == CCA_PAS_SECURE || pas == CCA_PAS_ROOT,
        .space = (unsigned)pas,
        .mecid = mecid,
        .requester_id = rid,
    };
}

CcaRam *cca_smmu_ram(CcaSmmuState *s, CcaPas pas)
{
    return cca_smmu_as(s, pas) == &s->secure_as ? &s->secure_ram : &s->ram;
}

/*
 * The SMMU's own accesses end in RAM or flash: what answers through device
 * code would have to wait for locks, and could be this SMMU. In an RCU
 * critical section.
 */
static void *host_pointer(CcaSmmuState *s, uint64_t addr, MemTxAttrs attrs,
                          size_t len, bool write, MemoryRegion **mr,
                          hwaddr *xlat)
{
    hwaddr plen = len;

    *mr = address_space_translate(cca_smmu_as(s, (CcaPas)attrs.space), addr,
                                  xlat, &plen, write, attrs);
    if (plen < len || !memory_access_is_direct(*mr, write, attrs)) {
        return NULL;
    }
    return (uint8_t *)memory_region_get_ram_ptr(*mr) + *xlat;
}

/*
 * Aligned words are read and written as one: an entry that a PE changes is
 * seen before or after.
 */
static inline void read_words(uint64_t addr, const void *host, void *buf,
                              size_t len)
{
    if (!((addr | len) & 7)) {
        const uint64_t *from = host;
        uint64_t *to = buf;

        for (size_t i = 0; i < len / 8; i++) {
            uint64_t word = qatomic_read(&from[i]);

            memcpy(&to[i], &word, sizeof(word));
        }
    } else {
        memcpy(buf, host, len);
    }
    smp_rmb();
}

/* Memory that is not always RAM. */
static bool read_elsewhere(CcaSmmuState *s, uint64_t addr, MemTxAttrs attrs,
                           void *buf, size_t len)
{
    MemoryRegion *mr;
    hwaddr xlat;
    void *host;

    RCU_READ_LOCK_GUARD();
    host = host_pointer(s, addr, attrs, len, false, &mr, &xlat);
    if (!host) {
        return false;
    }
    if (cca_dram_part_apart(mr, xlat, len, attrs)) {
        return cca_dram_rw(xlat, buf, len, attrs, false) == MEMTX_OK;
    }
    read_words(addr, host, buf, len);
    return true;
}

static bool bus_read(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                     void *buf, size_t len)
{
    CcaSmmuState *s = opaque;
    MemTxAttrs attrs = cca_smmu_attrs(pas, mecid, 0);
    const CcaRamSpan *span = cca_ram_find(cca_smmu_ram(s, pas), addr, len);
    void *host;

    if (unlikely(!span)) {
        cca_answers_spoil(&s->answers);
        return read_elsewhere(s, addr, attrs, buf, len);
    }
    if (cca_dram_part_apart(span->mr, cca_ram_offset(span, addr), len,
                            attrs)) {
        cca_answers_spoil(&s->answers);
        return cca_dram_rw(cca_ram_offset(span, addr), buf, len, attrs,
                           false) == MEMTX_OK;
    }
    host = cca_ram_host(span, addr);
    read_words(addr, host, buf, len);
    if (s->answers.noting) {
        if ((addr | len) & 7) {
            cca_answers_spoil(&s->answers);
        } else {
            cca_answers_add(&s->answers, host, buf, len / 8);
        }
    }
    return true;
}

static bool bus_write(void *opaque, uint64_t addr, CcaPas pas, uint16_t mecid,
                      const void *buf, size_t len)
{
    CcaSmmuState *s = opaque;
    MemTxAttrs attrs = cca_smmu_attrs(pas, mecid, 0);

    cca_answers_spoil(&s->answers);
    attrs.memory = true;
    return address_space_write(cca_smmu_as(s, pas), addr, attrs, buf,
                               len) == MEMTX_OK;
}

static bool cmpxchg_apart(uint64_t addr, MemTxAttrs attrs, uint64_t expected,
                          uint64_t desired, uint64_t *seen)
{
    CcaAccess access = cca_dram_access(addr, attrs);
    uint64_t word;

    if (!cca_dram_cmpxchg64(&access, cpu_to_le64(expected),
                            cpu_to_le64(desired), &word)) {
        return false;
    }
    *seen = le64_to_cpu(word);
    return true;
}

static bool bus_cmpxchg64(void *opaque, uint64_t addr, CcaPas pas,
                          uint16_t mecid, uint64_t expected, uint64_t desired,
                          uint64_t *seen)
{
    CcaSmmuState *s = opaque;
    MemTxAttrs attrs = cca_smmu_attrs(pas, mecid, 0);
    MemoryRegion *mr;
    uint64_t *host;
    hwaddr xlat;

    cca_answers_spoil(&s->answers);
    RCU_READ_LOCK_GUARD();
    host = host_pointer(s, addr, attrs, sizeof(*host), true, &mr, &xlat);
    if (!host || (addr & 7)) {
        return false;
    }
    if (cca_dram_part_apart(mr, xlat, sizeof(*host), attrs)) {
        return cmpxchg_apart(addr, attrs, expected, desired, seen);
    }
    *seen = le64_to_cpu(qatomic_cmpxchg(host, cpu_to_le64(expected),
                                        cpu_to_le64(desired)));
    if (*seen == expected) {
        memory_region_set_dirty(mr, xlat, sizeof(*host));
    }
    return true;
}

static bool bus_read_gpt(void *opaque, uint64_t addr, uint64_t *value)
{
    uint64_t word;

    if (!bus_read(opaque, addr, CCA_PAS_ROOT, 0, &word, sizeof(word))) {
        return false;
    }
    *value = le64_to_cpu(word);
    return true;
}

/* Interrupts and what else cannot be done with the lock held */

static void bus_irq(void *opaque, CcaSecSid sec_sid, const SmmuIrq *irq)
{
    CcaSmmuState *s = opaque;
    CcaSmmuDue due = { .sec_sid = sec_sid, .irq = *irq };

    g_array_append_val(s->due, due);
}

static void bus_root_irq(void *opaque, SmmuRootFar which)
{
    CcaSmmuState *s = opaque;

    s->root_due |= 1u << which;
}

static void bus_schedule(void *opaque, int64_t due)
{
    CcaSmmuState *s = opaque;

    if (due) {
        timer_mod_anticipate_ns(s->timer, due);
    } else {
        s->run = true;
        qemu_bh_schedule(s->bh);
    }
}

static int64_t bus_now(void *opaque)
{
    return cca_fault_virtual_ns();
}

static void send_msi(CcaSmmuState *s, const CcaSmmuDue *due)
{
    const SmmuIrq *irq = &due->irq;
    MemTxResult result;

    /* Section 3.18: an MSI is a write of 32 bits, little-endian. */
    address_space_stl_le(cca_smmu_as(s, irq->pas), irq->addr, irq->data,
                         cca_its_attrs(cca_smmu_attrs(irq->pas, irq->mecid, 0),
                                       s->msi_device_id), &result);
    trace_cca_smmu_msi(smmu_sec_sid_name(due->sec_sid),
                       smmu_irq_name(irq->source), irq->addr, irq->data,
                       result == MEMTX_OK ? "" : " aborted");
    if (result != MEMTX_OK) {
        qemu_mutex_lock(&s->lock);
        smmu_msi_aborted(s->engine, due->sec_sid, irq->source);
        qemu_mutex_unlock(&s->lock);
    }
}

static void resume_clients(CcaSmmuState *s)
{
    for (guint i = 0; i < s->clients->len; i++) {
        CcaSmmuClient *c = &g_array_index(s->clients, CcaSmmuClient, i);

        if (c->resume) {
            c->resume = false;
            if (c->ops->resume) {
                c->ops->resume(c->opaque);
            }
        }
    }
}

/* Deliver what is due. An aborted MSI may make more due: GERROR's. */
static void deliver(CcaSmmuState *s)
{
    enum { ROUNDS = 4 };

    for (unsigned n = 0; n < ROUNDS; n++) {
        g_autoptr(GArray) due = NULL;
        uint32_t root;

        qemu_mutex_lock(&s->lock);
        root = s->root_due;
        s->root_due = 0;
        if (s->due->len) {
            due = s->due;
            s->due = g_array_new(false, false, sizeof(CcaSmmuDue));
        }
        qemu_mutex_unlock(&s->lock);
        if (!due && !root) {
            return;
        }
        for (unsigned i = 0; i < SMMU_ROOT_FAR__COUNT; i++) {
            if (root >> i & 1) {
                qemu_irq_pulse(s->line[CCA_SMMU_ROOT_LINES + i]);
            }
        }
        for (guint i = 0; due && i < due->len; i++) {
            CcaSmmuDue *d = &g_array_index(due, CcaSmmuDue, i);

            if (d->irq.msi) {
                send_msi(s, d);
            } else {
                qemu_irq_pulse(s->line[d->sec_sid * SMMU_IRQ__COUNT +
                                       d->irq.source]);
            }
        }
    }
    qemu_bh_schedule(s->bh);
}

static void later(void *opaque)
{
    CcaSmmuState *s = opaque;

    cca_smmu_lock(s);
    if (s->run) {
        s->run = false;
        cca_answers_forget(&s->answers);
        smmu_run(s->engine);
    }
    cca_smmu_unlock(s);
    resume_clients(s);
}

static void timeout(void *opaque)
{
    CcaSmmuState *s = opaque;

    s->run = true;
    later(s);
}

void cca_smmu_lock(CcaSmmuState *s)
{
    qemu_mutex_lock(&s->lock);
}

void cca_smmu_unlock(CcaSmmuState *s)
{
    bool due = s->due->len || s->root_due;

    qemu_mutex_unlock(&s->lock);
    if (due) {
        if (bql_locked()) {
            deliver(s);
        } else {
            qemu_bh_schedule(s->bh);
        }
    }
}

/* Devices */

static CcaSmmuClient *find_client(CcaSmmuState *s, uint32_t sid)
{
    for (guint i = 0; i < s->clients->len; i++) {
        CcaSmmuClient *c = &g_array_index(s->clients, CcaSmmuClient, i);

        if (c->sid == sid) {
            return c;
        }
    }
    return NULL;
}

static bool bus_atc_invalidate(void *opaque, const SmmuCmd *cmd)
{
    CcaSmmuState *s = opaque;
    CcaSmmuClient *c = find_client(s, cmd->sid);

    /*
     * A function that has nothing to invalidate answers UR, which completes
     * (section 3.9.1.5). One that is not there does not answer.
     */
    if (!c) {
        return s->bus && cmd->sid <= UINT16_MAX &&
               pci_find_device(s->bus, PCI_BUS_NUM(cmd->sid),
                               cmd->sid & 0xff);
    }
    if (c->ops->ats_invalidate) {
        c->ops->ats_invalidate(c->opaque, cmd->ssv, cmd->ssid, cmd->global,
                               cmd->addr, cmd->last);
    }
    return true;
}

static void bus_page_response(void *opaque, CcaSecSid sec_sid, uint32_t sid,
                              bool ssv, uint32_t ssid, uint16_t group,
                              uint8_t code)
{
    CcaSmmuClient *c = find_client(opaque, sid);

    if (c && c->ops->page_response) {
        c->ops->page_response(c->opaque, ssv, ssid, group,
                              code == 0 ? CCA_PRI_SUCCESS :
                              code == 1 ? CCA_PRI_INVALID : CCA_PRI_FAILURE);
    }
}

static void bus_resume(void *opaque, CcaSecSid sec_sid, uint32_t sid)
{
    CcaSmmuState *s = opaque;
    CcaSmmuClient *c = find_client(s, sid);

    if (c) {
        c->resume = true;
        qemu_bh_schedule(s->bh);
    }
}

/* Watching */

static void bus_on_event(void *opaque, const SmmuEvent *event, bool recorded)
{
    trace_cca_smmu_event(smmu_sec_sid_name(event->sec_sid), event->stream_id,
                         smmu_event_name(event->id), event->addr,
                         recorded ? "" : " (lost)");
}

/*
 * The commands that Linux sends all day: they are about translations, and
 * those that answers come from are read again each time.
 */
static bool keeps_answers(unsigned op)
{
    switch (op) {
    case SMMU_CMD_TLBI_NH_ALL:
    case SMMU_CMD_TLBI_NH_ASID:
    case SMMU_CMD_TLBI_NH_VA:
    case SMMU_CMD_TLBI_NH_VAA:
    case SMMU_CMD_TLBI_EL2_ALL:
    case SMMU_CMD_TLBI_EL2_ASID:
    case SMMU_CMD_TLBI_EL2_VA:
    case SMMU_CMD_TLBI_EL2_VAA:
    case SMMU_CMD_TLBI_S12_VMALL:
    case SMMU_CMD_TLBI_S2_IPA:
    case SMMU_CMD_TLBI_NSNH_ALL:
    case SMMU_CMD_ATC_INV:
    case SMMU_CMD_PRI_RESP:
    case SMMU_CMD_SYNC:
        return true;
    default:
        return false;
    }
}

static void bus_on_command(void *opaque, CcaSecSid queue,
                           const uint64_t *words, SmmuCmdError error)
{
    CcaSmmuState *s = opaque;
    unsigned op = words[0] & 0xff;
    const char *name = smmu_cmd_name(op);

    if (!keeps_answers(op)) {
        cca_answers_forget(&s->answers);
    }
    trace_cca_smmu_command(smmu_sec_sid_name(queue), name ? name : "?",
                           words[0], words[1], error);
}

static void bus_on_gpc_fault(void *opaque, const CcaGpcVerdict *verdict,
                             uint32_t sid, SmmuGpcReason reason,
                             SmmuGpcCode code)
{
    trace_cca_smmu_gpc_fault(sid, verdict->addr, cca_pas_name(verdict->pas),
                             cca_gpcf_name(verdict->fault),
                             smmu_gpc_reason_name(reason),
                             smmu_gpc_code_name(reason, code));
}

SmmuBus cca_smmu_bus(CcaSmmuState *s)
{
    s->due = g_array_new(false, false, sizeof(CcaSmmuDue));
    cca_answers_init(&s->answers);
    s->clients = g_array_new(false, false, sizeof(CcaSmmuClient));
    s->bh = qemu_bh_new(later, s);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, timeout, s);
    return (SmmuBus) {
        .read = bus_read, .write = bus_write, .cmpxchg64 = bus_cmpxchg64,
        .gpt = { .read64 = bus_read_gpt, .opaque = s },
        .irq = bus_irq, .root_irq = bus_root_irq,
        .atc_invalidate = bus_atc_invalidate,
        .page_response = bus_page_response, .resume = bus_resume,
        .schedule = bus_schedule, .now = bus_now,
        .on_event = bus_on_event, .on_command = bus_on_command,
        .on_gpc_fault = bus_on_gpc_fault,
        .opaque = s,
    };
}
