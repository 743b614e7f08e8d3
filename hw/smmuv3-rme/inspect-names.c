/*
 * Looking at an SMMU: conditions by name.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "inspect.h"
#include "smmu-regs.h"

const char *smmu_sec_sid_name(CcaSecSid sec_sid)
{
    static const char *const names[] = { "ns", "secure", "realm" };

    return (unsigned)sec_sid < CCA_SEC_SID__COUNT ? names[sec_sid] : "?";
}

const char *smmu_irq_name(SmmuIrqSource source)
{
    static const char *const names[SMMU_IRQ__COUNT] = {
        [SMMU_IRQ_GERROR] = "GERROR", [SMMU_IRQ_PRIQ] = "PRI queue",
        [SMMU_IRQ_EVENTQ] = "Event queue", [SMMU_IRQ_CMD_SYNC] = "CMD_SYNC",
    };

    return (unsigned)source < SMMU_IRQ__COUNT ? names[source] : "?";
}

const char *smmu_ats_status_name(SmmuAtsStatus status)
{
    static const char *const names[] = { "success", "UR", "CA" };

    return (unsigned)status <= SMMU_ATS_CA ? names[status] : "?";
}

const char *smmu_step_name(SmmuStepKind kind)
{
    static const char *const names[SMMU_STEP__COUNT] = {
        "L1STD", "STE", "L1CD", "CD", "stage 1", "stage 2", "DPT", "output",
    };

    return (unsigned)kind < SMMU_STEP__COUNT ? names[kind] : "?";
}

const char *smmu_outcome_name(SmmuOutcome outcome)
{
    static const char *const names[] = { "pass", "abort", "RAZ/WI", "stall" };

    return (unsigned)outcome <= SMMU_STALL ? names[outcome] : "?";
}

const char *smmu_gerror_name(unsigned bit)
{
    static const char *const names[] = {
        [0] = "CMDQ_ERR", [2] = "EVENTQ_ABT_ERR", [3] = "PRIQ_ABT_ERR",
        [4] = "MSI_CMDQ_ABT_ERR", [5] = "MSI_EVENTQ_ABT_ERR",
        [6] = "MSI_PRIQ_ABT_ERR", [7] = "MSI_GERROR_ABT_ERR",
        [8] = "SFM_ERR", [9] = "CMDQP_ERR", [10] = "DPT_ERR",
    };

    return bit < sizeof(names) / sizeof(names[0]) ? names[bit] : NULL;
}

const char *smmu_gpc_reason_name(SmmuGpcReason reason)
{
    switch (reason) {
    case SMMU_GPC_TRANSLATION:
        return "translation";
    case SMMU_GPC_GERROR:
        return "the SMMU itself";
    case SMMU_GPC_TRANSACTION:
        return "transaction";
    default:
        return "?";
    }
}

const char *smmu_gpc_code_name(SmmuGpcReason reason, uint8_t code)
{
    static const char *const own[] = {
        [SMMU_GPC_CMDQ] = "Command queue", [SMMU_GPC_EVENTQ] = "Event queue",
        [SMMU_GPC_PRIQ] = "PRI queue", [SMMU_GPC_MSI_CMDQ] = "MSI of CMD_SYNC",
        [SMMU_GPC_MSI_EVENTQ] = "MSI of the Event queue",
        [SMMU_GPC_MSI_PRIQ] = "MSI of the PRI queue",
        [SMMU_GPC_MSI_GERROR] = "MSI of GERROR", [SMMU_GPC_OTHER] = "other",
    };

    if (reason == SMMU_GPC_GERROR) {
        return code < sizeof(own) / sizeof(own[0]) && own[code] ? own[code] :
                                                                  "?";
    }
    if (reason == SMMU_GPC_TRANSACTION) {
        return "output";
    }
    switch (code) {
    case SMMU_GPC_STE_FETCH:
        return "STE fetch";
    case SMMU_GPC_CD_FETCH:
        return "CD fetch";
    case SMMU_GPC_WALK:
        return "walk";
    case SMMU_GPC_VMS_FETCH:
        return "VMS fetch";
    default:
        return "?";
    }
}

const char *smmu_cfg_err_name(uint8_t cfg_err)
{
    static const char *const names[] = {
        [SMMU_CFG_ERR_CONFIG] = "GPT_BASE_CFG is invalid",
        [SMMU_CFG_ERR_BASE] = "GPT_BASE is out of range",
        [SMMU_CFG_ERR_EABT] = "External abort on a GPT fetch",
        [SMMU_CFG_ERR_ENTRY] = "invalid GPT entry",
        [SMMU_CFG_ERR_TABLE] = "level 1 table is out of range",
    };

    return cfg_err < sizeof(names) / sizeof(names[0]) ? names[cfg_err] : "?";
}
