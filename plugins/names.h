/*
 * Names of calls, from tables: one file per firmware, since function ids
 * collide between them.
 *
 * A table is a file in the syntax of GLib's GKeyFile. A group is an interface:
 * its key "from" lists who calls it (ns-el2;realm-el1;... or *), the others are
 * function ids with their names. The group "ranges" names ranges of ids that
 * have no name of their own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_COUNT_NAMES_H
#define CCA_COUNT_NAMES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct CountNames CountNames;

CountNames *count_names_new(void);
void count_names_free(CountNames *names);

/* Add the table @file. False with a sentence in *@error: no such table. */
bool count_names_load(CountNames *names, const char *file, GError **error);

/*
 * What @id is, called from @context (count.h). Where tables disagree, all
 * names with " | " between them, and *@ambiguous is set. Without a name: the
 * range that the id is in, or "?". To be freed with g_free().
 */
char *count_names_find(const CountNames *names, uint32_t id, unsigned context,
                       bool *ambiguous);

/* The context that "ns-el2" and the like name; -1: none. */
int count_context_by_name(const char *name);

/* How people write it: "Non-secure EL2". A static string. */
const char *count_context_name(unsigned context);

/* The Security state alone: "Non-secure". A static string. */
const char *count_world_name(unsigned world);

#endif
