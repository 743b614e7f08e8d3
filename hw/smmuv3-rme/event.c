/*
 * Event records.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "event.h"
#include "ttparam.h"

/* The parts that records are made of. */
enum {
    HAS_SSID = 1 << 0,          /* SSV, SubstreamID */
    HAS_SSID_ALWAYS = 1 << 1,   /* SubstreamID without SSV */
    HAS_REASON = 1 << 2,
    HAS_REASON32 = 1 << 3,
    HAS_GPCF = 1 << 4,
    HAS_STALL = 1 << 5,         /* Stall, STAG */
    HAS_RNW = 1 << 6,
    HAS_ATTRS = 1 << 7,         /* PnU, InD */
    HAS_STAGE = 1 << 8,         /* S2, NSIPA */
    HAS_CLASS = 1 << 9,
    HAS_TTRNW = 1 << 10,
    HAS_ADDR = 1 << 11,
    HAS_ADDR_PAGE = 1 << 12,    /* InputAddr[63:12] */
    HAS_IPA = 1 << 13,
    HAS_FETCH = 1 << 14,
    HAS_ATS = 1 << 15,
    HAS_PAGE = 1 << 16,
    KNOWN = 1 << 17,

    HAS_ACCESS = HAS_RNW | HAS_ATTRS | HAS_ADDR,
    TRANSLATION_FAULT = KNOWN | HAS_SSID | HAS_STALL | HAS_ACCESS |
                        HAS_STAGE | HAS_CLASS | HAS_IPA,
};

typedef struct EventFormat {
    const char *name;
    uint32_t has;
} EventFormat;

static const EventFormat formats[] = {
    [SMMU_F_UUT] = { "F_UUT", KNOWN | HAS_SSID | HAS_REASON | HAS_ACCESS },
    [SMMU_C_BAD_STREAMID] = { "C_BAD_STREAMID", KNOWN | HAS_SSID },
    [SMMU_F_STE_FETCH] = {
        "F_STE_FETCH", KNOWN | HAS_SSID | HAS_REASON | HAS_GPCF | HAS_FETCH
    },
    [SMMU_C_BAD_STE] = { "C_BAD_STE", KNOWN | HAS_SSID },
    [SMMU_F_BAD_ATS_TREQ] = {
        "F_BAD_ATS_TREQ", KNOWN | HAS_SSID | HAS_ADDR_PAGE | HAS_ATS
    },
    [SMMU_F_STREAM_DISABLED] = { "F_STREAM_DISABLED", KNOWN | HAS_SSID },
    [SMMU_F_TRANSL_FORBIDDEN] = {
        "F_TRANSL_FORBIDDEN", KNOWN | HAS_SSID | HAS_RNW | HAS_ADDR
    },
    [SMMU_C_BAD_SUBSTREAMID] = {
        "C_BAD_SUBSTREAMID", KNOWN | HAS_SSID_ALWAYS
    },
    [SMMU_F_CD_FETCH] = {
        "F_CD_FETCH", KNOWN | HAS_SSID | HAS_REASON | HAS_GPCF | HAS_FETCH
    },
    [SMMU_C_BAD_CD] = { "C_BAD_CD", KNOWN | HAS_SSID },
    [SMMU_F_WALK_EABT] = {
        "F_WALK_EABT", KNOWN | HAS_SSID | HAS_REASON | HAS_GPCF |
                       HAS_ACCESS | HAS_STAGE | HAS_CLASS | HAS_FETCH
    },
    [SMMU_F_TRANSLATION] = { "F_TRANSLATION", TRANSLATION_FAULT },
    [SMMU_F_ADDR_SIZE] = { "F_ADDR_SIZE", TRANSLATION_FAULT },
    [SMMU_F_ACCESS] = { "F_ACCESS", TRANSLATION_FAULT },
    [SMMU_F_PERMISSION] = { "F_PERMISSION", TRANSLATION_FAULT | HAS_TTRNW },
    [SMMU_F_TLB_CONFLICT] = {
        "F_TLB_CONFLICT", KNOWN | HAS_SSID | HAS_REASON | HAS_ACCESS |
                          HAS_STAGE | HAS_IPA
    },
    [SMMU_F_CFG_CONFLICT] = {
        "F_CFG_CONFLICT", KNOWN | HAS_SSID | HAS_REASON32
    },
    [SMMU_E_PAGE_REQUEST] = {
        "E_PAGE_REQUEST", KNOWN | HAS_SSID | HAS_ADDR_PAGE | HAS_PAGE
    },
    [SMMU_F_VMS_FETCH] = {
        "F_VMS_FETCH", KNOWN | HAS_SSID | HAS_REASON | HAS_GPCF | HAS_FETCH
    },
};

static const EventFormat *format_of(SmmuEventId id)
{
    size_t n = sizeof(formats) / sizeof(formats[0]);

    return (size_t)id < n && (formats[id].has & KNOWN) ? &formats[id] : NULL;
}

