/*
 * TCG plugin that counts instructions, switches and calls between markers:
 * what binds the counts (count.h) to QEMU. See docs/counting.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE             /* dladdr() */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <qemu-plugin.h>

#include "block.h"
#include "count.h"
#include "insn.h"
#include "names.h"
#include "options.h"
#include "report.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

/* A QEMU without our series has none of these. */
#pragma weak cca_pe_watch_install
#pragma weak cca_trace_hlt_imm

static PluginOptions options;
static CountBlocks *blocks;
static Count *counts;
static CountNames *names;
static struct qemu_plugin_scoreboard *board;
static bool hlt_works;
static unsigned reports;
static GMutex report_lock;

static CountSlot *slot_of(void *opaque, unsigned pe)
{
    return qemu_plugin_scoreboard_find(board, pe);
}

/* --- what QEMU tells ----------------------------------------------------- */

static void on_switch(unsigned pe, const CcaPeSwitch *how)
{
    count_switched(counts, pe, how);
}

static void on_placed(unsigned pe, CcaPeContext now)
{
    count_placed(counts, pe, now);
}

static void on_unwound(unsigned pe, int insns)
{
    count_unwound(counts, pe, insns);
}

static const CcaPeWatch watch = {
    .switched = on_switch,
    .placed = on_placed,
    .unwound = on_unwound,
};

/* --- reports --------------------------------------------------------------*/

static void report(bool at_stop)
{
    g_autofree char *file = NULL;
    GString *text;
    FILE *to = stderr;

    g_mutex_lock(&report_lock);
    count_update(counts);
    text = count_report(counts, names, options.format);
    if (options.out) {
        file = at_stop ? g_strdup_printf("%s.%u", options.out, ++reports) :
                         g_strdup(options.out);
        to = fopen(file, "w");
        if (!to) {
            fprintf(stderr, "cca-count: %s cannot be written: %s\n", file,
                    g_strerror(errno));
            to = stderr;
        }
    }
    fwrite(text->str, 1, text->len, to);
    if (to == stderr) {
        fflush(to);
    } else if (fclose(to)) {
        fprintf(stderr, "cca-count: %s is not complete: %s\n", file,
                g_strerror(errno));
    }
    g_string_free(text, TRUE);
    g_mutex_unlock(&report_lock);
}

static void at_exit(qemu_plugin_id_t id, void *unused)
{
    report(false);
}

/* --- translation --------------------------------------------------------- */

/* A marker or a toggle in a block, as on_mark() is told of it. */
typedef struct Mark {
    uint64_t number;
    unsigned rest;
    bool hlt;
} Mark;

/* Marks that were translated; they last as long as QEMU. */
static GMutex marks_lock;
static GHashTable *marks;

static guint hash_mark(gconstpointer key)
{
    const Mark *mark = key;

    return g_int64_hash(&mark->number) ^ mark->rest << 1 ^ mark->hlt;
}

static gboolean equal_marks(gconstpointer a, gconstpointer b)
{
    const Mark *x = a, *y = b;

    return x->number == y->number && x->rest == y->rest && x->hlt == y->hlt;
}

static Mark *mark_of(bool hlt, uint64_t number, unsigned rest)
{
    Mark wanted = { number, rest, hlt }, *mark;

    g_mutex_lock(&marks_lock);
    mark = g_hash_table_lookup(marks, &wanted);
    if (!mark) {
        mark = g_new(Mark, 1);
        *mark = wanted;
        g_hash_table_add(marks, mark);
    }
    g_mutex_unlock(&marks_lock);
    return mark;
}

static void on_mark(unsigned pe, void *opaque)
{
    const Mark *mark = opaque;

    if (count_mark(counts, pe, mark->hlt, mark->number, mark->rest) &&
        options.at_stop) {
        report(true);
    }
}

