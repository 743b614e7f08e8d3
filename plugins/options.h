/*
 * The options of the counting plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_COUNT_OPTIONS_H
#define CCA_COUNT_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

#include "count.h"
#include "report.h"

typedef struct PluginOptions {
    CountOptions count;
    CountFormat format;
    bool at_stop;               /* report each time that counting stops */
    char *out;                  /* file; NULL: stderr */
    GPtrArray *calls;           /* names of tables, or files */
} PluginOptions;

/*
 * Read @argc options of the form name=value (docs/counting.md). False with a
 * sentence in *@error where one is wrong.
 */
bool plugin_options_read(PluginOptions *options, int argc, char **argv,
                         char **error);

void plugin_options_clear(PluginOptions *options);

#endif
