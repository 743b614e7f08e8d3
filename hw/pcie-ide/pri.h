/*
 * The page requests of a PCIe function that wait for a response.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_PRI_H
#define CCA_PRI_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PRI_GROUPS = 512,       /* page request group indexes */
    PRI_CAPACITY = 32,      /* requests that may wait */
};

typedef struct Pri {
    uint8_t waiting[PRI_GROUPS];
    uint32_t total;
} Pri;

void pri_clear(Pri *pri);

/* May a request go out, if software allots @allocation of them? */
bool pri_may_send(const Pri *pri, uint32_t allocation);

/* One of @group (below PRI_GROUPS) has gone out; pri_may_send() said so. */
void pri_sent(Pri *pri, uint16_t group);

/* It has not, after all; nothing if a response has come meanwhile. */
void pri_unsent(Pri *pri, uint16_t group);

/*
 * A response to @group (any value) has come: nothing of it waits any more.
 * False if nothing did: an unexpected index.
 */
bool pri_answered(Pri *pri, uint16_t group);

/* Is this what the functions above could have made? For migration. */
bool pri_sane(const Pri *pri);

#endif
