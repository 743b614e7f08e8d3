/*
 * The options of the counting plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "options.h"

/* What options say that defaults depend on. */
typedef struct Reading {
    PluginOptions *options;
    bool has_from_start;
    const char *option;         /* that is read now */
    char **error;
} Reading;

static bool fail(Reading *r, const char *why)
{
    *r->error = g_strdup_printf("%s: %s", r->option, why);
    return false;
}

static bool number(Reading *r, const char *text, uint64_t max,
                   uint64_t *value)
{
    char *end;

    *value = g_ascii_strtoull(text, &end, 0);
    if (!g_ascii_isdigit(text[0]) || *end) {
        return fail(r, "this is no number");
    }
    if (*value > max) {
        return fail(r, "HLT has an immediate of 16 bits");
    }
    return true;
}

static bool one_of(Reading *r, const char *text, const char *const *words,
                   unsigned *value)
{
    g_autofree char *list = NULL;
    g_autofree char *why = NULL;

    for (*value = 0; words[*value]; ++*value) {
        if (!strcmp(text, words[*value])) {
            return true;
        }
    }
    list = g_strjoinv(", ", (char **)words);
    why = g_strdup_printf("must be one of %s", list);
    return fail(r, why);
}

static bool on_off(Reading *r, const char *text, bool *value)
{
    static const char *const words[] = { "off", "on", NULL };
    unsigned index;

    if (!one_of(r, text, words, &index)) {
        return false;
    }
    *value = index;
    return true;
}

static bool read_option(Reading *r, const char *name, const char *value)
{
    static const char *const scopes[] = { "all", "pe", NULL };
    static const char *const formats[] = { "table", "csv", "json", NULL };
    PluginOptions *options = r->options;
    CountOptions *count = &options->count;
    uint64_t imm;
    unsigned index;

    if (!strcmp(name, "start")) {
        count->has_start = true;
        return number(r, value, UINT64_MAX, &count->start);
    }
    if (!strcmp(name, "stop")) {
        count->has_stop = true;
        return number(r, value, UINT64_MAX, &count->stop);
    }
    if (!strcmp(name, "hlt")) {
        if (!number(r, value, UINT16_MAX, &imm)) {
            return false;
        }
        count->has_hlt = true;
        count->hlt = imm;
        return true;
    }
    if (!strcmp(name, "from-start")) {
        r->has_from_start = true;
        return on_off(r, value, &count->from_start);
    }
    if (!strcmp(name, "scope")) {
        if (!one_of(r, value, scopes, &index)) {
            return false;
        }
        count->per_pe = index;
        return true;
    }
    if (!strcmp(name, "format")) {
        if (!one_of(r, value, formats, &index)) {
            return false;
        }
        options->format = (CountFormat)index;
        return true;
    }
    if (!strcmp(name, "at-stop")) {
        return on_off(r, value, &options->at_stop);
    }
    if (!strcmp(name, "out") && *value) {
        g_free(options->out);
        options->out = g_strdup(value);
        return true;
    }
    if (!strcmp(name, "calls") && *value) {
        g_ptr_array_add(options->calls, g_strdup(value));
        return true;
    }
    return fail(r, "there is no such option; docs/counting.md lists them");
}

bool plugin_options_read(PluginOptions *options, int argc, char **argv,
                         char **error)
{
    Reading r = { .options = options, .error = error };

    memset(options, 0, sizeof(*options));
    options->calls = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < argc; i++) {
        g_auto(GStrv) pair = g_strsplit(argv[i], "=", 2);

        r.option = argv[i];
        if (!pair[0] || !pair[1]) {
            return fail(&r, "options have the form name=value");
        }
        if (!read_option(&r, pair[0], pair[1])) {
            return false;
        }
    }
    if (!r.has_from_start) {
        options->count.from_start = !options->count.has_start &&
                                    !options->count.has_hlt;
    }
    return true;
}

void plugin_options_clear(PluginOptions *options)
{
    g_free(options->out);
    if (options->calls) {
        g_ptr_array_free(options->calls, TRUE);
    }
    memset(options, 0, sizeof(*options));
}
