/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reads a flattened device tree (Devicetree Specification v0.4, 5), property
 * by property.
 */
#ifndef LIB_FDT_H
#define LIB_FDT_H

#include <stdbool.h>
#include <stdint.h>

/* A place in a device tree; nothing of it is for callers but malformed. */
typedef struct Fdt {
    const uint8_t *at;
    const uint8_t *end;
    const uint8_t *strings;
    const char *node;
    /* fdt_next() ended before the tree did. */
    bool malformed;
} Fdt;

typedef struct FdtProperty {
    /* Name of the node with its unit address; "" for the root. */
    const char *node;
    const char *name;
    const uint8_t *value;
    /* Bytes of value. */
    uint32_t length;
} FdtProperty;

/*
 * Goes to the first property of the tree at blob, which is 4-byte aligned and
 * may occupy at most limit bytes. False when there is no device tree.
 */
bool fdt_open(Fdt *fdt, const void *blob, uint32_t limit);

/* Takes the next property; false when there are no more. */
bool fdt_next(Fdt *fdt, FdtProperty *property);

/* A big-endian number of 4 or 8 bytes. */
uint64_t fdt_number(const uint8_t *value, uint32_t length);

/* Does a node's name begin with prefix ("memory@")? */
bool fdt_node_is(const FdtProperty *property, const char *prefix);

#endif
