/*
 * Granule protection: registers and table formats.
 *
 * Section names are those of the Arm Architecture Reference Manual for
 * A-profile (DDI 0487).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CCA_GPT_REGS_H
#define CCA_GPT_REGS_H

#include <stdint.h>

/* A field of @name: @name##_SHIFT, @name##_LEN, @name##_MASK (in place). */
#define GPT_FIELD(name, shift, len)                                     \
    enum { name##_SHIFT = (shift), name##_LEN = (len) };                \
    static const uint64_t name##_MASK __attribute__((unused)) =         \
        ((len) == 64 ? ~0ull : ((1ull << ((len) & 63)) - 1)) << (shift)

/* The value of field @name in @reg; @reg with field @name set to @val. */
#define GPT_GET(reg, name) (((reg) & name##_MASK) >> name##_SHIFT)
#define GPT_SET(reg, name, val)                                         \
    (((reg) & ~name##_MASK) |                                           \
     (((uint64_t)(val) << name##_SHIFT) & name##_MASK))

/* GPCCR_EL3, Granule Protection Check Control Register (EL3) */
GPT_FIELD(GPCCR_PPS, 0, 3);         /* protected physical address size */
GPT_FIELD(GPCCR_PPS3, 3, 1);        /* FEAT_RME_GPC3: bit 3 of PPS */
GPT_FIELD(GPCCR_RLPAD, 5, 1);       /* FEAT_RME_GPC2: Realm PAS disabled */
GPT_FIELD(GPCCR_NSPAD, 6, 1);       /* FEAT_RME_GPC2: Non-secure ditto */
GPT_FIELD(GPCCR_SPAD, 7, 1);        /* FEAT_RME_GPC2: Secure ditto */
GPT_FIELD(GPCCR_IRGN, 8, 2);
GPT_FIELD(GPCCR_ORGN, 10, 2);
GPT_FIELD(GPCCR_SH, 12, 2);
GPT_FIELD(GPCCR_PGS, 14, 2);        /* granule size */
GPT_FIELD(GPCCR_GPC, 16, 1);        /* enable */
GPT_FIELD(GPCCR_GPCP, 17, 1);
GPT_FIELD(GPCCR_TBGPCD, 18, 1);     /* FEAT_TRBE_EXT */
GPT_FIELD(GPCCR_NSO, 19, 1);        /* FEAT_RME_GPC2: GPI NSO is valid */
GPT_FIELD(GPCCR_L0GPTSZ, 20, 4);    /* read-only */
GPT_FIELD(GPCCR_APPSAA, 24, 1);     /* FEAT_RME_GPC2: above PPS all pass */
GPT_FIELD(GPCCR_SA, 25, 1);         /* FEAT_RME_GDI: GPI SA is valid */
GPT_FIELD(GPCCR_NSP, 26, 1);        /* FEAT_RME_GDI: GPI NSP is valid */
GPT_FIELD(GPCCR_NA6, 27, 1);        /* FEAT_RME_GDI: GPI NA6 is valid */
GPT_FIELD(GPCCR_NA7, 28, 1);        /* FEAT_RME_GDI: GPI NA7 is valid */
GPT_FIELD(GPCCR_GPCBW, 29, 1);      /* FEAT_RME_GPC3: bypass windows */

enum {
    GPCCR_PPS_32 = 0, GPCCR_PPS_36 = 1, GPCCR_PPS_40 = 2, GPCCR_PPS_42 = 3,
    GPCCR_PPS_44 = 4, GPCCR_PPS_48 = 5, GPCCR_PPS_52 = 6, GPCCR_PPS_56 = 7,
    /* {PPS3,PPS} */
    GPCCR_PPS_46 = 8, GPCCR_PPS_47 = 9,

    GPCCR_SH_NON = 0, GPCCR_SH_RESERVED = 1, GPCCR_SH_OUTER = 2,
    GPCCR_SH_INNER = 3,

    GPCCR_RGN_NC = 0,

    GPCCR_PGS_4K = 0, GPCCR_PGS_64K = 1, GPCCR_PGS_16K = 2,
    GPCCR_PGS_RESERVED = 3,

    GPCCR_L0GPTSZ_30 = 0, GPCCR_L0GPTSZ_34 = 4, GPCCR_L0GPTSZ_36 = 6,
    GPCCR_L0GPTSZ_39 = 9,
};

/* GPTBR_EL3, Granule Protection Table Base Register */
GPT_FIELD(GPTBR_BADDR, 0, 40);      /* PA[51:12] */
GPT_FIELD(GPTBR_BADDR_HI, 40, 4);   /* FEAT_RME_GPC3: PA[55:52] */

/* GPCBW_EL3, Granule Protection Check Bypass Window Register (FEAT_RME_GPC3) */
GPT_FIELD(GPCBW_BWADDR, 0, 26);     /* PA[55:30] */
GPT_FIELD(GPCBW_BWSTRIDE, 32, 5);
GPT_FIELD(GPCBW_BWSIZE, 37, 3);

/* MFAR_EL3, PA Fault Address Register, as used by GPC exceptions */
GPT_FIELD(MFAR_FPA, 12, 44);        /* PA[55:12] */
GPT_FIELD(MFAR_NSE, 62, 1);
GPT_FIELD(MFAR_NS, 63, 1);

/* Operand of TLBI RPAOS and TLBI RPALOS */
GPT_FIELD(TLBI_RPA_ADDR, 0, 40);    /* PA[51:12] */
GPT_FIELD(TLBI_RPA_ADDR_HI, 40, 4); /* PA[55:52] */
GPT_FIELD(TLBI_RPA_SIZE, 44, 4);

/* Table entries (8 bytes, little-endian) */
GPT_FIELD(GPT_TYPE, 0, 4);          /* level 0, and level 1 if contiguous */
GPT_FIELD(GPT_GPI, 4, 4);           /* Block and Contiguous */
GPT_FIELD(GPT_BLOCK_RES0, 8, 56);
GPT_FIELD(GPT_TABLE_RES0_LO, 4, 8);
GPT_FIELD(GPT_TABLE_ADDR, 12, 40);  /* PA[51:12] */
GPT_FIELD(GPT_TABLE_RES0_HI, 52, 12);
GPT_FIELD(GPT_CONTIG, 8, 2);
GPT_FIELD(GPT_CONTIG_RES0, 10, 54);

enum {
    GPT_L0_BLOCK = 1, GPT_L0_TABLE = 3, GPT_L1_CONTIGUOUS = 1,

    GPT_CONTIG_RESERVED = 0, GPT_CONTIG_2M = 1, GPT_CONTIG_32M = 2,
    GPT_CONTIG_512M = 3,
};

/* Granule protection information (GPI) */
typedef enum GptGpi {
    GPT_GPI_NO_ACCESS = 0x0,
    GPT_GPI_SA = 0x4, GPT_GPI_NSP = 0x5, GPT_GPI_NA6 = 0x6, GPT_GPI_NA7 = 0x7,
    GPT_GPI_SECURE = 0x8, GPT_GPI_NS = 0x9, GPT_GPI_ROOT = 0xa,
    GPT_GPI_REALM = 0xb, GPT_GPI_NSO = 0xd, GPT_GPI_ANY = 0xf,
} GptGpi;

#endif
