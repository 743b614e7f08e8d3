/*
 * The counts, written down: one walk over phases and PEs, which three
 * writers follow.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <string.h>

#include "report.h"

/* A call as it is shown. */
typedef struct Call {
    uint64_t key, n;
    char *name;
    bool ambiguous;
} Call;

/* What one PE, or all of them (@pe < 0), did in a phase. */
typedef struct Part {
    char phase[32];
    const CountPhase *about;
    unsigned pes;               /* that did something */
    int pe;
    const CountCell *cell;
    uint64_t insns;
    uint64_t el[COUNT_ELS][COUNT_ELS];
    uint64_t world[COUNT_WORLDS][COUNT_WORLDS];
    GArray *calls;
} Part;

typedef struct Writer {
    void (*begin)(GString *out, const Count *count);
    void (*part)(GString *out, const Part *part, bool first_of_phase,
                 bool first);
    void (*end)(GString *out, const Count *count);
} Writer;

static int compare_calls(gconstpointer a, gconstpointer b)
{
    const Call *x = a, *y = b;

    return (x->key > y->key) - (x->key < y->key);
}

static void free_call(gpointer data)
{
    g_free(((Call *)data)->name);
}

static GArray *calls_of(const CountCell *cell, const CountNames *names)
{
    GArray *calls = g_array_new(FALSE, FALSE, sizeof(Call));
    GHashTableIter iter;
    gpointer key, value;

    g_array_set_clear_func(calls, free_call);
    if (cell->calls) {
        g_hash_table_iter_init(&iter, cell->calls);
        while (g_hash_table_iter_next(&iter, &key, &value)) {
            Call call = { .key = *(uint64_t *)key, .n = *(uint64_t *)value };

            call.name = count_names_find(names, call.key,
                                         count_call_from(call.key),
                                         &call.ambiguous);
            g_array_append_val(calls, call);
        }
    }
    g_array_sort(calls, compare_calls);
    return calls;
}

static void describe(Part *part, const CountCell *cell,
                     const CountNames *names)
{
    part->cell = cell;
    part->insns = 0;
    memset(part->el, 0, sizeof(part->el));
    memset(part->world, 0, sizeof(part->world));
    for (unsigned i = 0; i < COUNT_CONTEXTS; i++) {
        part->insns += cell->insns[i];
        for (unsigned j = 0; j < COUNT_CONTEXTS; j++) {
            uint64_t n = cell->moves[i][j];

            part->el[count_el(i)][count_el(j)] += n;
            part->world[count_world(i)][count_world(j)] += n;
        }
    }
    part->calls = calls_of(cell, names);
}

static const char *conduit_name(uint64_t key)
{
    return count_call_conduit(key) == COUNT_SMC ? "SMC" : "HVC";
}

/* --- CSV --------------------------------------------------------------- */

static void csv_begin(GString *out, const Count *count)
{
    g_string_append(out, "kind,phase,pe,from,to,conduit,id,name,count\n");
}

static void csv_row(GString *out, const Part *part, const char *kind,
                    const char *from, const char *to, uint64_t n)
{
    g_string_append_printf(out, "%s,%s,", kind, part->phase);
    if (part->pe < 0) {
        g_string_append(out, "total");
    } else {
        g_string_append_printf(out, "%d", part->pe);
    }
    g_string_append_printf(out, ",%s,%s,,,,%" PRIu64 "\n", from, to, n);
}

