/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A reader of memory and PEs in a flattened device tree.
 */
#include "fdt.h"
#include "string.h"

#define FDT_MAGIC       0xd00dfeedu
#define FDT_BEGIN_NODE  1u
#define FDT_END_NODE    2u
#define FDT_PROP        3u
#define FDT_NOP         4u

#define HEADER_TOTALSIZE        4
#define HEADER_OFF_STRUCT       8
#define HEADER_OFF_STRINGS      12
#define HEADER_SIZE             40

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

/* A big-endian number of length bytes, 4 or 8. */
static uint64_t be_cells(const uint8_t *p, uint32_t length)
{
    return length == 8 ? (uint64_t)be32(p) << 32 | be32(p + 4) : be32(p);
}

static bool starts_with(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
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

bool fdt_read_board(const void *blob, uint32_t limit, Board *board)
{
    const uint8_t *base = blob;
    const uint8_t *end;
    const uint8_t *p;
    const uint8_t *strings;
    bool in_cpu = false;
    bool in_memory = false;
    uint32_t total;

    *board = (Board){ 0 };
    if (be32(base) != FDT_MAGIC) {
        return false;
    }
    total = be32(base + HEADER_TOTALSIZE);
    if (total < HEADER_SIZE || total > limit ||
        be32(base + HEADER_OFF_STRUCT) >= total ||
        be32(base + HEADER_OFF_STRINGS) >= total) {
        return false;
    }
    end = base + total;
    p = base + be32(base + HEADER_OFF_STRUCT);
    strings = base + be32(base + HEADER_OFF_STRINGS);

    while (end - p >= 4) {
        uint32_t token = be32(p);
        uint32_t length;

        p += 4;
        if (token == FDT_BEGIN_NODE) {
            const char *name = (const char *)p;

            if (!bounded_length(p, end, &length)) {
                return false;
            }
            in_cpu = starts_with(name, "cpu@");
            in_memory = starts_with(name, "memory@");
            p += (length + 4) & ~3u;
        } else if (token == FDT_PROP) {
            const uint8_t *name;
            uint32_t ignored;

            if (end - p < 8) {
                return false;
            }
            length = be32(p);
            if (be32(p + 4) >= (uint32_t)(end - strings)) {
                return false;
            }
            name = strings + be32(p + 4);
            p += 8;
            if (length > (uint32_t)(end - p) ||
                !bounded_length(name, end, &ignored)) {
                return false;
            }
            if (strcmp((const char *)name, "reg") == 0) {
                if (in_cpu && (length == 4 || length == 8) &&
                    board->pe_count < PE_MAX) {
                    board->mpidr[board->pe_count++] = be_cells(p, length);
                } else if (in_memory && length >= 16 && !board->ram_size) {
                    board->ram_base = be_cells(p, 8);
                    board->ram_size = be_cells(p + 8, 8);
                }
            }
            p += (length + 3) & ~3u;
        } else if (token == FDT_END_NODE) {
            in_cpu = in_memory = false;
        } else if (token != FDT_NOP) {
            break;
        }
    }
    return board->pe_count > 0;
}
