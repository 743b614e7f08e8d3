/*
 * What fuzz targets share: bytes of the input one after the other, and a
 * check that stays in every build.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FUZZ_INPUT_H
#define CCA_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(cond) \
    do { \
        if (!(cond)) { \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, \
                    #cond); \
            abort(); \
        } \
    } while (0)

typedef struct Input {
    const uint8_t *data;
    size_t left;
} Input;

/* The next @bytes (1..8) as a little-endian number; 0s after the end. */
static inline uint64_t take(Input *in, unsigned bytes)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < bytes && in->left; i++) {
        v |= (uint64_t)*in->data++ << (8 * i);
        in->left--;
    }
    return v;
}

#endif
