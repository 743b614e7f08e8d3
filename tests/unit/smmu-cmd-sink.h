/*
 * Commands for tests: made of bit numbers, and a sink that notes what each
 * asks for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SMMU_CMD_SINK_H
#define SMMU_CMD_SINK_H

#include "cmd.h"
#include "cmocka-all.h"
#include "smmu-words.h"

enum { NS = CCA_SEC_SID_NS, S = CCA_SEC_SID_SECURE, R = CCA_SEC_SID_REALM,
       MAX_BITS = 8 };

static struct {
    unsigned configs, tlbs, dpts, others;
    SmmuCfgInv config;
    SmmuTlbInv tlb[2];
    CcaSecSid dpt_sec_sid;
    uint64_t dpt_first, dpt_last;
    bool dpt_leaf;
    SmmuCmd other;
} asked;

static void on_config(void *opaque, const SmmuCfgInv *inv)
{
    assert_ptr_equal(opaque, &asked);
    asked.configs++;
    asked.config = *inv;
}

static void on_tlb(void *opaque, const SmmuTlbInv *inv)
{
    assert_ptr_equal(opaque, &asked);
    assert_true(asked.tlbs < COUNT_OF(asked.tlb));
    asked.tlb[asked.tlbs++] = *inv;
}

static void on_dpt(void *opaque, CcaSecSid sec_sid, uint64_t first,
                   uint64_t last, bool leaf)
{
    assert_ptr_equal(opaque, &asked);
    asked.dpts++;
    asked.dpt_sec_sid = sec_sid;
    asked.dpt_first = first;
    asked.dpt_last = last;
    asked.dpt_leaf = leaf;
}

static void on_other(void *opaque, const SmmuCmd *cmd)
{
    assert_ptr_equal(opaque, &asked);
    asked.others++;
    asked.other = *cmd;
}

static inline unsigned asked_in_all(void)
{
    return asked.configs + asked.tlbs + asked.dpts + asked.others;
}

/* Decode, and if that goes well carry out. */
static inline SmmuCmdError issue(int queue, uint8_t op, const SmmuBits *bits,
                                 SmmuTweak *tweak, const SmmuCmdRegs *regs)
{
    static const SmmuCmdSink sink = { on_config, on_tlb, on_dpt, on_other,
                                      &asked };
    static const SmmuCmdSink nobody;
    SmmuFeatures f = smmu_all_features();
    uint64_t words[2] = { op };
    SmmuCmdError error;
    SmmuCmd cmd;

    if (tweak) {
        tweak(&f);
    }
    smmu_put_list(words, bits, MAX_BITS);
    memset(&asked, 0, sizeof(asked));
    memset(&cmd, 0xaa, sizeof(cmd));
    error = smmu_cmd_decode(&cmd, &f, queue, words);
    if (error == SMMU_CERROR_NONE) {
        assert_int_equal(cmd.op, op);
        assert_int_equal(cmd.queue, queue);
        smmu_cmd_run(&cmd, regs, &nobody);
        assert_int_equal(asked_in_all(), 0);
        smmu_cmd_run(&cmd, regs, &sink);
    }
    return error;
}

/* Bits of all commands that have them. */
#define SSEC        { 10, 10, 1 }
#define SSV         { 11, 11, 1 }
#define SSID(v)     { 31, 12, (v) }
#define SID(v)      { 63, 32, (v) }
#define BIT0        { 64, 64, 1 }       /* Leaf */

#endif
