/*
 * Granule Protection Tables: configuration and entries.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "gpt.h"

#define BIT_MASK(n) ((n) >= 64 ? ~0ull : (1ull << (n)) - 1)

/*
 * Protected address bits of {PPS3,PPS}; 0 is reserved. The 56, 46 and 47 bit
 * sizes come with FEAT_RME_GPC3.
 */
static unsigned decode_pps(const GptImpl *impl, uint64_t gpccr)
{
    static const uint8_t bits[8] = { 32, 36, 40, 42, 44, 48, 52, 0 };
    unsigned pps = GPT_GET(gpccr, GPCCR_PPS);

    if (impl->rme < 3) {
        return bits[pps];
    }
    switch (pps | GPT_GET(gpccr, GPCCR_PPS3) << GPCCR_PPS_LEN) {
    case GPCCR_PPS_46:
        return 46;
    case GPCCR_PPS_47:
        return 47;
    case GPCCR_PPS_56:
        return 56;
    default:
        return GPT_GET(gpccr, GPCCR_PPS3) ? 0 : bits[pps];
    }
}

/* log2 of the granule size; 0 is reserved. */
static unsigned decode_pgs(const GptImpl *impl, uint64_t gpccr)
{
    switch (GPT_GET(gpccr, GPCCR_PGS)) {
    case GPCCR_PGS_4K:
        return impl->tgran4 ? 12 : 0;
    case GPCCR_PGS_64K:
        return impl->tgran64 ? 16 : 0;
    case GPCCR_PGS_16K:
        return impl->tgran16 ? 14 : 0;
    default:
        return 0;
    }
}

static bool cacheability_ok(uint64_t gpccr)
{
    switch (GPT_GET(gpccr, GPCCR_SH)) {
    case GPCCR_SH_RESERVED:
        return false;
    case GPCCR_SH_OUTER:
        return true;
    default:
        /* Non-cacheable is Outer Shareable, nothing else. */
        return GPT_GET(gpccr, GPCCR_IRGN) != GPCCR_RGN_NC ||
               GPT_GET(gpccr, GPCCR_ORGN) != GPCCR_RGN_NC;
    }
}

/* GPCBW_EL3: the window is 2^size_log2 bytes in each 2^stride_log2. */
static bool decode_bypass(GptConfig *cfg, uint64_t gpcbw)
{
    unsigned size, stride;
    uint64_t base = GPT_GET(gpcbw, GPCBW_BWADDR) << 30;

    switch (GPT_GET(gpcbw, GPCBW_BWSIZE)) {
    case 0: case 1: case 2: case 4: case 6:
        size = 30 + GPT_GET(gpcbw, GPCBW_BWSIZE);
        break;
    default:
        return false;
    }
    switch (GPT_GET(gpcbw, GPCBW_BWSTRIDE)) {
    case 0: case 2: case 4: case 6: case 7: case 8: case 9: case 0xa:
        stride = 40 + GPT_GET(gpcbw, GPCBW_BWSTRIDE);
        break;
    case 0x10:      /* one window, no repetition */
        stride = 56;
        break;
    default:
        return false;
    }
    if ((base & BIT_MASK(size)) || (base & ~BIT_MASK(stride))) {
        return false;
    }
    cfg->bw_on = true;
    cfg->bw_mask = BIT_MASK(stride) & ~BIT_MASK(size);
    cfg->bw_match = base;
    return true;
}

/* Which GPIs may stand in a table, and what each one grants. */
static void decode_gpis(GptConfig *cfg, const GptImpl *impl, uint64_t gpccr)
{
    uint16_t any = 1u << GPT_GPI_ANY;

    cfg->gpi_valid = any | 1u << GPT_GPI_NO_ACCESS | 1u << GPT_GPI_NS |
                     1u << GPT_GPI_ROOT | 1u << GPT_GPI_REALM;
    cfg->gpi_grants[CCA_PAS_NS] = any | 1u << GPT_GPI_NS;
    cfg->gpi_grants[CCA_PAS_ROOT] = any | 1u << GPT_GPI_ROOT;
    cfg->gpi_grants[CCA_PAS_REALM] = any | 1u << GPT_GPI_REALM;
    cfg->gpi_grants[CCA_PAS_SECURE] = any;
    cfg->gpi_grants[CCA_PAS_SA] = any;
    cfg->gpi_grants[CCA_PAS_NSP] = any;

    if (impl->sel2) {
        cfg->gpi_valid |= 1u << GPT_GPI_SECURE;
        cfg->gpi_grants[CCA_PAS_SECURE] |= 1u << GPT_GPI_SECURE;
    }
    if (impl->rme >= 2 && GPT_GET(gpccr, GPCCR_NSO)) {
        cfg->gpi_valid |= 1u << GPT_GPI_NSO;
    }
    if (impl->gdi) {
        if (GPT_GET(gpccr, GPCCR_SA)) {
            cfg->gpi_valid |= 1u << GPT_GPI_SA;
            cfg->gpi_grants[CCA_PAS_SA] |= 1u << GPT_GPI_SA;
        }
        if (GPT_GET(gpccr, GPCCR_NSP)) {
            cfg->gpi_valid |= 1u << GPT_GPI_NSP;
            cfg->gpi_grants[CCA_PAS_NSP] |= 1u << GPT_GPI_NSP;
        }
        if (GPT_GET(gpccr, GPCCR_NA6)) {
            cfg->gpi_valid |= 1u << GPT_GPI_NA6;
        }
        if (GPT_GET(gpccr, GPCCR_NA7)) {
            cfg->gpi_valid |= 1u << GPT_GPI_NA7;
        }
    }
}

