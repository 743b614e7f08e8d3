/*
 * Names of calls, from tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "count.h"
#include "names.h"

enum {
    /* SMCCC: the caller has no SVE state that is worth saving. */
    SVE_HINT = 1u << 16,
};

typedef struct Name {
    char *name;
    uint16_t from;              /* contexts, as bits */
} Name;

typedef struct Range {
    uint32_t first, last;
    char *name;
} Range;

struct CountNames {
    GHashTable *by_id;          /* to a GArray of Name */
    GArray *ranges;
};

static const char *const worlds[COUNT_WORLDS] = {
    [CCA_PAS_SECURE] = "Secure",
    [CCA_PAS_NS] = "Non-secure",
    [CCA_PAS_ROOT] = "Root",
    [CCA_PAS_REALM] = "Realm",
};

const char *count_world_name(unsigned world)
{
    return worlds[world % COUNT_WORLDS];
}

const char *count_context_name(unsigned context)
{
    static const char *const names[COUNT_CONTEXTS] = {
        "Secure EL0", "Secure EL1", "Secure EL2", "Secure EL3",
        "Non-secure EL0", "Non-secure EL1", "Non-secure EL2",
        "Non-secure EL3",
        "Root EL0", "Root EL1", "Root EL2", "Root EL3",
        "Realm EL0", "Realm EL1", "Realm EL2", "Realm EL3",
    };

    return names[context % COUNT_CONTEXTS];
}

int count_context_by_name(const char *name)
{
    static const char *const prefix[COUNT_WORLDS] = {
        [CCA_PAS_SECURE] = "s-el",
        [CCA_PAS_NS] = "ns-el",
        [CCA_PAS_ROOT] = "root-el",
        [CCA_PAS_REALM] = "realm-el",
    };

    for (unsigned i = 0; i < COUNT_WORLDS; i++) {
        size_t n = strlen(prefix[i]);

        if (!strncmp(name, prefix[i], n) && name[n] >= '0' &&
            name[n] < '0' + COUNT_ELS && !name[n + 1]) {
            return i * COUNT_ELS + name[n] - '0';
        }
    }
    return -1;
}

static void free_list(gpointer data)
{
    GArray *list = data;

    for (guint i = 0; i < list->len; i++) {
        g_free(g_array_index(list, Name, i).name);
    }
    g_array_free(list, TRUE);
}

CountNames *count_names_new(void)
{
    CountNames *names = g_new0(CountNames, 1);

    names->by_id = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
                                         free_list);
    names->ranges = g_array_new(FALSE, FALSE, sizeof(Range));
    return names;
}

void count_names_free(CountNames *names)
{
    g_hash_table_destroy(names->by_id);
    for (guint i = 0; i < names->ranges->len; i++) {
        g_free(g_array_index(names->ranges, Range, i).name);
    }
    g_array_free(names->ranges, TRUE);
    g_free(names);
}

static bool parse_id(const char *text, const char **end, uint32_t *id)
{
    char *after;
    guint64 value = g_ascii_strtoull(text, &after, 16);

    *end = after;
    *id = value;
    return g_ascii_isxdigit(text[0]) && after != text && value <= UINT32_MAX;
}

static bool fail(GError **error, const char *file, const char *group,
                 const char *what, const char *value)
{
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                "%s: [%s]: %s: '%s'", file, group, what, value);
    return false;
}

static void add_name(CountNames *names, uint32_t id, uint16_t from,
                     char *name)
{
    GArray *list = g_hash_table_lookup(names->by_id, GUINT_TO_POINTER(id));
    Name entry = { name, from };

    if (!list) {
        list = g_array_new(FALSE, FALSE, sizeof(Name));
        g_hash_table_insert(names->by_id, GUINT_TO_POINTER(id), list);
    }
    g_array_append_val(list, entry);
}

