/*
 * From what was asked for to what will be done: each check of an option of a
 * fault, with its sentence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "control.h"
#include "internal.h"

#define PA_BITS 56

__attribute__((format(printf, 2, 3)))
bool cca_fault_refuse(CcaFaultError *error, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(error->text, sizeof(error->text), fmt, ap);
    va_end(ap);
    return false;
}

/* Append to the list in @text ("a, b, c"). */
static void enlist(char *text, size_t size, const char *item)
{
    size_t len = strlen(text);

    snprintf(text + len, size - len, "%s%s", len ? ", " : "", item);
}

static bool plan_site(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                      CcaFaultError *error)
{
    char known[256] = "";

    for (CcaFaultSite s = 0; s < CCA_SITE__COUNT; s++) {
        if (spec->site && !strcmp(spec->site, cca_fault_site_info(s)->name)) {
            plan->site = s;
            return true;
        }
        enlist(known, sizeof(known), cca_fault_site_info(s)->name);
    }
    if (!spec->site) {
        return cca_fault_refuse(error, "a fault needs a site; there are %s",
                                known);
    }
    return cca_fault_refuse(error, "there is no fault site '%.60s'; there are "
                            "%s", spec->site, known);
}

/* Other names of actions, at the sites where people call them so. */
static bool is_action(CcaFaultSite site, CcaFaultAction action,
                      const char *name)
{
    return !strcmp(name, cca_fault_action_name(action)) ||
           (site == CCA_SITE_SMMU_CMDQ && action == CCA_ACT_FLIP &&
            !strcmp(name, "corrupt"));
}

static bool plan_action(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                        CcaFaultError *error)
{
    const CcaFaultSiteInfo *site = cca_fault_site_info(plan->site);
    char known[160] = "";

    for (CcaFaultAction a = 0; a < CCA_ACT__COUNT; a++) {
        if (!(site->actions >> a & 1)) {
            continue;
        }
        if (spec->action && is_action(plan->site, a, spec->action)) {
            plan->action = a;
            return true;
        }
        enlist(known, sizeof(known), cca_fault_action_name(a));
    }
    if (!spec->action) {
        return cca_fault_refuse(error, "a fault at %s needs an action; there "
                                "are %s", site->name, known);
    }
    return cca_fault_refuse(error, "site %s has no action '%.60s'; it has %s",
                            site->name, spec->action, known);
}

/* mask and word: what is flipped. */
static bool plan_flip(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                      CcaFaultError *error)
{
    const CcaFaultSiteInfo *site = cca_fault_site_info(plan->site);
    const char *name = cca_fault_action_name(plan->action);
    unsigned last = site->words ? site->words - 1u : 0;

    if (plan->action != CCA_ACT_FLIP) {
        if (spec->mask.given) {
            return cca_fault_refuse(error, "mask=0x%" PRIx64 " means nothing "
                                    "to action '%s'", spec->mask.value, name);
        }
        return !spec->word.given ||
               cca_fault_refuse(error, "word=%" PRIu64 " means nothing to "
                                "action '%s'", spec->word.value, name);
    }
    if (!spec->mask.given || !spec->mask.value) {
        return cca_fault_refuse(error, "action 'flip' needs a mask other "
                                "than 0: the bits to invert");
    }
    if (site->bits && spec->mask.value >> site->bits) {
        return cca_fault_refuse(error, "mask=0x%" PRIx64 " does not fit the "
                                "%u bits of %s", spec->mask.value, site->bits,
                                site->value_name);
    }
    if (spec->word.given && spec->word.value > last) {
        return cca_fault_refuse(error, "word=%" PRIu64 " is above the last "
                                "64-bit word at %s, %u", spec->word.value,
                                site->name, last);
    }
    plan->mask = spec->mask.value;
    plan->word = spec->word.given ? spec->word.value : 0;
    return true;
}