const char *smmu_event_name(SmmuEventId id)
{
    const EventFormat *format = format_of(id);

    return format ? format->name : "?";
}

static void put_access(const SmmuEvent *e, uint32_t has, uint64_t *w)
{
    const SmmuAccessType *a = &e->access;

    if (has & HAS_RNW) {
        SMMU_WSET(w, EVT_RNW, !a->write);
    }
    if (has & HAS_ATTRS) {
        SMMU_WSET(w, EVT_PNU, a->privileged);
        SMMU_WSET(w, EVT_IND, a->instruction && !a->write);
    }
    if (has & HAS_ATS) {
        SMMU_WSET(w, EVT_ATS_R, e->ats_read);
        SMMU_WSET(w, EVT_ATS_W, a->write);
        SMMU_WSET(w, EVT_ATS_X, a->instruction);
        SMMU_WSET(w, EVT_ATS_P, a->privileged);
        SMMU_WSET(w, EVT_ATS_SPAN, e->span);
    }
    if (has & HAS_PAGE) {
        SMMU_WSET(w, EVT_PAGE_UX, !!(e->page & SMMU_PAGE_UX));
        SMMU_WSET(w, EVT_PAGE_UW, !!(e->page & SMMU_PAGE_UW));
        SMMU_WSET(w, EVT_PAGE_UR, !!(e->page & SMMU_PAGE_UR));
        SMMU_WSET(w, EVT_PAGE_PX, !!(e->page & SMMU_PAGE_PX));
        SMMU_WSET(w, EVT_PAGE_PW, !!(e->page & SMMU_PAGE_PW));
        SMMU_WSET(w, EVT_PAGE_PR, !!(e->page & SMMU_PAGE_PR));
        SMMU_WSET(w, EVT_PAGE_SPAN, e->span);
    }
}

static void put_fault(const SmmuEvent *e, uint32_t has, uint64_t *w)
{
    if (has & HAS_REASON) {
        SMMU_WSET(w, EVT_REASON, e->reason);
    }
    if (has & HAS_REASON32) {
        SMMU_WSET(w, EVT_CFG_CONFLICT_REASON, e->reason);
    }
    if (has & HAS_GPCF) {
        SMMU_WSET(w, EVT_GPCF, e->gpcf);
    }
    if ((has & HAS_STALL) && e->stall) {
        SMMU_WSET(w, EVT_STALL, 1);
        SMMU_WSET(w, EVT_STAG, e->stag);
    }
    if (has & HAS_STAGE) {
        SMMU_WSET(w, EVT_S2, e->s2);
        SMMU_WSET(w, EVT_NSIPA, e->nsipa && e->s2 &&
                                e->sec_sid == CCA_SEC_SID_SECURE);
    }
    if (has & HAS_CLASS) {
        SMMU_WSET(w, EVT_CLASS, e->class_);
    }
    if ((has & HAS_TTRNW) && e->class_ == SMMU_CLASS_TT) {
        SMMU_WSET(w, EVT_TTRNW, !e->tt_write);
    }
}

static void put_addresses(const SmmuEvent *e, uint32_t has, unsigned oas,
                          uint64_t *w)
{
    uint64_t fits = smmu_low_bits(oas);

    if (has & HAS_ADDR) {
        SMMU_WSET(w, EVT_INPUTADDR, e->addr);
    }
    if (has & HAS_ADDR_PAGE) {
        SMMU_WSET(w, EVT_INPUTADDR_PAGE, e->addr >> EVT_INPUTADDR_PAGE_SHIFT);
    }
    if ((has & HAS_IPA) && e->s2) {
        SMMU_WSET(w, EVT_IPA, (e->ipa & fits) >> EVT_IPA_SHIFT);
    }
    if (has & HAS_FETCH) {
        SMMU_WSET(w, EVT_FETCHADDR,
                  (e->fetch_addr & fits) >> EVT_FETCHADDR_SHIFT);
    }
}

bool smmu_event_encode(const SmmuEvent *event, unsigned oas,
                       uint8_t record[EVT_BYTES])
{
    const EventFormat *format = format_of(event->id);
    uint64_t w[EVT_WORDS] = { 0 };

    memset(record, 0, EVT_BYTES);
    if (!format) {
        return false;
    }
    SMMU_WSET(w, EVT_ID, event->id);
    SMMU_WSET(w, EVT_STREAMID, event->stream_id);
    if ((format->has & HAS_SSID) && event->ssv) {
        SMMU_WSET(w, EVT_SSV, 1);
        SMMU_WSET(w, EVT_SUBSTREAMID, event->substream_id);
    }
    if (format->has & HAS_SSID_ALWAYS) {
        SMMU_WSET(w, EVT_SUBSTREAMID, event->substream_id);
    }
    put_access(event, format->has, w);
    put_fault(event, format->has, w);
    put_addresses(event, format->has, oas, w);

    for (unsigned i = 0; i < EVT_BYTES; i++) {
        record[i] = w[i / 8] >> (i % 8 * 8);
    }
    return true;
}