static void csv_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (; *text; text++) {
        if (*text == '"') {
            g_string_append_c(out, '"');
        }
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

static void csv_calls(GString *out, const Part *part)
{
    for (guint i = 0; i < part->calls->len; i++) {
        const Call *call = &g_array_index(part->calls, Call, i);

        g_string_append_printf(out, "call,%s,", part->phase);
        if (part->pe < 0) {
            g_string_append(out, "total");
        } else {
            g_string_append_printf(out, "%d", part->pe);
        }
        g_string_append_printf(out, ",%s,%s,%s,0x%08" PRIX32 ",",
                               count_context_name(count_call_from(call->key)),
                               count_context_name(count_call_to(call->key)),
                               conduit_name(call->key), (uint32_t)call->key);
        csv_quoted(out, call->name);
        g_string_append_printf(out, ",%" PRIu64 "\n", call->n);
    }
    if (part->cell->calls_lost) {
        csv_row(out, part, "calls-beyond-limit", "", "",
                part->cell->calls_lost);
    }
}

static void csv_part(GString *out, const Part *part, bool first_of_phase,
                     bool first)
{
    const CountCell *cell = part->cell;

    if (first_of_phase) {
        csv_row(out, part, "entries", "", "", part->about->entries);
    }
    for (unsigned i = 0; i < COUNT_CONTEXTS; i++) {
        if (cell->insns[i]) {
            csv_row(out, part, "instructions", count_context_name(i), "",
                    cell->insns[i]);
        }
    }
    csv_row(out, part, "instructions", "all", "", part->insns);
    for (unsigned i = 0; i < COUNT_ELS; i++) {
        for (unsigned j = 0; j < COUNT_ELS; j++) {
            char from[] = "EL0", to[] = "EL0";

            from[2] += i;
            to[2] += j;
            if (part->el[i][j]) {
                csv_row(out, part, i == j ? "same-level" : "level-switch",
                        from, to, part->el[i][j]);
            }
        }
    }
    for (unsigned i = 0; i < COUNT_WORLDS; i++) {
        for (unsigned j = 0; j < COUNT_WORLDS; j++) {
            if (i != j && part->world[i][j]) {
                csv_row(out, part, "world-switch", count_world_name(i),
                        count_world_name(j), part->world[i][j]);
            }
        }
    }
    for (unsigned i = 0; i < COUNT_WORLDS; i++) {
        for (unsigned j = 0; j < COUNT_WORLDS; j++) {
            if (cell->passages[i][j]) {
                csv_row(out, part, "passage", count_world_name(i),
                        count_world_name(j), cell->passages[i][j]);
            }
        }
    }
    csv_calls(out, part);
}

static void csv_end(GString *out, const Count *count)
{
    if (count_strays(count)) {
        g_string_append_printf(out, "strays,,,,,,,,%" PRIu64 "\n",
                               count_strays(count));
    }
}

/* --- JSON -------------------------------------------------------------- */

static void json_string(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (; *text; text++) {
        unsigned char c = *text;

        if (c < 0x20) {
            g_string_append_printf(out, "\\u%04x", c);
        } else {
            if (c == '"' || c == '\\') {
                g_string_append_c(out, '\\');
            }
            g_string_append_c(out, c);
        }
    }
    g_string_append_c(out, '"');
}

static void json_begin(GString *out, const Count *count)
{
    g_string_append(out, "{\n  \"phases\": [");
}

/* A separator, and a row {"from": ..., "to": ..., "count": ...}. */
static void json_row(GString *out, bool *more, const char *from,
                     const char *to, uint64_t n)
{
    g_string_append(out, *more ? ",\n" : "\n");
    g_string_append_printf(out, "          {\"from\": \"%s\", \"to\": \"%s\", "
                           "\"count\": %" PRIu64 "}", from, to, n);
    *more = true;
}

static void json_levels(GString *out, const Part *part, bool same,
                        const char *key)
{
    bool more = false;

    g_string_append_printf(out, ",\n        \"%s\": [", key);
    for (unsigned i = 0; i < COUNT_ELS; i++) {
        for (unsigned j = 0; j < COUNT_ELS; j++) {
            char from[] = "EL0", to[] = "EL0";

            from[2] += i;
            to[2] += j;
            if (part->el[i][j] && (i == j) == same) {
                json_row(out, &more, from, to, part->el[i][j]);
            }
        }
    }
    g_string_append_c(out, ']');
}

static void json_worlds(GString *out,
                        const uint64_t n[COUNT_WORLDS][COUNT_WORLDS],
                        bool same, const char *key)
{
    bool more = false;

    g_string_append_printf(out, ",\n        \"%s\": [", key);
    for (unsigned i = 0; i < COUNT_WORLDS; i++) {
        for (unsigned j = 0; j < COUNT_WORLDS; j++) {
            if (n[i][j] && (same || i != j)) {
                json_row(out, &more, count_world_name(i), count_world_name(j),
                         n[i][j]);
            }
        }
    }
    g_string_append_c(out, ']');
}

static void json_calls(GString *out, const Part *part)
{
    g_string_append(out, ",\n        \"calls\": [");
    for (guint i = 0; i < part->calls->len; i++) {
        const Call *call = &g_array_index(part->calls, Call, i);

        g_string_append_printf(
            out, "%s\n          {\"from\": \"%s\", \"to\": \"%s\", "
            "\"conduit\": \"%s\", \"id\": %" PRIu32 ", \"name\": ",
            i ? "," : "", count_context_name(count_call_from(call->key)),
            count_context_name(count_call_to(call->key)),
            conduit_name(call->key), (uint32_t)call->key);
        json_string(out, call->name);
        g_string_append_printf(out, ", \"ambiguous\": %s, \"count\": %" PRIu64
                               "}", call->ambiguous ? "true" : "false",
                               call->n);
    }
    g_string_append_printf(out, "],\n        \"calls-beyond-limit\": %" PRIu64
                           "\n      }", part->cell->calls_lost);
}

static void json_part(GString *out, const Part *part, bool first_of_phase,
                      bool first)
{
    bool more = false;

    if (first_of_phase) {
        g_string_append_printf(out, "%s\n    {\n      \"phase\": \"%s\",\n"
                               "      \"entries\": %" PRIu64 ",\n"
                               "      \"parts\": [{\n", first ? "" : "]},",
                               part->phase, part->about->entries);
    } else {
        g_string_append(out, ", {\n");
    }
    if (part->pe < 0) {
        g_string_append(out, "        \"pe\": null,\n");
    } else {
        g_string_append_printf(out, "        \"pe\": %d,\n", part->pe);
    }
    g_string_append_printf(out, "        \"instructions\": %" PRIu64 ",\n"
                           "        \"instructions-in\": {", part->insns);
    for (unsigned i = 0; i < COUNT_CONTEXTS; i++) {
        if (part->cell->insns[i]) {
            g_string_append_printf(out, "%s\"%s\": %" PRIu64, more ? ", " : "",
                                   count_context_name(i),
                                   part->cell->insns[i]);
            more = true;
        }
    }
    g_string_append_c(out, '}');
    json_levels(out, part, false, "level-switches");
    json_levels(out, part, true, "same-level");
    json_worlds(out, part->world, false, "world-switches");
    json_worlds(out, part->cell->passages, true, "passages");
    json_calls(out, part);
}

static void json_end(GString *out, const Count *count)
{
    g_string_append_printf(out, "%s],\n  \"strays\": %" PRIu64 "\n}\n",
                           out->str[out->len - 1] == '[' ? "" : "]}",
                           count_strays(count));
}

/* --- for people -------------------------------------------------------- */

static void table_begin(GString *out, const Count *count)
{
}

typedef const char *NameOf(unsigned i);

static const char *el_name(unsigned i)
{
    static const char *const names[] = { "EL0", "EL1", "EL2", "EL3" };

    return names[i % COUNT_ELS];
}

/* The rows and columns of @n that are not empty. */
static void table_matrix(GString *out, const char *title, NameOf *name,
                         const uint64_t n[4][4], bool with_diagonal)
{
    bool row[4] = { 0 }, column[4] = { 0 }, any = false;

    for (unsigned i = 0; i < 4; i++) {
        for (unsigned j = 0; j < 4; j++) {
            if (n[i][j] && (with_diagonal || i != j)) {
                any = row[i] = column[j] = true;
            }
        }
    }
    if (!any) {
        return;
    }
    g_string_append_printf(out, "  %-28s", title);
    for (unsigned j = 0; j < 4; j++) {
        if (column[j]) {
            g_string_append_printf(out, " %14s", name(j));
        }
    }
    g_string_append_c(out, '\n');
    for (unsigned i = 0; i < 4; i++) {
        if (!row[i]) {
            continue;
        }
        g_string_append_printf(out, "    from %-21s", name(i));
        for (unsigned j = 0; j < 4; j++) {
            if (column[j] && i == j && !with_diagonal) {
                g_string_append_printf(out, " %14s", "-");
            } else if (column[j]) {
                g_string_append_printf(out, " %14" PRIu64, n[i][j]);
            }
        }
        g_string_append_c(out, '\n');
    }
}

static void table_calls(GString *out, const Part *part)
{
    unsigned from = UINT32_MAX, to = UINT32_MAX;

    for (guint i = 0; i < part->calls->len; i++) {
        const Call *call = &g_array_index(part->calls, Call, i);

        if (count_call_from(call->key) != from ||
            count_call_to(call->key) != to) {
            from = count_call_from(call->key);
            to = count_call_to(call->key);
            g_string_append_printf(out, "  calls from %s to %s\n",
                                   count_context_name(from),
                                   count_context_name(to));
        }
        g_string_append_printf(out, "    %s 0x%08" PRIX32 " %-36s %14" PRIu64
                               "%s\n", conduit_name(call->key),
                               (uint32_t)call->key, call->name, call->n,
                               call->ambiguous ? "  (tables disagree)" : "");
    }
    if (part->cell->calls_lost) {
        g_string_append_printf(out, "    more ids than %d: %" PRIu64
                               " calls\n", COUNT_MAX_CALLS,
                               part->cell->calls_lost);
    }
}

static void table_part(GString *out, const Part *part, bool first_of_phase,
                       bool first)
{
    if (part->pe >= 0 && part->pes == 1) {
        return;                 /* it is the same as the sum */
    }
    if (first_of_phase) {
        g_string_append_printf(out, "%s== phase %s, opened %" PRIu64
                               " time%s\n", first ? "" : "\n", part->phase,
                               part->about->entries,
                               part->about->entries == 1 ? "" : "s");
    }
    if (part->pe < 0) {
        g_string_append_printf(out, "-- %u PE%s together\n", part->pes,
                               part->pes == 1 ? "" : "s");
    } else {
        g_string_append_printf(out, "-- PE %d\n", part->pe);
    }
    g_string_append_printf(out, "  %-28s %14" PRIu64 "\n", "instructions",
                           part->insns);
    for (unsigned i = 0; i < COUNT_CONTEXTS; i++) {
        if (part->cell->insns[i]) {
            g_string_append_printf(out, "    %-26s %14" PRIu64 "\n",
                                   count_context_name(i),
                                   part->cell->insns[i]);
        }
    }
    table_matrix(out, "level switches, to", el_name, part->el, false);
    table_matrix(out, "world switches, to", count_world_name, part->world,
                 false);
    table_matrix(out, "passages through Root, to", count_world_name,
                 part->cell->passages, true);
    table_calls(out, part);
}

static void table_end(GString *out, const Count *count)
{
    if (count_strays(count)) {
        g_string_append_printf(out, "counts may be off: %" PRIu64 " exceptions "
                               "came from elsewhere than expected\n",
                               count_strays(count));
    }
}

/* ----------------------------------------------------------------------- */

static const Writer writers[] = {
    [COUNT_TABLE] = { table_begin, table_part, table_end },
    [COUNT_CSV] = { csv_begin, csv_part, csv_end },
    [COUNT_JSON] = { json_begin, json_part, json_end },
};

static void name_phase(char *text, size_t size, const CountPhase *phase)
{
    if (phase->others) {
        g_strlcpy(text, "others", size);
    } else if (phase->by_marker) {
        g_snprintf(text, size, "%" PRIu64, phase->number);
    } else {
        g_strlcpy(text, "first", size);
    }
}

GString *count_report(const Count *count, const CountNames *names,
                      CountFormat format)
{
    const Writer *writer = &writers[format];
    GString *out = g_string_new(NULL);
    bool first = true;

    writer->begin(out, count);
    for (unsigned i = 0; i < count_phases(count); i++) {
        Part part = { .about = count_phase(count, i), .pe = -1 };
        CountCell sum = { .calls = NULL };

        if (!part.about->entries) {
            continue;
        }
        name_phase(part.phase, sizeof(part.phase), part.about);
        for (unsigned pe = 0; pe < count_max_pes(count); pe++) {
            if (count_cell(count, pe, i)) {
                count_cell_add(&sum, count_cell(count, pe, i));
                part.pes++;
            }
        }
        describe(&part, &sum, names);
        writer->part(out, &part, true, first);
        g_array_free(part.calls, TRUE);
        first = false;
        for (unsigned pe = 0; pe < count_max_pes(count); pe++) {
            if (count_cell(count, pe, i)) {
                part.pe = pe;
                describe(&part, count_cell(count, pe, i), names);
                writer->part(out, &part, false, false);
                g_array_free(part.calls, TRUE);
            }
        }
        count_cell_clear(&sum);
    }
    writer->end(out, count);
    return out;
}
