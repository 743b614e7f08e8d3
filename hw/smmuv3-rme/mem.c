/*
 * Accesses that the SMMU makes itself: granule protection first, then the
 * bus, with fault sites in between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "smmu-internal.h"

static CcaAccess access_of(const SmmuOwn *own, uint64_t addr, CcaPas pas,
                           uint16_t mecid)
{
    return (CcaAccess) {
        .addr = addr, .pas = pas, .mecid = mecid,
        .requester = {
            .kind = own->quiet ? CCA_REQUESTER_DEBUG : CCA_REQUESTER_DEVICE,
            .id = own->sid,
            .state = smmu_pas_of_sec_sid(own->sec_sid),
        },
    };
}

/* Fault site smmu.gpc: the SMMU's own view of a verdict. */
static void tamper_verdict(Smmu *s, const CcaAccess *access,
                           CcaGpcVerdict *v)
{
    CcaFaultPassage passage = {
        .access = *access, .failed = v->fault != CCA_GPCF_NONE,
    };
    CcaFaultEffect effect;

    if (!cca_fault_consult(s->config.faults, CCA_SITE_SMMU_GPC, &passage,
                           &effect)) {
        return;
    }
    if (effect.action == CCA_ACT_WRONG_PASS) {
        v->fault = CCA_GPCF_NONE;
    } else if (effect.action == CCA_ACT_WRONG_FAIL) {
        v->fault = CCA_GPCF_FAIL;
        v->level = 0;
    }
}

/* @shift: as of gpc_check_around(). */
static bool check(const SmmuOwn *own, uint64_t addr, CcaPas pas,
                  uint16_t mecid, CcaGpcVerdict *v, unsigned *shift)
{
    Smmu *s = own->s;
    CcaAccess access = access_of(own, addr, pas, mecid);

    *v = (CcaGpcVerdict) { .addr = addr, .pas = pas };
    *shift = 0;
    if (!smmu_root_access_enabled(&s->regs.root)) {
        /* Section 6.3.112: as a granule protection fault. */
        v->fault = CCA_GPCF_FAIL;
    } else {
        gpc_check_around(&s->gpc, &access, v, shift);
        if (cca_fault_armed(s->config.faults, CCA_SITE_SMMU_GPC)) {
            tamper_verdict(s, &access, v);
        }
    }
    return v->fault == CCA_GPCF_NONE;
}

bool smmu_gpc_verdict(const SmmuOwn *own, uint64_t addr, CcaPas pas,
                      uint16_t mecid, CcaGpcVerdict *verdict)
{
    unsigned shift;

    return check(own, addr, pas, mecid, verdict, &shift);
}

/* The check, with what comes of it; apart from the short way. */
static bool __attribute__((noinline))
check_and_record(const SmmuOwn *own, uint64_t addr, CcaPas pas, uint16_t mecid)
{
    Smmu *s = own->s;
    CcaGpcVerdict v;
    unsigned shift;

    if (check(own, addr, pas, mecid, &v, &shift)) {
        if (own->passed && shift && !v.state_dependent) {
            pass_cache_add_around(own->passed, addr, pas, shift);
        }
        return true;
    }
    if (!own->quiet) {
        s->stats.gpc_faults++;
        if (s->bus.on_gpc_fault) {
            s->bus.on_gpc_fault(s->bus.opaque, &v, own->sid, own->reason,
                                own->code);
        }
        smmu_root_record(&s->regs.root, &v, own->reason, own->code);
    }
    return false;
}

bool smmu_gpc_passes(const SmmuOwn *own, uint64_t addr, CcaPas pas,
                     uint16_t mecid)
{
    if (own->passed && pass_cache_test(own->passed, addr, pas)) {
        own->s->gpc.stats.checks++;
        own->s->gpc.stats.hits++;
        return true;
    }
    return check_and_record(own, addr, pas, mecid);
}

/* Fault sites of fetches: of a structure, of a descriptor of a walk. */
static bool tamper_fetch(const SmmuOwn *own, uint64_t addr, CcaPas pas,
                         uint16_t mecid, void *buf, size_t len, bool ok)
{
    CcaFaultPassage passage = {
        .access = access_of(own, addr, pas, mecid), .size = len,
        .entry_addr = addr, .failed = !ok,
    };
    CcaFaultEffect effect;
    uint64_t word[8] = { 0 };

    if (ok) {
        memcpy(word, buf, len);
    }
    for (unsigned i = 0; i < 8; i++) {
        word[i] = smmu_le64_to_host(word[i]);
    }
    passage.value = word[0];
    passage.words = word;
    passage.word_count = len / 8;
    if (!cca_fault_consult(own->s->config.faults, own->site, &passage,
                           &effect)) {
        return ok;
    }
    switch (effect.action) {
    case CCA_ACT_ABORT:
        return false;
    case CCA_ACT_FLIP:
        word[effect.word % 8] ^= effect.xor_mask;
        break;
    case CCA_ACT_STALE:
        word[0] = effect.value;
        break;
    default:
        break;
    }
    for (unsigned i = 0; i < 8; i++) {
        word[i] = smmu_le64_to_host(word[i]);
    }
    memcpy(buf, word, len);
    return ok;
}

static SmmuMemResult own_read(void *opaque, uint64_t addr, CcaPas pas,
                              uint16_t mecid, void *buf, size_t len)
{
    const SmmuOwn *own = opaque;
    Smmu *s = own->s;
    bool ok;

    if (!smmu_gpc_passes(own, addr, pas, mecid)) {
        return SMMU_MEM_GPF;
    }
    ok = s->bus.read(s->bus.opaque, addr, pas, mecid, buf, len);
    if (own->site != CCA_SITE__COUNT &&
        cca_fault_armed(s->config.faults, own->site)) {
        ok = tamper_fetch(own, addr, pas, mecid, buf, len, ok);
    }
    return ok ? SMMU_MEM_OK : SMMU_MEM_ABORT;
}

static SmmuMemResult own_write(void *opaque, uint64_t addr, CcaPas pas,
                               uint16_t mecid, const void *buf, size_t len)
{
    const SmmuOwn *own = opaque;
    Smmu *s = own->s;

    if (!smmu_gpc_passes(own, addr, pas, mecid)) {
        return SMMU_MEM_GPF;
    }
    return s->bus.write(s->bus.opaque, addr, pas, mecid, buf, len) ?
           SMMU_MEM_OK : SMMU_MEM_ABORT;
}

static SmmuMemResult own_cmpxchg64(void *opaque, uint64_t addr, CcaPas pas,
                                   uint16_t mecid, uint64_t expected,
                                   uint64_t desired, uint64_t *seen)
{
    const SmmuOwn *own = opaque;
    Smmu *s = own->s;

    if (!smmu_gpc_passes(own, addr, pas, mecid)) {
        return SMMU_MEM_GPF;
    }
    return s->bus.cmpxchg64(s->bus.opaque, addr, pas, mecid, expected,
                            desired, seen) ? SMMU_MEM_OK : SMMU_MEM_ABORT;
}

SmmuMem smmu_own_mem(SmmuOwn *own)
{
    return (SmmuMem) {
        .read = own_read, .write = own_write, .cmpxchg64 = own_cmpxchg64,
        .opaque = own,
    };
}