static bool load_ranges(CountNames *names, GKeyFile *keys, const char *file,
                        const char *group, GError **error)
{
    g_auto(GStrv) key = g_key_file_get_keys(keys, group, NULL, NULL);

    for (char **k = key; *k; k++) {
        const char *end;
        Range range;

        if (!parse_id(*k, &end, &range.first) || *end != '-' ||
            !parse_id(end + 1, &end, &range.last) || *end ||
            range.first > range.last) {
            return fail(error, file, group, "this is no range of function ids",
                        *k);
        }
        range.name = g_key_file_get_string(keys, group, *k, error);
        if (!range.name) {
            return false;
        }
        g_array_append_val(names->ranges, range);
    }
    return true;
}

static bool callers(GKeyFile *keys, const char *file, const char *group,
                    uint16_t *from, GError **error)
{
    g_auto(GStrv) list = g_key_file_get_string_list(keys, group, "from", NULL,
                                                    NULL);

    if (!list) {
        return fail(error, file, group, "there is no key", "from");
    }
    *from = 0;
    for (char **name = list; *name; name++) {
        int context = count_context_by_name(*name);

        if (!strcmp(*name, "*")) {
            *from = UINT16_MAX;
        } else if (context < 0) {
            return fail(error, file, group, "from: this is no caller", *name);
        } else {
            *from |= 1u << context;
        }
    }
    return true;
}

static bool load_group(CountNames *names, GKeyFile *keys, const char *file,
                       const char *group, GError **error)
{
    g_auto(GStrv) key = g_key_file_get_keys(keys, group, NULL, NULL);
    uint16_t from;

    if (!callers(keys, file, group, &from, error)) {
        return false;
    }
    for (char **k = key; *k; k++) {
        const char *end;
        uint32_t id;
        char *name;

        if (!strcmp(*k, "from")) {
            continue;
        }
        if (!parse_id(*k, &end, &id) || *end) {
            return fail(error, file, group, "this is no function id", *k);
        }
        name = g_key_file_get_string(keys, group, *k, error);
        if (!name) {
            return false;
        }
        add_name(names, id, from, name);
    }
    return true;
}

bool count_names_load(CountNames *names, const char *file, GError **error)
{
    g_autoptr(GKeyFile) keys = g_key_file_new();
    g_auto(GStrv) group = NULL;

    if (!g_key_file_load_from_file(keys, file, G_KEY_FILE_NONE, error)) {
        g_prefix_error(error, "%s: ", file);
        return false;
    }
    group = g_key_file_get_groups(keys, NULL);
    for (char **g = group; *g; g++) {
        if (!(!strcmp(*g, "ranges") ? load_ranges : load_group)
                (names, keys, file, *g, error)) {
            return false;
        }
    }
    return true;
}

static const char *range_name(const CountNames *names, uint32_t id)
{
    for (guint i = 0; i < names->ranges->len; i++) {
        const Range *range = &g_array_index(names->ranges, Range, i);

        if (id >= range->first && id <= range->last) {
            return range->name;
        }
    }
    return "?";
}

char *count_names_find(const CountNames *names, uint32_t id, unsigned context,
                       bool *ambiguous)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    GArray *list = g_hash_table_lookup(names->by_id, GUINT_TO_POINTER(id));

    if (!list && id >> 31) {
        list = g_hash_table_lookup(names->by_id,
                                   GUINT_TO_POINTER(id & ~SVE_HINT));
    }
    for (guint i = 0; list && i < list->len; i++) {
        const Name *name = &g_array_index(list, Name, i);

        if (name->from >> context & 1 &&
            !g_ptr_array_find_with_equal_func(found, name->name, g_str_equal,
                                              NULL)) {
            g_ptr_array_add(found, name->name);
        }
    }
    *ambiguous = found->len > 1;
    if (!found->len) {
        return g_strdup(range_name(names, id));
    }
    g_ptr_array_add(found, NULL);
    return g_strjoinv(" | ", (char **)found->pdata);
}