void gpt_config_decode(GptConfig *cfg, const GptImpl *impl,
                       const GptRegs *regs)
{
    uint64_t gpccr = regs->gpccr, raw_base;
    int align = 12, table_bits;

    *cfg = (GptConfig) {
        .enabled = GPT_GET(gpccr, GPCCR_GPC),
        .pps = decode_pps(impl, gpccr),
        .pgs = decode_pgs(impl, gpccr),
        .l0_shift = 30 + impl->l0gptsz,
        .pairs = impl->gdi,
    };
    cfg->valid = cfg->pps && cfg->pps <= impl->pa_bits && cfg->pgs &&
                 cacheability_ok(gpccr);
    if (impl->rme >= 2) {
        cfg->appsaa = GPT_GET(gpccr, GPCCR_APPSAA);
        cfg->denied = GPT_GET(gpccr, GPCCR_SPAD) << CCA_PAS_SECURE |
                      GPT_GET(gpccr, GPCCR_NSPAD) << CCA_PAS_NS |
                      GPT_GET(gpccr, GPCCR_RLPAD) << CCA_PAS_REALM;
    }
    if (impl->rme >= 3 && GPT_GET(gpccr, GPCCR_GPCBW)) {
        cfg->valid &= decode_bypass(cfg, regs->gpcbw);
    }
    decode_gpis(cfg, impl, gpccr);
    if (!cfg->valid) {
        return;
    }

    /*
     * The base is compared with the protected size as written; the walk
     * then ignores the bits below the alignment of the level 0 table.
     */
    raw_base = GPT_GET(regs->gptbr, GPTBR_BADDR) << 12;
    if (impl->rme >= 3) {
        raw_base |= GPT_GET(regs->gptbr, GPTBR_BADDR_HI) << 52;
    }
    cfg->base_ok = !(raw_base & ~BIT_MASK(cfg->pps));
    table_bits = cfg->pps - cfg->l0_shift + 3;
    if (align < table_bits) {
        align = table_bits;
    }
    cfg->base = raw_base & ~BIT_MASK(align);
}

uint64_t gpt_gpccr_writable(const GptImpl *impl)
{
    uint64_t mask = GPCCR_PPS_MASK | GPCCR_IRGN_MASK | GPCCR_ORGN_MASK |
                    GPCCR_SH_MASK | GPCCR_PGS_MASK | GPCCR_GPC_MASK |
                    GPCCR_GPCP_MASK;

    if (impl->rme >= 2) {
        mask |= GPCCR_RLPAD_MASK | GPCCR_NSPAD_MASK | GPCCR_SPAD_MASK |
                GPCCR_NSO_MASK | GPCCR_APPSAA_MASK;
    }
    if (impl->rme >= 3) {
        mask |= GPCCR_PPS3_MASK | GPCCR_GPCBW_MASK;
    }
    if (impl->gdi) {
        mask |= GPCCR_SA_MASK | GPCCR_NSP_MASK | GPCCR_NA6_MASK |
                GPCCR_NA7_MASK;
    }
    return mask;
}

uint64_t gpt_gptbr_writable(const GptImpl *impl)
{
    return GPTBR_BADDR_MASK | (impl->rme >= 3 ? GPTBR_BADDR_HI_MASK : 0);
}

uint64_t gpt_gpcbw_writable(const GptImpl *impl)
{
    return impl->rme < 3 ? 0 :
           GPCBW_BWADDR_MASK | GPCBW_BWSTRIDE_MASK | GPCBW_BWSIZE_MASK;
}

