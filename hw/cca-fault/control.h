/*
 * Fault injection: arming, disarming and watching (docs/fault-injection.md).
 *
 * Models only need include/cca/fault.h; this is for those who command them.
 * Everything here may be called from any thread, at any time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FAULT_CONTROL_H
#define CCA_FAULT_CONTROL_H

#include <stddef.h>
#include "cca/fault.h"

enum {
    CCA_FAULT_ID_MAX = 63,          /* characters in an id */
    CCA_FAULT_ARMED_MAX = 64,       /* faults armed at one time */
    CCA_FAULT_PE_MAX = 511,         /* the highest PE index there may be */
    CCA_FAULT_STALE_MAX = 4096,     /* addresses that one "stale" remembers */
    CCA_FAULT_PROBABILITY_MAX = 20, /* characters in a probability */
    CCA_FAULT_DEFAULT_SIZE = 4096,  /* bytes around addr, unless size is given */
    CCA_FAULT_DEFAULT_PC_SIZE = 4,  /* bytes from pc, unless pc-size is given */
    CCA_FAULT_WORD_MAX = 7,         /* the last 64-bit word of a structure */
};

/* The longest delay, in ns: one hour. */
#define CCA_FAULT_DELAY_MAX 3600000000000ull

/* A number that may be left out. */
typedef struct CcaFaultNumber {
    bool given;
    uint64_t value;
} CcaFaultNumber;

/*
 * A fault as it is asked for. Strings and numbers are checked by
 * cca_fault_arm(); what is NULL or not given takes its default.
 */
typedef struct CcaFaultSpec {
    const char *id;             /* NULL: one is made up */
    const char *site;           /* "gpt.fetch", ... */
    const char *action;         /* "abort", ... */
    CcaFaultNumber mask;        /* flip only: bits to invert, not 0 */
    CcaFaultNumber word;        /* flip only: which 64-bit word, from 0 */
    CcaFaultNumber delay;       /* delay, stall: ns of virtual time, not 0 */
    CcaFaultNumber nth;         /* first hit that counts, from 1 */
    CcaFaultNumber every;       /* and each so many-th hit after it */
    CcaFaultNumber count;       /* fire at most so many times, from 1 */
    CcaFaultNumber addr, size;  /* range of physical addresses */
    const char *pas;            /* "ns", "secure", "root", ... */
    CcaFaultNumber pe;          /* requester: PE with this index ... */
    CcaFaultNumber device;      /* ... or device with this id */
    const char *state;          /* Security state of the requester */
    CcaFaultNumber pc, pc_size; /* range of the requester's PC */
    const char *probability;    /* a decimal in (0, 1]: "0.25" */
    CcaFaultNumber seed;        /* of the generator behind probability */
} CcaFaultSpec;

/* A range [first, last] of addresses. */
typedef struct CcaFaultRange {
    bool given;
    uint64_t first, last;
} CcaFaultRange;

/* A CcaFaultSpec that was found good, with every default filled in. */
typedef struct CcaFaultPlan {
    CcaFaultSite site;
    CcaFaultAction action;
    uint64_t mask;
    uint8_t word;
    uint64_t delay_ns;
    uint64_t nth;               /* the first hit that counts */
    uint64_t every;             /* hits from one that counts to the next */
    uint64_t count;             /* most firings; 0: no limit */
    CcaFaultRange addr, pc;
    bool by_pas, by_requester, by_state, by_chance;
    CcaPas pas, state;
    CcaRequesterKind requester_kind;
    uint32_t requester_id;
    double probability;
    char probability_text[CCA_FAULT_PROBABILITY_MAX + 1];
    uint64_t seed;
} CcaFaultPlan;

/* One clear sentence without a full stop, naming the value at fault. */
typedef struct CcaFaultError {
    char text[320];
} CcaFaultError;

/* A firing with its context, valid during the call of the observer. */
typedef struct CcaFaultFiring {
    const char *id;             /* of the fault */
    CcaFaultSite site;
    uint64_t sequence;          /* of this firing among all, from 1 */
    uint64_t hit;               /* which hit of this fault it was, from 1 */
    const CcaFaultPassage *passage;
    const CcaFaultEffect *effect;
    bool has_pc;
    uint64_t pc;
    bool has_value;             /* the site has one: */
    uint64_t value_before;      /* of the word that is flipped, or the first */
    bool has_values;            /* ... and it was replaced */
    uint64_t value_after;
} CcaFaultFiring;

/* What query returns of one armed fault. */
typedef struct CcaFaultInfo {
    char id[CCA_FAULT_ID_MAX + 1];
    CcaFaultPlan plan;
    uint64_t hits;              /* passages that met every condition */
    uint64_t fired;
    uint64_t untracked;         /* stale: addresses there was no room for */
} CcaFaultInfo;

/* What a site is, for people. */
typedef struct CcaFaultSiteInfo {
    const char *name;
    const char *doc;            /* one line */
    uint32_t actions;           /* bit per CcaFaultAction */
    bool has_entry;             /* a passage has an entry_addr */
    bool has_value;             /* ... and a value */
    bool has_context;           /* ... and its access a MECID that counts */
    uint8_t words;              /* of the structure, at most; 0: one value */
    uint8_t bits;               /* of its one value; 0: 64 */
    const char *value_name;     /* "a Requester ID"; with @bits only */
} CcaFaultSiteInfo;

/* A set of faults with nothing armed; NULL if memory is short. */
CcaFaults *cca_faults_new(void);

/* Nobody may be within cca_fault_consult(). @faults may be NULL. */
void cca_faults_free(CcaFaults *faults);

/*
 * Check @spec and arm it. Returns a handle, never 0 and never used again;
 * or 0, with the reason in @error.
 */
uint64_t cca_fault_arm(CcaFaults *faults, const CcaFaultSpec *spec,
                       CcaFaultError *error);

/* The id of the fault armed as @handle; "" if there is none. */
void cca_fault_id(CcaFaults *faults, uint64_t handle,
                  char id[CCA_FAULT_ID_MAX + 1]);

/*
 * Disarm by id or by handle. When it returns, the fault fires no more.
 * False: no such fault is armed.
 */
bool cca_fault_disarm(CcaFaults *faults, const char *id);
bool cca_fault_disarm_handle(CcaFaults *faults, uint64_t handle);

/* The armed faults, in the order of arming. Returns how many were stored. */
size_t cca_fault_list(CcaFaults *faults, CcaFaultInfo *out, size_t max);

/* How many firings there were since @faults was made. */
uint64_t cca_fault_firings(CcaFaults *faults);

/*
 * @observer is called for each firing, in the order of sequence numbers, on
 * the thread of the model and with a lock held: it must be quick, and must
 * not call anything declared here.
 */
typedef void CcaFaultObserver(void *opaque, const CcaFaultFiring *firing);
void cca_fault_observe(CcaFaults *faults, CcaFaultObserver *observer,
                       void *opaque);

/* The site @site; NULL outside the enum. */
const CcaFaultSiteInfo *cca_fault_site_info(CcaFaultSite site);

/* "abort", ...; "?" outside the enum. */
const char *cca_fault_action_name(CcaFaultAction action);

/* "ns", "realm", ...: the spelling of options; "?" outside the enum. */
const char *cca_fault_pas_name(CcaPas pas);

/*
 * Check @spec without arming it, and work out the plan. False: the reason
 * is in @error.
 */
bool cca_fault_plan(const CcaFaultSpec *spec, CcaFaultPlan *plan,
                    CcaFaultError *error);

#endif
