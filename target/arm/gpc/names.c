/*
 * How the architecture spells things, for people.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stddef.h>
#include "cca/access.h"
#include "gpt.h"

#define NAME_OF(table, i) \
    ((size_t)(i) < sizeof(table) / sizeof((table)[0]) && (table)[i] ? \
     (table)[i] : "?")

const char *cca_pas_name(CcaPas pas)
{
    static const char *const names[] = {
        [CCA_PAS_SECURE] = "Secure", [CCA_PAS_NS] = "Non-secure",
        [CCA_PAS_ROOT] = "Root", [CCA_PAS_REALM] = "Realm",
        [CCA_PAS_SA] = "System Agent", [CCA_PAS_NSP] = "Non-secure Protected",
    };

    return NAME_OF(names, pas);
}

const char *cca_gpcf_name(CcaGpcf fault)
{
    static const char *const names[] = {
        [CCA_GPCF_NONE] = "none",
        [CCA_GPCF_ADDRESS_SIZE] = "GPT address size fault",
        [CCA_GPCF_WALK] = "GPT walk fault",
        [CCA_GPCF_FAIL] = "granule protection fault",
        [CCA_GPCF_EABT] = "External abort on GPT fetch",
    };

    return NAME_OF(names, fault);
}

const char *gpt_gpi_name(uint8_t gpi)
{
    static const char *const names[16] = {
        [GPT_GPI_NO_ACCESS] = "No access",
        [GPT_GPI_SA] = "System Agent", [GPT_GPI_NSP] = "Non-secure Protected",
        [GPT_GPI_NA6] = "No access (6)", [GPT_GPI_NA7] = "No access (7)",
        [GPT_GPI_SECURE] = "Secure", [GPT_GPI_NS] = "Non-secure",
        [GPT_GPI_ROOT] = "Root", [GPT_GPI_REALM] = "Realm",
        [GPT_GPI_NSO] = "Non-secure only", [GPT_GPI_ANY] = "Any",
    };

    return gpi < 16 && names[gpi] ? names[gpi] : "reserved";
}

const char *gpt_entry_kind_name(GptEntryKind kind)
{
    static const char *const names[] = {
        [GPT_ENTRY_INVALID] = "invalid",
        [GPT_ENTRY_TOO_BIG] = "table above the protected space",
        [GPT_ENTRY_TABLE] = "table", [GPT_ENTRY_BLOCK] = "block",
        [GPT_ENTRY_CONTIGUOUS] = "contiguous",
        [GPT_ENTRY_GRANULES] = "granules",
    };

    return NAME_OF(names, kind);
}
