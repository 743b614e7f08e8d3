/*
 * Stalled transactions (section 3.12.2). The client keeps the transaction;
 * here is who waits, and how it is to end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-internal.h"

static bool same(const SmmuTxn *a, const SmmuTxn *b)
{
    return a->addr == b->addr && a->sid == b->sid &&
           a->sec_sid == b->sec_sid && a->ssv == b->ssv &&
           (!a->ssv || a->ssid == b->ssid) &&
           a->access.write == b->access.write &&
           a->access.instruction == b->access.instruction &&
           a->access.privileged == b->access.privileged &&
           a->translated == b->translated;
}

SmmuStallSlot *smmu_stall_room(Smmu *s)
{
    SmmuStallSlot *found = NULL;

    for (unsigned i = 0; i < SMMU_STALLS; i++) {
        SmmuStallSlot *slot = &s->stall[i];

        if (slot->state == SMMU_STALL_FREE) {
            return slot;
        }
        /* One that is decided, whose client did not come for the answer. */
        if (slot->state != SMMU_STALL_WAITING) {
            found = slot;
        }
    }
    return found;
}

SmmuStallSlot *smmu_stall_add(Smmu *s, const SmmuTxn *txn)
{
    SmmuStallSlot *found = smmu_stall_room(s);

    if (found) {
        s->stalled += found->state == SMMU_STALL_FREE;
        *found = (SmmuStallSlot) { .state = SMMU_STALL_WAITING, .txn = *txn };
    }
    return found;
}

static void free_slot(Smmu *s, SmmuStallSlot *slot)
{
    slot->state = SMMU_STALL_FREE;
    s->stalled--;
}

bool smmu_stall_lookup(Smmu *s, const SmmuTxn *txn, SmmuOutcome *outcome)
{
    if (!txn->stallable) {
        return false;
    }
    for (unsigned i = 0; i < SMMU_STALLS; i++) {
        SmmuStallSlot *slot = &s->stall[i];

        if (slot->state == SMMU_STALL_FREE || !same(&slot->txn, txn)) {
            continue;
        }
        if (slot->state == SMMU_STALL_WAITING) {
            *outcome = SMMU_STALL;
            return true;
        }
        *outcome = slot->state == SMMU_STALL_RAZ_WI ? SMMU_RAZ_WI :
                                                      SMMU_ABORT;
        free_slot(s, slot);
        return true;
    }
    return false;
}

static void tell(Smmu *s, const SmmuTxn *txn)
{
    if (s->bus.resume) {
        s->bus.resume(s->bus.opaque, txn->sec_sid, txn->sid);
    }
}

void smmu_stall_resume(Smmu *s, const SmmuCmd *cmd)
{
    SmmuStallSlot *slot = &s->stall[cmd->stag % SMMU_STALLS];
    SmmuTxn txn = slot->txn;

    if (cmd->stag >= SMMU_STALLS || slot->state != SMMU_STALL_WAITING ||
        txn.sid != cmd->sid || txn.sec_sid != cmd->sec_sid) {
        return;
    }
    if (cmd->retry) {
        free_slot(s, slot);
    } else {
        slot->state = cmd->abort ? SMMU_STALL_ABORT : SMMU_STALL_RAZ_WI;
    }
    tell(s, &txn);
}

void smmu_stall_terminate(Smmu *s, CcaSecSid sec_sid, bool all, uint32_t sid)
{
    for (unsigned i = 0; i < SMMU_STALLS; i++) {
        SmmuStallSlot *slot = &s->stall[i];

        if (slot->state == SMMU_STALL_WAITING &&
            slot->txn.sec_sid == sec_sid && (all || slot->txn.sid == sid)) {
            slot->state = SMMU_STALL_ABORT;
            tell(s, &slot->txn);
        }
    }
}

void smmu_stall_retry(Smmu *s, CcaSecSid sec_sid)
{
    const SmmuBank *bank = &s->regs.bank[sec_sid];
    SmmuQueue q;

    if (!s->stalled || !smmu_queue_writable(bank, SMMU_EVENTQ)) {
        return;
    }
    q = smmu_bank_queue(bank, SMMU_EVENTQ);
    if (smmu_queue_full(&q)) {
        return;
    }
    for (unsigned i = 0; i < SMMU_STALLS; i++) {
        SmmuStallSlot *slot = &s->stall[i];

        if (slot->state == SMMU_STALL_WAITING && slot->unrecorded &&
            slot->txn.sec_sid == sec_sid) {
            SmmuTxn txn = slot->txn;

            free_slot(s, slot);
            tell(s, &txn);
        }
    }
}