static bool plan_delay(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                       CcaFaultError *error)
{
    const char *name = cca_fault_action_name(plan->action);

    if (plan->action != CCA_ACT_DELAY && plan->action != CCA_ACT_STALL) {
        return !spec->delay.given ||
               cca_fault_refuse(error, "delay=%" PRIu64 " means nothing to "
                                "action '%s'", spec->delay.value, name);
    }
    if (!spec->delay.given || !spec->delay.value) {
        return cca_fault_refuse(error, "action '%s' needs a delay other than "
                                "0, in nanoseconds", name);
    }
    if (spec->delay.value > CCA_FAULT_DELAY_MAX) {
        return cca_fault_refuse(error, "delay=%" PRIu64 " is more than one "
                                "hour, %llu ns", spec->delay.value,
                                CCA_FAULT_DELAY_MAX);
    }
    plan->delay_ns = spec->delay.value;
    return true;
}

static bool plan_counting(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                          CcaFaultError *error)
{
    const struct {
        const char *name;
        const CcaFaultNumber *number;
    } counts[] = {
        { "nth", &spec->nth }, { "every", &spec->every },
        { "count", &spec->count },
    };

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        if (counts[i].number->given && !counts[i].number->value) {
            return cca_fault_refuse(error, "%s=0 is not possible: counting "
                                    "starts at 1", counts[i].name);
        }
    }
    plan->every = spec->every.given ? spec->every.value : 1;
    plan->nth = spec->nth.given ? spec->nth.value : plan->every;
    if (spec->count.given) {
        plan->count = spec->count.value;
    } else {
        /* "the third" means that one; "every third" goes on and on. */
        plan->count = spec->nth.given && !spec->every.given ? 1 : 0;
    }
    return true;
}

static bool plan_addr(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                      CcaFaultError *error)
{
    uint64_t addr = spec->addr.value, size = spec->size.value;

    if (!spec->addr.given) {
        return !spec->size.given ||
               cca_fault_refuse(error, "size=%" PRIu64 " means nothing "
                                "without addr", size);
    }
    if (addr >> PA_BITS) {
        return cca_fault_refuse(error, "addr=0x%" PRIx64 " is not a physical "
                                "address of at most %d bits", addr, PA_BITS);
    }
    if (!spec->size.given) {
        addr &= -(uint64_t)CCA_FAULT_DEFAULT_SIZE;
        size = CCA_FAULT_DEFAULT_SIZE;
    } else if (!size) {
        return cca_fault_refuse(error, "size=0 covers no address");
    } else if (size > (1ull << PA_BITS) - addr) {
        return cca_fault_refuse(error, "size=%" PRIu64 " from addr=0x%" PRIx64
                                " ends above the %d-bit physical address "
                                "space", size, addr, PA_BITS);
    }
    plan->addr = (CcaFaultRange) { true, addr, addr + size - 1 };
    return true;
}

static bool plan_pc(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                    CcaFaultError *error)
{
    uint64_t pc = spec->pc.value;
    uint64_t size = spec->pc_size.given ? spec->pc_size.value :
                                          CCA_FAULT_DEFAULT_PC_SIZE;

    if (!spec->pc.given) {
        return !spec->pc_size.given ||
               cca_fault_refuse(error, "pc-size=%" PRIu64 " means nothing "
                                "without pc", size);
    }
    if (!size) {
        return cca_fault_refuse(error, "pc-size=0 covers no instruction");
    }
    if (size - 1 > UINT64_MAX - pc) {
        return cca_fault_refuse(error, "pc-size=%" PRIu64 " from pc=0x%" PRIx64
                                " ends above the 64-bit address space", size,
                                pc);
    }
    plan->pc = (CcaFaultRange) { true, pc, pc + size - 1 };
    return true;
}

static bool parse_pas(const char *name, CcaPas *pas)
{
    for (CcaPas p = 0; p < CCA_PAS__COUNT; p++) {
        if (!strcasecmp(name, cca_fault_pas_name(p))) {
            *pas = p;
            return true;
        }
    }
    return false;
}

