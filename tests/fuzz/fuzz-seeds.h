/*
 * What makers of seeds share: a folder full of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_FUZZ_SEEDS_H
#define CCA_FUZZ_SEEDS_H

#include <stdio.h>

/*
 * Write @count files into the folder that is the only argument, each by @put.
 * Returns what main() returns.
 */
static inline int write_seeds(int argc, char **argv, unsigned count,
                              void (*put)(FILE *f, void *opaque),
                              void *opaque)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    for (unsigned i = 0; i < count; i++) {
        char path[4096];
        FILE *f;

        snprintf(path, sizeof(path), "%s/seed-%02u", argv[1], i);
        f = fopen(path, "wb");
        if (!f) {
            perror(path);
            return 1;
        }
        put(f, opaque);
        if (fclose(f)) {
            perror(path);
            return 1;
        }
    }
    return 0;
}

#endif
