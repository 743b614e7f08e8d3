/*
 * Probing configurations of granule protection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdarg.h>

#include "console.h"
#include "mmu.h"
#include "probe.h"
#include "sysreg.h"
#include "test.h"

enum { WARM_SLOT = 0, PROBE_SLOT = 1 };
#define WARM_VA     (WIN_VA + WARM_SLOT * (uint64_t)PAGE_SIZE)
#define PROBE_VA    (WIN_VA + PROBE_SLOT * (uint64_t)PAGE_SIZE)
#define WARM_PAGE   0x44000000ull

extern const uint32_t stub_gpc_load[];

static struct outcome run(const struct probe *p)
{
    struct pe *pe = pe_self();
    uint64_t *pages = mmu_s1[REGIME_EL3].win[3];
    uint64_t off = p->gpccr & ~GPCCR_GPC, on = off | GPCCR_GPC;
    uint64_t offset = p->pa & (PAGE_SIZE - 1);
    bool bypass = gpt_rme() >= 3;
    const uint64_t warm[5] = { WARM_VA, off, p->gptbr, p->gpcbw, bypass };
    const uint64_t real[5] = {
        PROBE_VA + offset, on, p->gptbr, p->gpcbw, bypass,
    };
    struct outcome out;

    write_sysreg(GPCCR_EL3, off);
    pages[WARM_SLOT] = mmu_page(REGIME_EL3, WARM_PAGE, PAS_ROOT, false);
    pages[PROBE_SLOT] = mmu_page(REGIME_EL3, p->pa - offset, p->pas, false);
    pe->safe_gpccr = off;
    pe->restore = 1;
    pe_tlb_clear();
    pe_run(3, stub_gpc_load, warm);
    pe_run(3, stub_gpc_load, warm);
    out = pe_run(3, stub_gpc_load, real);
    pe->restore = 0;
    return out;
}

static bool as_wanted(const struct probe *p, const struct outcome *got)
{
    uint64_t va = PROBE_VA + (p->pa & (PAGE_SIZE - 1));
    uint64_t mfar = (p->pa & ~0xfffull) | (uint64_t)(p->pas & 1) << 63 |
                    (uint64_t)(p->pas >> 1) << 62;
    uint64_t iss = ((p->want & 0x3f) | p->level) << 14 | 0x28;

    if (p->want == GPCF_PASS) {
        return got->el == 0;
    }
    if (got->el != 3 || got->far != va) {
        return false;
    }
    switch (p->want) {
    case PROBE_EXTERNAL:
        return ESR_EC(got->esr) == EC_DABT_SAME && (got->esr & 0x3f) == 0x10;
    case PROBE_DEFINED:
        return ESR_EC(got->esr) == EC_GPC ||
               got->esr == ESR_MAKE(EC_DABT_SAME, 0x28);
    case GPCF_FAIL:
        return got->esr == ESR_MAKE(EC_DABT_SAME, 0x28);
    default:
        return got->esr == ESR_MAKE(EC_GPC, iss) && got->mfar == mfar;
    }
}

static const char *want_text(unsigned want)
{
    switch (want) {
    case GPCF_PASS:
        return "pass";
    case GPCF_SIZE:
        return "address size fault";
    case GPCF_WALK:
        return "walk fault";
    case GPCF_FAIL:
        return "GPF";
    case GPCF_EABT:
        return "external abort on fetch";
    case PROBE_EXTERNAL:
        return "pass, then external abort";
    default:
        return "any GPC fault";
    }
}

static bool judge(const struct probe *p, const char *format, va_list ap)
{
    struct outcome got = run(p);

    if (as_wanted(p, &got)) {
        return test_case(true, " ");
    }
    con_printf("  ");
    con_vprintf(format, ap);
    con_putc('\n');
    return test_case(false, "the above, PA %lx as %s: expected %s, level %u; "
                     "got EL%u ESR=%lx (GPCSC=%lx) FAR=%lx MFAR=%lx",
                     (unsigned long)p->pa, pas_name(p->pas),
                     want_text(p->want), p->level, got.el,
                     (unsigned long)got.esr,
                     (unsigned long)((got.esr >> 14) & 0x3f),
                     (unsigned long)got.far, (unsigned long)got.mfar);
}

bool probe(const struct probe *p, const char *format, ...)
{
    va_list ap;
    bool ok;

    va_start(ap, format);
    ok = judge(p, format, ap);
    va_end(ap);
    return ok;
}

bool probe_built(uint64_t pa, enum pas pas, unsigned want, unsigned level,
                 const char *format, ...)
{
    struct probe p = {
        .gpccr = gpt.gpccr, .gptbr = GPT_L0_BASE >> 12, .pa = pa, .pas = pas,
        .want = want, .level = level,
    };
    va_list ap;
    bool ok;

    va_start(ap, format);
    ok = judge(&p, format, ap);
    va_end(ap);
    return ok;
}