static bool plan_spaces(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                        CcaFaultError *error)
{
    plan->by_pas = spec->pas;
    plan->by_state = spec->state;
    if (spec->pas && !parse_pas(spec->pas, &plan->pas)) {
        return cca_fault_refuse(error, "pas='%.60s' is no physical address "
                                "space; there are ns, secure, root, realm, "
                                "sa, nsp", spec->pas);
    }
    if (spec->state && (!parse_pas(spec->state, &plan->state) ||
                        plan->state > CCA_PAS_REALM)) {
        return cca_fault_refuse(error, "state='%.60s' is no Security state; "
                                "there are ns, secure, root, realm",
                                spec->state);
    }
    return true;
}

static bool plan_requester(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                           CcaFaultError *error)
{
    if (spec->pe.given && spec->device.given) {
        return cca_fault_refuse(error, "pe=%" PRIu64 " and device=0x%" PRIx64
                                " exclude each other: a requester is one of "
                                "them", spec->pe.value, spec->device.value);
    }
    if (spec->pe.given && spec->pe.value > CCA_FAULT_PE_MAX) {
        return cca_fault_refuse(error, "pe=%" PRIu64 " is above the highest "
                                "PE index, %d", spec->pe.value,
                                CCA_FAULT_PE_MAX);
    }
    if (spec->device.given && spec->device.value > UINT32_MAX) {
        return cca_fault_refuse(error, "device=0x%" PRIx64 " does not fit the "
                                "32 bits of a device id", spec->device.value);
    }
    plan->by_requester = spec->pe.given || spec->device.given;
    plan->requester_kind = spec->device.given ? CCA_REQUESTER_DEVICE :
                                                CCA_REQUESTER_PE;
    plan->requester_id = spec->device.given ? spec->device.value :
                                              spec->pe.value;
    return true;
}

/* "1", "0.25", ".5": decimal, whatever the locale is. */
static bool parse_decimal(const char *text, double *value)
{
    double scale = 1;
    bool point = false, digit = false;

    *value = 0;
    for (; *text; text++) {
        if (*text == '.' && !point) {
            point = true;
        } else if (isdigit((unsigned char)*text)) {
            digit = true;
            *value = *value * 10 + (*text - '0');
            scale *= point ? 10 : 1;
        } else {
            return false;
        }
    }
    *value /= scale;
    return digit;
}

static bool plan_chance(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                        CcaFaultError *error)
{
    if (!spec->probability) {
        return !spec->seed.given ||
               cca_fault_refuse(error, "seed=%" PRIu64 " means nothing "
                                "without probability", spec->seed.value);
    }
    if (strlen(spec->probability) > CCA_FAULT_PROBABILITY_MAX ||
        !parse_decimal(spec->probability, &plan->probability) ||
        plan->probability <= 0 || plan->probability > 1) {
        return cca_fault_refuse(error, "probability='%.40s' is not a decimal "
                                "number above 0 and at most 1, like 0.25",
                                spec->probability);
    }
    plan->by_chance = true;
    snprintf(plan->probability_text, sizeof(plan->probability_text), "%s",
             spec->probability);
    plan->seed = spec->seed.value;
    return true;
}

static bool check_id(const char *id, CcaFaultError *error)
{
    size_t len = strlen(id);
    bool good = isalpha((unsigned char)id[0]) && len <= CCA_FAULT_ID_MAX;

    for (size_t i = 0; good && i < len; i++) {
        good = isalnum((unsigned char)id[i]) || strchr("-._", id[i]);
    }
    return good ||
           cca_fault_refuse(error, "id='%.80s' is not an identifier: a letter, "
                            "then letters, digits, '-', '.', '_', at most %d "
                            "in all", id, CCA_FAULT_ID_MAX);
}

bool cca_fault_plan(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                    CcaFaultError *error)
{
    *plan = (CcaFaultPlan) { .site = CCA_SITE__COUNT };
    error->text[0] = '\0';
    return (!spec->id || check_id(spec->id, error)) &&
           plan_site(spec, plan, error) &&
           plan_action(spec, plan, error) &&
           plan_flip(spec, plan, error) &&
           plan_delay(spec, plan, error) &&
           plan_counting(spec, plan, error) &&
           plan_addr(spec, plan, error) &&
           plan_pc(spec, plan, error) &&
           plan_spaces(spec, plan, error) &&
           plan_requester(spec, plan, error) &&
           plan_chance(spec, plan, error);
}