static void look_for_marks(struct qemu_plugin_insn *insn, unsigned rest)
{
    Mark *mark = NULL;
    uint64_t number;
    uint32_t code;
    unsigned imm;

    if (qemu_plugin_insn_data(insn, &code, sizeof(code)) != sizeof(code)) {
        return;
    }
    code = GUINT32_FROM_LE(code);
    if (count_insn_is_marker(code, &number)) {
        mark = mark_of(false, number, rest);
    } else if (hlt_works && count_insn_is_hlt(code, &imm) &&
               imm == options.count.hlt) {
        mark = mark_of(true, 0, rest);
    }
    if (mark) {
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark,
                                               QEMU_PLUGIN_CB_NO_REGS, mark);
    }
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    uint8_t size[COUNT_BLOCK_MAX_INSNS];
    unsigned n = qemu_plugin_tb_n_insns(tb);

    g_assert(n <= COUNT_BLOCK_MAX_INSNS);
    for (unsigned i = 0; i < n; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

        size[i] = qemu_plugin_insn_size(insn);
        look_for_marks(insn, n - i);
    }
    qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
        tb, QEMU_PLUGIN_INLINE_ADD_U64,
        qemu_plugin_scoreboard_u64_in_struct(board, CountSlot, insns), n);
    qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
        tb, QEMU_PLUGIN_INLINE_STORE_U64,
        qemu_plugin_scoreboard_u64_in_struct(board, CountSlot, block),
        count_block(blocks, qemu_plugin_tb_vaddr(tb), n, size));
}

static void on_flush(qemu_plugin_id_t id)
{
    count_blocks_forget(blocks);
}

/* The machine's options are known when the first PE is there. */
static void on_first_pe(qemu_plugin_id_t id, unsigned pe)
{
    static gsize told;

    if (options.count.has_hlt && g_once_init_enter(&told)) {
        hlt_works = cca_trace_hlt_imm() == (int)options.count.hlt;
        if (!hlt_works) {
            fprintf(stderr, "cca-count: hlt=0x%x does nothing: the machine "
                    "has no trace-hlt=0x%x, so this HLT is UNDEFINED\n",
                    options.count.hlt, options.count.hlt);
        }
        g_once_init_leave(&told, 1);
    }
}

/* --- installation -------------------------------------------------------- */

/* The file of a table: a path, or the name of one that lies beside us. */
static char *table_file(const char *table)
{
    Dl_info self;

    if (!strchr(table, '/') && !g_str_has_suffix(table, ".ini") &&
        dladdr((void *)&qemu_plugin_version, &self)) {
        g_autofree char *folder = g_path_get_dirname(self.dli_fname);
        g_autofree char *name = g_strconcat(table, ".ini", NULL);

        return g_build_filename(folder, "tables", name, NULL);
    }
    return g_strdup(table);
}

static bool load_table(const char *table)
{
    g_autofree char *file = table_file(table);
    g_autoptr(GError) error = NULL;

    if (!count_names_load(names, file, &error)) {
        fprintf(stderr, "cca-count: %s\n", error->message);
        return false;
    }
    return true;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
                                           const qemu_info_t *info, int argc,
                                           char **argv)
{
    g_autofree char *error = NULL;

    if (!plugin_options_read(&options, argc, argv, &error)) {
        fprintf(stderr, "cca-count: %s\n", error);
        return -1;
    }
    if (!info->system_emulation || !g_str_equal(info->target_name, "aarch64")) {
        fprintf(stderr, "cca-count: counts what qemu-system-aarch64 runs\n");
        return -1;
    }
    names = count_names_new();
    if (!load_table("smccc")) {
        return -1;
    }
    for (guint i = 0; i < options.calls->len; i++) {
        if (!load_table(options.calls->pdata[i])) {
            return -1;
        }
    }
    if (!cca_pe_watch_install || !cca_trace_hlt_imm) {
        fprintf(stderr, "cca-count: this QEMU does not tell where a PE "
                "executes: use the one that qemu/attach builds\n");
        return -1;
    }
    if (!cca_pe_watch_install(&watch)) {
        fprintf(stderr, "cca-count: only one such plugin can be used\n");
        return -1;
    }
    blocks = count_blocks_new();
    board = qemu_plugin_scoreboard_new(sizeof(CountSlot));
    marks = g_hash_table_new(hash_mark, equal_marks);
    counts = count_new(&options.count, info->system.max_vcpus, blocks,
                       slot_of, NULL);
    qemu_plugin_register_vcpu_init_cb(id, on_first_pe);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_flush_cb(id, on_flush);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
