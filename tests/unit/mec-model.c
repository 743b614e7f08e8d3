/*
 * Memory encryption contexts as they are on silicon.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>
#include "mec-model.h"

/* By context: without losses. */
static uint32_t context_id(const MecModel *m, CcaPas pas, uint32_t mecid)
{
    mecid %= 1u << m->mecid_bits;
    switch (m->policy) {
    case MEC_OFF:
        return 0;
    case MEC_MECID:
        return mecid ? (CCA_PAS_REALM ^ 1) | mecid << 3 : 0;
    default:
        return (pas ^ 1) | mecid << 3;
    }
}

static unsigned losses(const MecModel *m, uint32_t id)
{
    for (unsigned i = 0; i < m->lost_count; i++) {
        if (m->lost[i].id == id) {
            return m->lost[i].times;
        }
    }
    return 0;
}

uint32_t model_key(const MecModel *m, CcaPas pas, uint32_t mecid)
{
    uint32_t id = context_id(m, pas, mecid);

    return id | losses(m, id) << 19;
}

bool model_plain(const MecModel *m, uint32_t key)
{
    return m->policy == MEC_OFF || (!key && m->ns_identity);
}

static void whole(const MecModel *m, CcaPas pas, uint32_t mecid,
                  bool encrypt, uint64_t unit, uint8_t data[MEC_GRANULE])
{
    uint32_t key = model_key(m, pas, mecid);

    if (!model_plain(m, key)) {
        m->crypt(m->opaque, key % (1u << 19) ? m->seed : m->first_seed, key,
                 encrypt, unit, data);
    }
}

void model_read(const MecModel *m, CcaPas pas, uint32_t mecid,
                const uint8_t cipher[MEC_GRANULE], uint64_t unit, unsigned at,
                void *buf, unsigned len)
{
    uint8_t data[MEC_GRANULE];

    memcpy(data, cipher, sizeof(data));
    whole(m, pas, mecid, false, unit, data);
    memcpy(buf, data + at, len);
}

void model_write(const MecModel *m, CcaPas pas, uint32_t mecid,
                 uint8_t cipher[MEC_GRANULE], uint64_t unit, unsigned at,
                 const void *buf, unsigned len)
{
    whole(m, pas, mecid, false, unit, cipher);
    memcpy(cipher + at, buf, len);
    whole(m, pas, mecid, true, unit, cipher);
}

bool model_lose(MecModel *m, CcaPas pas, uint32_t mecid)
{
    uint32_t id = context_id(m, pas, mecid);
    unsigned i = 0;

    if (model_plain(m, id)) {
        return false;
    }
    while (i < m->lost_count && m->lost[i].id != id) {
        i++;
    }
    if (i == MODEL_LOST_MAX) {
        return false;
    }
    if (i == m->lost_count) {
        m->lost[m->lost_count++].times = 0;
        m->lost[i].id = id;
    }
    m->lost[i].times++;
    return true;
}

void model_reset(MecModel *m, const uint8_t seed[MEC_SEED_BYTES])
{
    unsigned of_first = losses(m, 0);

    memcpy(m->seed, seed, MEC_SEED_BYTES);
    m->lost_count = of_first ? 1 : 0;
    m->lost[0].id = 0;
    m->lost[0].times = of_first;
}
