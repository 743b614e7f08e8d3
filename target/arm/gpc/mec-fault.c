/*
 * Memory Encryption Contexts: fault sites (docs/fault-injection.md).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>
#include "mec-internal.h"

enum { LINE = 64, LINE_WORDS = LINE / 8 };

/* --- the context of an access --------------------------------------------- */

/* A context as the value of a site: MECID, and above it the PAS. */
static uint64_t context_value(CcaPas pas, uint16_t mecid)
{
    return (uint64_t)pas << 16 | mecid;
}

static CcaFaultPassage passage_of(const Mec *m, const CcaAccess *access)
{
    return (CcaFaultPassage) {
        .access = *access,
        .entry_addr = access->addr & ~(uint64_t)(MEC_GRANULE - 1),
        .pc = access->requester.kind == CCA_REQUESTER_PE ? m->priv->pc : NULL,
        .pc_opaque = m->priv->bus.opaque,
    };
}

static void site_context(Mec *m, CcaAccess *access)
{
    CcaFaultPassage passage = passage_of(m, access);
    CcaFaultEffect effect;
    uint64_t value;

    passage.value = value = context_value(access->pas, access->mecid);
    if (!cca_fault_consult(m->faults, CCA_SITE_MEC_CONTEXT, &passage,
                           &effect)) {
        return;
    }
    value = effect.action == CCA_ACT_STALE ? effect.value :
                                             value ^ effect.xor_mask;
    access->mecid = value & m->mecid_mask;
    /* There is no PAS 6 or 7: then only the MECID is wrong. */
    if (value >> 16 < CCA_PAS__COUNT) {
        access->pas = value >> 16;
    }
}

static void site_key(Mec *m, const CcaAccess *access)
{
    CcaFaultPassage passage = passage_of(m, access);
    CcaFaultEffect effect;

    /* What is stored as plaintext has no key. */
    if (!mec_is_plain(m, mec_first_key(m, access->pas, access->mecid)) &&
        cca_fault_consult(m->faults, CCA_SITE_MEC_KEY, &passage, &effect)) {
        mec_lose_key(m, (MecContext) { access->pas, access->mecid });
    }
}

/* --- what DRAM holds ------------------------------------------------------ */

static MecSeen *find_seen(const Mec *m, uint64_t pa)
{
    MecSeen *s = m->priv->seen;

    while (s && s->pa != pa) {
        s = s->next;
    }
    return s;
}

void mec_forget_seen(Mec *m)
{
    while (m->priv->seen) {
        MecSeen *next = m->priv->seen->next;

        free(m->priv->seen);
        m->priv->seen = next;
    }
    m->priv->seen_count = 0;
}

/* Take note of what the granule at @pa holds. NULL: there is no room. */
static MecSeen *see(Mec *m, uint64_t pa)
{
    uint8_t now[MEC_GRANULE];
    MecSeen *s = find_seen(m, pa);

    if (!mec_cipher_read(m, pa, now, sizeof(now))) {
        return NULL;
    }
    if (!s) {
        s = m->priv->seen_count < MEC_REPLAY_MAX ? malloc(sizeof(*s)) : NULL;
        if (s) {
            s->pa = pa;
            s->has_older = false;
            memcpy(s->latest, now, sizeof(now));
            s->next = m->priv->seen;
            m->priv->seen = s;
            m->priv->seen_count++;
        }
    } else if (memcmp(s->latest, now, sizeof(now))) {
        memcpy(s->older, s->latest, sizeof(now));
        memcpy(s->latest, now, sizeof(now));
        s->has_older = true;
    }
    return s;
}

static void site_replay(Mec *m, const CcaAccess *access)
{
    CcaFaultPassage passage = passage_of(m, access);
    uint64_t granule = passage.entry_addr;
    CcaFaultEffect effect;
    MecSeen *s;

    if (!cca_fault_watches(m->faults, CCA_SITE_MEM_REPLAY, &passage)) {
        return;
    }
    s = see(m, granule);
    passage.failed = !s || !s->has_older;
    if (cca_fault_consult(m->faults, CCA_SITE_MEM_REPLAY, &passage,
                          &effect) && s && s->has_older &&
        mec_cipher_write(m, granule, s->older, sizeof(s->older))) {
        m->priv->stats.replays++;
    }
}

static void site_flip(Mec *m, const CcaAccess *access)
{
    CcaFaultPassage passage = passage_of(m, access);
    uint64_t line = access->addr & ~(uint64_t)(LINE - 1);
    uint8_t bytes[LINE];
    uint64_t words[LINE_WORDS] = { 0 };
    CcaFaultEffect effect;

    if (!mec_cipher_read(m, line, bytes, LINE)) {
        return;
    }
    for (unsigned i = 0; i < LINE; i++) {
        words[i / 8] |= (uint64_t)bytes[i] << (i % 8 * 8);
    }
    passage.entry_addr = line;
    passage.value = words[0];
    passage.words = words;
    passage.word_count = LINE_WORDS;
    if (!cca_fault_consult(m->faults, CCA_SITE_MEM_FLIP, &passage, &effect) ||
        effect.word >= LINE_WORDS) {
        return;
    }
    for (unsigned i = 0; i < 8; i++) {
        bytes[effect.word * 8 + i] ^= effect.xor_mask >> (i * 8);
    }
    if (mec_cipher_write(m, line, bytes, LINE)) {
        m->priv->stats.flips++;
    }
}

/* --- all of them ---------------------------------------------------------- */

void mec_pass_sites(Mec *m, CcaAccess *access)
{
    if (m->policy != MEC_OFF &&
        cca_fault_armed(m->faults, CCA_SITE_MEC_CONTEXT)) {
        site_context(m, access);
    }
    if (m->policy != MEC_OFF &&
        cca_fault_armed(m->faults, CCA_SITE_MEC_KEY)) {
        site_key(m, access);
    }
    if (cca_fault_armed(m->faults, CCA_SITE_MEM_REPLAY)) {
        site_replay(m, access);
    } else if (m->priv->seen) {
        mec_forget_seen(m);
    }
    if (cca_fault_armed(m->faults, CCA_SITE_MEM_FLIP)) {
        site_flip(m, access);
    }
}
