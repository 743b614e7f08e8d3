/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A reader of flattened device trees.
 */
#include "fdt.h"
#include "string.h"

#define FDT_MAGIC       0xd00dfeedu
#define FDT_BEGIN_NODE  1u
#define FDT_END_NODE    2u
#define FDT_PROP        3u
#define FDT_NOP         4u
#define FDT_END         9u

#define HEADER_TOTALSIZE        4
#define HEADER_OFF_STRUCT       8
#define HEADER_OFF_STRINGS      12
#define HEADER_SIZE             40

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

uint64_t fdt_number(const uint8_t *value, uint32_t length)
{
    return length == 8 ? (uint64_t)be32(value) << 32 | be32(value + 4)
                       : be32(value);
}

bool fdt_node_is(const FdtProperty *property, const char *prefix)
{
    return strncmp(property->node, prefix, strlen(prefix)) == 0;
}

/* Length of a string that ends before limit; false when it does not. */
static bool bounded_length(const uint8_t *p, const uint8_t *limit,
                           uint32_t *length)
{
    for (*length = 0; p + *length < limit; (*length)++) {
        if (p[*length] == '\0') {
            return true;
        }
    }
    return false;
}

/* Goes on by length bytes and to the next word; false beyond the end. */
static bool advance(Fdt *fdt, uint32_t length)
{
    uint64_t words = ((uint64_t)length + 3) & ~UINT64_C(3);

    if (words > (uint64_t)(fdt->end - fdt->at)) {
        return false;
    }
    fdt->at += words;
    return true;
}

bool fdt_open(Fdt *fdt, const void *blob, uint32_t limit)
{
    const uint8_t *base = blob;
    uint32_t total;

    if (be32(base) != FDT_MAGIC) {
        return false;
    }
    total = be32(base + HEADER_TOTALSIZE);
    if (total < HEADER_SIZE || total > limit ||
        be32(base + HEADER_OFF_STRUCT) >= total ||
        be32(base + HEADER_OFF_STRINGS) >= total) {
        return false;
    }
    *fdt = (Fdt){
        .at = base + be32(base + HEADER_OFF_STRUCT),
        .end = base + total,
        .strings = base + be32(base + HEADER_OFF_STRINGS),
        .node = "",
    };
    return true;
}

static bool take_property(Fdt *fdt, FdtProperty *property)
{
    uint32_t name, ignored;

    if (fdt->end - fdt->at < 8) {
        return false;
    }
    property->node = fdt->node;
    property->length = be32(fdt->at);
    name = be32(fdt->at + 4);
    fdt->at += 8;
    property->value = fdt->at;
    if (name >= (uint32_t)(fdt->end - fdt->strings) ||
        !bounded_length(fdt->strings + name, fdt->end, &ignored)) {
        return false;
    }
    property->name = (const char *)fdt->strings + name;
    return advance(fdt, property->length);
}

bool fdt_next(Fdt *fdt, FdtProperty *property)
{
    fdt->malformed = true;
    while (fdt->end - fdt->at >= 4) {
        uint32_t token = be32(fdt->at);
        uint32_t length;

        fdt->at += 4;
        switch (token) {
        case FDT_BEGIN_NODE:
            if (!bounded_length(fdt->at, fdt->end, &length)) {
                return false;
            }
            fdt->node = (const char *)fdt->at;
            if (!advance(fdt, length + 1)) {
                return false;
            }
            break;
        case FDT_PROP:
            if (!take_property(fdt, property)) {
                return false;
            }
            fdt->malformed = false;
            return true;
        case FDT_END_NODE:
            /* What follows in the parent are nodes: no property is lost. */
            fdt->node = "";
            break;
        case FDT_NOP:
            break;
        default:
            fdt->malformed = token != FDT_END;
            return false;
        }
    }
    return false;
}