uint64_t gpt_l0_entry_addr(const GptConfig *cfg, uint64_t pa)
{
    return cfg->base + ((pa & BIT_MASK(cfg->pps)) >> cfg->l0_shift) * 8;
}

uint64_t gpt_l1_entry_addr(const GptConfig *cfg, uint64_t table, uint64_t pa)
{
    return table + ((pa & BIT_MASK(cfg->l0_shift)) >> (cfg->pgs + 4)) * 8;
}

static bool gpi_valid(const GptConfig *cfg, uint8_t gpi)
{
    return cfg->gpi_valid >> gpi & 1;
}

GptEntry gpt_l0_decode(const GptConfig *cfg, uint64_t entry)
{
    GptEntry e = { .kind = GPT_ENTRY_INVALID, .shift = cfg->l0_shift };
    uint64_t table;

    switch (GPT_GET(entry, GPT_TYPE)) {
    case GPT_L0_BLOCK:
        e.gpi = GPT_GET(entry, GPT_GPI);
        if (!(entry & GPT_BLOCK_RES0_MASK) && gpi_valid(cfg, e.gpi)) {
            e.kind = GPT_ENTRY_BLOCK;
        }
        break;
    case GPT_L0_TABLE:
        table = entry & GPT_TABLE_ADDR_MASK;
        if ((entry & (GPT_TABLE_RES0_LO_MASK | GPT_TABLE_RES0_HI_MASK)) ||
            (table & BIT_MASK(cfg->l0_shift - cfg->pgs - 1))) {
            break;
        }
        e.kind = table & ~BIT_MASK(cfg->pps) ? GPT_ENTRY_TOO_BIG :
                                               GPT_ENTRY_TABLE;
        e.table = table;
        break;
    }
    return e;
}

static bool all_gpis_valid(const GptConfig *cfg, uint64_t entry)
{
    /* Most entries are 16 times the same. */
    if (entry == (entry & 15) * 0x1111111111111111ull) {
        return gpi_valid(cfg, entry & 15);
    }
    for (unsigned i = 0; i < 16; i++, entry >>= 4) {
        if (!gpi_valid(cfg, entry & 15)) {
            return false;
        }
    }
    return true;
}

GptEntry gpt_l1_decode(const GptConfig *cfg, uint64_t entry)
{
    static const uint8_t contig_shift[4] = {
        [GPT_CONTIG_2M] = 21, [GPT_CONTIG_32M] = 25, [GPT_CONTIG_512M] = 29,
    };
    GptEntry e = { .kind = GPT_ENTRY_INVALID, .shift = cfg->pgs + 4 };

    if (GPT_GET(entry, GPT_TYPE) == GPT_L1_CONTIGUOUS) {
        e.gpi = GPT_GET(entry, GPT_GPI);
        if (!(entry & GPT_CONTIG_RES0_MASK) && gpi_valid(cfg, e.gpi) &&
            GPT_GET(entry, GPT_CONTIG) != GPT_CONTIG_RESERVED) {
            e.kind = GPT_ENTRY_CONTIGUOUS;
            e.shift = contig_shift[GPT_GET(entry, GPT_CONTIG)];
        }
    } else if (all_gpis_valid(cfg, entry)) {
        e.kind = GPT_ENTRY_GRANULES;
    }
    return e;
}

bool gpt_gpi_grants(const GptConfig *cfg, uint8_t gpi, CcaPas pas,
                    CcaPas state, bool *state_dependent)
{
    if (gpi == GPT_GPI_NSO && pas == CCA_PAS_NS) {
        *state_dependent = true;
        return state == CCA_PAS_NS || state == CCA_PAS_ROOT;
    }
    return cfg->gpi_grants[pas] >> gpi & 1;
}

bool gpt_tlbi_range(const GptConfig *cfg, uint64_t operand,
                    uint64_t *base, uint64_t *size)
{
    static const uint8_t shifts[16] = {
        12, 14, 16, 21, 25, 29, 30, 34, 36, 39,
    };
    unsigned shift = shifts[GPT_GET(operand, TLBI_RPA_SIZE)];
    uint64_t pa = GPT_GET(operand, TLBI_RPA_ADDR) << 12 |
                  GPT_GET(operand, TLBI_RPA_ADDR_HI) << 52;

    if (!shift) {
        return false;
    }
    if (shift < cfg->pgs) {
        shift = cfg->pgs;
    }
    *base = pa & ~BIT_MASK(shift);
    *size = 1ull << shift;
    return true;
}
