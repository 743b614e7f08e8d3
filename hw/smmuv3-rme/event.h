/*
 * Event records (section 7.3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_SMMU_EVENT_H
#define CCA_SMMU_EVENT_H

#include "smmu-types.h"
#include "event-fields.h"

/* What E_PAGE_REQUEST expects: a bit per privilege and kind of access. */
enum {
    SMMU_PAGE_UX = 1 << 0, SMMU_PAGE_UW = 1 << 1, SMMU_PAGE_UR = 1 << 2,
    SMMU_PAGE_PX = 1 << 3, SMMU_PAGE_PW = 1 << 4, SMMU_PAGE_PR = 1 << 5,
};

/*
 * An event. Which fields count is up to @id; a field that is not part of
 * the record of @id is left out of it, whatever it holds.
 */
typedef struct SmmuEvent {
    SmmuEventId id;
    CcaSecSid sec_sid;     /* not in the record: says which queue */
    uint32_t stream_id;
    bool ssv;
    uint32_t substream_id;  /* if @ssv; of C_BAD_SUBSTREAMID, always */
    bool stall;             /* a stalled transaction: @stag */
    uint16_t stag;
    SmmuAccessType access;  /* F_BAD_ATS_TREQ: with @ats_read */
    SmmuFaultClass class_;
    bool s2;
    bool nsipa;             /* @s2 on the Secure queue only */
    bool gpcf;              /* a fetch that granule protection stopped */
    bool tt_write;          /* F_PERMISSION, CLASS TT: not TTRnW */
    uint64_t addr;          /* InputAddr, all 64 bits */
    uint64_t ipa;           /* if @s2 */
    uint64_t fetch_addr;    /* PA */
    uint32_t reason;        /* IMPLEMENTATION DEFINED; 16 bits mostly */
    uint8_t span;           /* F_BAD_ATS_TREQ in STUs, E_PAGE_REQUEST in 4KB */
    bool ats_read;          /* F_BAD_ATS_TREQ: R */
    uint8_t page;           /* E_PAGE_REQUEST: SMMU_PAGE_* */
} SmmuEvent;

/*
 * Write the 32-byte record of @event to @record, byte by byte as it stands in
 * memory. @oas: SmmuFeatures.oas, above which IPA and FetchAddr bits are 0.
 * False, with a record of zeroes, for an id that is not in SmmuEventId.
 */
bool smmu_event_encode(const SmmuEvent *event, unsigned oas,
                       uint8_t record[EVT_BYTES]);

/* "F_TRANSLATION", ...; "?" for an id that is not in SmmuEventId. */
const char *smmu_event_name(SmmuEventId id);

#endif
