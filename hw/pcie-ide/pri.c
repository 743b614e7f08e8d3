/*
 * The page requests of a PCIe function that wait for a response.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pri.h"

void pri_clear(Pri *pri)
{
    *pri = (Pri) { .total = 0 };
}

bool pri_may_send(const Pri *pri, uint32_t allocation)
{
    return pri->total < allocation && pri->total < PRI_CAPACITY;
}

void pri_sent(Pri *pri, uint16_t group)
{
    pri->waiting[group % PRI_GROUPS]++;
    pri->total++;
}

void pri_unsent(Pri *pri, uint16_t group)
{
    if (pri->waiting[group % PRI_GROUPS]) {
        pri->waiting[group % PRI_GROUPS]--;
        pri->total--;
    }
}

bool pri_answered(Pri *pri, uint16_t group)
{
    if (group >= PRI_GROUPS || !pri->waiting[group]) {
        return false;
    }
    pri->total -= pri->waiting[group];
    pri->waiting[group] = 0;
    return true;
}

bool pri_sane(const Pri *pri)
{
    uint32_t total = 0;

    for (unsigned i = 0; i < PRI_GROUPS; i++) {
        total += pri->waiting[i];
    }
    return total == pri->total && total <= PRI_CAPACITY;
}
