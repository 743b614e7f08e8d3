/*
 * Stream Table Entries: every rule of validity with a row that differs from
 * a valid entry, random entries.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "cmocka-all.h"
#include "rng.h"
#include "smmu-ste-base.h"

SMMU_TWEAK(no_s1p, s1p, false)
SMMU_TWEAK(no_s2p, s2p, false)
SMMU_TWEAK(no_secure, secure_impl, false)
SMMU_TWEAK(no_root, root_impl, false)
SMMU_TWEAK(no_hyp, hyp, false)
SMMU_TWEAK(no_ats, ats, false)
SMMU_TWEAK(no_dpt, dpt, false)
SMMU_TWEAK(no_vmid16, vmid16, false)
SMMU_TWEAK(no_cd2l, cd2l, false)
SMMU_TWEAK(no_stall, stall, false)
SMMU_TWEAK(stall_forced, stall_forced, true)
SMMU_TWEAK(no_httu, httu, 0)
SMMU_TWEAK(httu_af, httu, 1)
SMMU_TWEAK(ssid_8, ssid_bits, 8)
SMMU_TWEAK(ssid_0, ssid_bits, 0)
SMMU_TWEAK(no_4k, gran4k, false)
SMMU_TWEAK(no_16k, gran16k, false)
SMMU_TWEAK(no_64k, gran64k, false)
SMMU_TWEAK(no_ds, ds, false)
SMMU_TWEAK(no_stt, stt, false)
SMMU_TWEAK(oas_32, oas, 32)
SMMU_TWEAK(oas_40, oas, 40)
SMMU_TWEAK(oas_42, oas, 42)
SMMU_TWEAK(oas_44, oas, 44)
SMMU_TWEAK(oas_48, oas, 48)

typedef struct Row {
    const char *what;
    CcaSecSid sec_sid;
    unsigned config;
    SmmuSteError want;
    SmmuTweak *tweak;
    SmmuBits bits[6];
} Row;

#define OK SMMU_STE_OK
#define BAD(name) SMMU_STE_BAD_##name

static const Row rows[] = {
    { "bypass", NS, 4, OK, NULL, { { 0 } } },
    { "bypass", SECURE, 4, OK, NULL, { { 0 } } },
    { "bypass", REALM, 4, OK, NULL, { { 0 } } },
    { "stage 1", NS, 5, OK, NULL, { { 0 } } },
    { "stage 1", SECURE, 5, OK, NULL, { { 0 } } },
    { "stage 1", REALM, 5, OK, NULL, { { 0 } } },
    { "stage 2", NS, 6, OK, NULL, { { 0 } } },
    { "stage 2", SECURE, 6, OK, NULL, { { 0 } } },
    { "stage 2", REALM, 6, OK, NULL, { { 0 } } },
    { "nested", NS, 7, OK, NULL, { { 0 } } },
    { "nested", SECURE, 7, OK, NULL, { { 0 } } },
    { "nested", REALM, 7, OK, NULL, { { 0 } } },

    /* Config */
    { "V is 0", NS, 4, BAD(V), NULL, { { WORD0, 4 << 1 } } },
    { "V is 0, abort", NS, 0, BAD(V), NULL, { { WORD0, 0 } } },
    { "abort", NS, 0, OK, NULL, { { 0 } } },
    { "reserved 1", NS, 1, OK, NULL, { { S1CDMAX, 31 } } },
    { "reserved 2", NS, 2, OK, NULL, { { TG, 3 } } },
    { "reserved 3", NS, 3, OK, no_s1p, { { STRW, 3 } } },
    { "no stage 1", NS, 5, BAD(S1), no_s1p, { { 0 } } },
    { "no stage 1, nested", NS, 7, BAD(S1), no_s1p, { { 0 } } },
    { "no stage 1, stage 2", NS, 6, OK, no_s1p, { { 0 } } },
    { "no stage 2", NS, 6, BAD(S2), no_s2p, { { 0 } } },
    { "no stage 2, nested", REALM, 7, BAD(S2), no_s2p, { { 0 } } },
    { "no stage 2, stage 1", NS, 5, OK, no_s2p, { { 0 } } },
    { "no SEL2", SECURE, 6, BAD(S2), no_secure, { { 0 } } },
    { "no SEL2, nested", SECURE, 7, BAD(S2), no_secure, { { 0 } } },
    { "no SEL2, stage 1", SECURE, 5, OK, no_secure, { { 0 } } },

    /* EATS */
    { "full ATS", NS, 5, OK, NULL, { { EATS, 1 } } },
    { "full ATS, S2S", NS, 6, BAD(EATS_STALL), NULL,
      { { EATS, 1 }, { S2S, 1 } } },
    { "full ATS, S2S, nested", NS, 7, BAD(EATS_STALL), NULL,
      { { EATS, 1 }, { S2S, 1 } } },
    { "full ATS, S2S IGNORED", NS, 5, OK, NULL, { { EATS, 1 }, { S2S, 1 } } },
    { "no ATS", NS, 6, OK, no_ats, { { EATS, 1 }, { S2S, 1 } } },
    { "Secure has no ATS", SECURE, 6, OK, NULL, { { EATS, 1 }, { S2S, 1 } } },
    { "split", NS, 7, OK, NULL, { { EATS, 2 } } },
    { "split, Realm", REALM, 7, OK, NULL, { { EATS, 2 } } },
    { "split, stage 1", NS, 5, BAD(EATS_SPLIT), NULL, { { EATS, 2 } } },
    { "split, stage 2", REALM, 6, BAD(EATS_SPLIT), NULL, { { EATS, 2 } } },
    { "split, S2S", NS, 7, BAD(EATS_SPLIT), NULL,
      { { EATS, 2 }, { S2S, 1 } } },
    { "split, bypass", NS, 4, OK, NULL, { { EATS, 2 } } },
    { "split, no ATS", NS, 5, OK, no_ats, { { EATS, 2 } } },
    { "DPT", REALM, 6, OK, NULL, { { EATS, 3 } } },
    { "DPT, S2S", REALM, 6, BAD(EATS_STALL), NULL,
      { { EATS, 3 }, { S2S, 1 } } },
    { "DPT, EL2", REALM, 5, BAD(EATS_DPT), NULL, { { EATS, 3 }, { STRW, 2 } } },
    { "DPT, EL1", REALM, 5, OK, NULL, { { EATS, 3 } } },
    { "DPT, STRW IGNORED", REALM, 6, OK, NULL, { { EATS, 3 }, { STRW, 2 } } },
    { "DPT, none", REALM, 5, OK, no_dpt, { { EATS, 3 }, { STRW, 2 } } },
    { "DPT, NS", NS, 5, OK, NULL, { { EATS, 3 }, { STRW, 2 } } },
    { "DPT_VMATCH 1", REALM, 6, BAD(DPT_VMATCH), NULL,
      { { EATS, 3 }, { VMATCH, 1 } } },
    { "DPT_VMATCH 2", REALM, 6, BAD(DPT_VMATCH), NULL,
      { { EATS, 3 }, { VMATCH, 2 } } },
    { "DPT_VMATCH 3", REALM, 7, BAD(DPT_VMATCH), NULL,
      { { EATS, 3 }, { VMATCH, 3 } } },
    { "DPT_VMATCH, EATS 1", REALM, 6, OK, NULL,
      { { EATS, 1 }, { VMATCH, 3 } } },
    { "DPT_VMATCH, no DPT", REALM, 6, OK, no_dpt,
      { { EATS, 3 }, { VMATCH, 3 } } },

    /* STRW */
    { "STRW EL2", NS, 5, OK, NULL, { { STRW, 2 } } },
    { "STRW 1", NS, 5, BAD(STRW), NULL, { { STRW, 1 } } },
    { "STRW 3", NS, 5, BAD(STRW), NULL, { { STRW, 3 } } },
    { "STRW 1", REALM, 5, BAD(STRW), NULL, { { STRW, 1 } } },
    { "STRW 3", REALM, 5, BAD(STRW), NULL, { { STRW, 3 } } },
    { "STRW EL2", REALM, 5, OK, NULL, { { STRW, 2 } } },
    { "STRW EL3 with RME", SECURE, 5, BAD(STRW), NULL, { { STRW, 1 } } },
    { "STRW EL3", SECURE, 5, OK, no_root, { { STRW, 1 } } },
    { "STRW 3", SECURE, 5, BAD(STRW), no_root, { { STRW, 3 } } },
    { "STRW EL2", SECURE, 5, OK, NULL, { { STRW, 2 } } },
    { "STRW no SEL2", SECURE, 5, BAD(STRW), no_secure, { { STRW, 2 } } },
    { "STRW, no Hyp", NS, 5, OK, no_hyp, { { STRW, 3 } } },
    { "STRW, no Hyp", REALM, 5, BAD(STRW), no_hyp, { { STRW, 3 } } },
    { "STRW, nested", NS, 7, OK, NULL, { { STRW, 3 } } },
    { "STRW, bypass", REALM, 4, OK, NULL, { { STRW, 1 } } },
    { "STRW, no stage 1", NS, 6, OK, no_s1p, { { STRW, 1 } } },

    /* Stage 1 */
    { "S1STALLD", NS, 5, OK, NULL, { { S1STALLD, 1 } } },
    { "S1STALLD", SECURE, 5, OK, NULL, { { S1STALLD, 1 } } },
    { "S1STALLD", REALM, 5, BAD(S1STALLD), NULL, { { S1STALLD, 1 } } },
    { "S1STALLD, no stall", NS, 5, BAD(S1STALLD), no_stall,
      { { S1STALLD, 1 } } },
    { "S1STALLD, no stall", SECURE, 7, BAD(S1STALLD), no_stall,
      { { S1STALLD, 1 } } },
    { "S1STALLD, forced", NS, 5, BAD(S1STALLD), stall_forced,
      { { S1STALLD, 1 } } },
    { "S1STALLD IGNORED", REALM, 6, OK, NULL, { { S1STALLD, 1 } } },
    { "S1CDMax largest", NS, 5, OK, NULL, { { S1CDMAX, 20 } } },
    { "S1CDMax too large", NS, 5, BAD(S1CDMAX), NULL, { { S1CDMAX, 21 } } },
    { "S1CDMax 31", REALM, 7, BAD(S1CDMAX), NULL, { { S1CDMAX, 31 } } },
    { "S1CDMax 8 of 8", NS, 5, OK, ssid_8, { { S1CDMAX, 8 } } },
    { "S1CDMax 9 of 8", NS, 5, BAD(S1CDMAX), ssid_8, { { S1CDMAX, 9 } } },
    { "S1CDMax of none", NS, 5, OK, ssid_0, { { S1CDMAX, 31 } } },
    { "S1CDMax IGNORED", NS, 6, OK, NULL, { { S1CDMAX, 31 } } },
    { "S1Fmt 4KB", NS, 5, OK, NULL, { { S1CDMAX, 8 }, { S1FMT, 1 } } },
    { "S1Fmt 64KB", NS, 5, OK, NULL, { { S1CDMAX, 8 }, { S1FMT, 2 } } },
    { "S1Fmt 4KB, none", NS, 5, BAD(S1FMT), no_cd2l,
      { { S1CDMAX, 8 }, { S1FMT, 1 } } },
    { "S1Fmt 64KB, none", NS, 7, BAD(S1FMT), no_cd2l,
      { { S1CDMAX, 8 }, { S1FMT, 2 } } },
    { "S1Fmt reserved", NS, 5, OK, no_cd2l, { { S1CDMAX, 8 }, { S1FMT, 3 } } },
    { "S1Fmt, one CD", NS, 5, OK, no_cd2l, { { S1FMT, 1 } } },
    { "S1Fmt, no SSIDs", NS, 5, OK, ssid_0, { { S1CDMAX, 8 }, { S1FMT, 1 } } },
    { "S1ContextPtr 52", NS, 5, OK, NULL, { { S1PTR, (1ull << 46) - 1 } } },
    { "S1ContextPtr 53", NS, 5, BAD(S1CONTEXTPTR), NULL,
      { { S1PTR, 1ull << 46 } } },
    { "S1ContextPtr 56", REALM, 7, BAD(S1CONTEXTPTR), NULL,
      { { S1PTR, 1ull << 49 } } },
    { "S1ContextPtr 44", NS, 5, OK, oas_44, { { S1PTR, 1ull << 37 } } },
    { "S1ContextPtr 45", NS, 5, BAD(S1CONTEXTPTR), oas_44,
      { { S1PTR, 1ull << 38 } } },
    { "S1ContextPtr IGNORED", NS, 6, OK, NULL, { { S1PTR, 1ull << 49 } } },

    /* Stage 2: format, stalls, HTTU, VMID */
    { "S2AA64 is 0", NS, 6, BAD(S2AA64), NULL, { { AA64, 0 } } },
    { "S2AA64 is 0", REALM, 7, BAD(S2AA64), NULL, { { AA64, 0 } } },
    { "S2AA64 is 0", SECURE, 6, BAD(S2AA64), NULL, { { AA64, 0 } } },
    { "S2AA64 IGNORED", NS, 5, OK, NULL, { { AA64, 0 } } },
    { "S2S", NS, 6, OK, NULL, { { S2S, 1 } } },
    { "S2S, no stall", NS, 6, BAD(S2S), no_stall, { { S2S, 1 } } },
    { "S2S", REALM, 6, BAD(S2S), NULL, { { S2S, 1 } } },
    { "S2S", SECURE, 6, OK, NULL, { { S2S, 1 } } },
    { "S2S 0, forced", NS, 6, BAD(S2S), stall_forced, { { 0 } } },
    { "S2S 1, forced", NS, 6, OK, stall_forced, { { S2S, 1 } } },
    { "S2S 0, forced", REALM, 6, OK, stall_forced, { { 0 } } },
    { "S2S IGNORED", REALM, 5, OK, NULL, { { S2S, 1 } } },
    { "S2HA", NS, 6, OK, httu_af, { { HA, 1 } } },
    { "S2HA, none", NS, 6, BAD(S2HA), no_httu, { { HA, 1 } } },
    { "S2HD", NS, 6, OK, NULL, { { HA, 1 }, { HD, 1 } } },
    { "S2HD, AF only", NS, 6, BAD(S2HD), httu_af, { { HA, 1 }, { HD, 1 } } },
    { "S2HD alone, none", NS, 7, BAD(S2HD), no_httu, { { HD, 1 } } },
    { "S2HD alone", NS, 6, OK, NULL, { { HD, 1 } } },
    { "S2HA IGNORED", NS, 5, OK, no_httu, { { HA, 1 }, { HD, 1 } } },
    { "S2ENDI", NS, 6, OK, NULL, { { ENDI, 1 } } },
    { "S2VMID 8 bits", NS, 6, OK, no_vmid16, { { VMID, 0xff } } },
    { "S2VMID 9 bits", NS, 6, BAD(S2VMID), no_vmid16, { { VMID, 0x100 } } },
    { "S2VMID 16 bits", NS, 6, OK, NULL, { { VMID, 0xffff } } },
    { "S2VMID, stage 1", NS, 5, BAD(S2VMID), no_vmid16, { { VMID, 0x8000 } } },
    { "S2VMID, stage 1", REALM, 5, BAD(S2VMID), no_vmid16,
      { { VMID, 0x100 } } },
    { "S2VMID, Secure s1", SECURE, 5, OK, no_vmid16, { { VMID, 0x100 } } },
    { "S2VMID, Secure", SECURE, 7, BAD(S2VMID), no_vmid16,
      { { VMID, 0x100 } } },
    { "S2VMID, EL2", NS, 5, OK, no_vmid16, { { VMID, 0x100 }, { STRW, 2 } } },
    { "S2VMID, bypass", NS, 4, OK, no_vmid16, { { VMID, 0x100 } } },

    /* Stage 2: granule, base */
    { "S2TG 64KB", NS, 6, OK, NULL, { { TG, 1 } } },
    { "S2TG 16KB", NS, 6, OK, NULL, { { TG, 2 } } },
    { "S2TG reserved", NS, 6, BAD(S2TG), NULL, { { TG, 3 } } },
    { "no 4KB", NS, 6, BAD(S2TG), no_4k, { { 0 } } },
    { "no 64KB", NS, 6, BAD(S2TG), no_64k, { { TG, 1 } } },
    { "no 16KB", REALM, 7, BAD(S2TG), no_16k, { { TG, 2 } } },
    { "no 4KB, stage 1", NS, 5, OK, no_4k, { { 0 } } },
    { "S2TTB 44", NS, 6, OK, NULL, { { TTB, 1ull << 39 } } },
    { "S2TTB 45", NS, 6, BAD(S2TTB), NULL, { { TTB, 1ull << 40 } } },
    { "S2TTB 33 of 32", NS, 6, BAD(S2TTB), NULL,
      { { PS, 0 }, { TTB, 1ull << 28 } } },
    { "S2TTB 48 of 52", NS, 6, OK, NULL, { { PS, 6 }, { TTB, 1ull << 43 } } },
    { "S2TTB 49, 4KB", NS, 6, BAD(S2TTB), NULL,
      { { PS, 6 }, { TTB, 1ull << 44 } } },
    { "S2TTB 49, 4KB, DS", NS, 6, OK, NULL,
      { { PS, 6 }, { TTB, 1ull << 44 }, { S2DS, 1 } } },
    { "S2TTB 49, no DS", NS, 6, BAD(S2TTB), no_ds,
      { { PS, 6 }, { TTB, 1ull << 44 }, { S2DS, 1 } } },
    { "S2TTB 52, 64KB", NS, 6, OK, NULL,
      { { PS, 6 }, { TTB, 1ull << 47 }, { TG, 1 } } },
    { "S2TTB 49, 16KB", NS, 6, BAD(S2TTB), NULL,
      { { PS, 6 }, { TTB, 1ull << 44 }, { TG, 2 } } },
    { "S2TTB, PS reserved", NS, 6, OK, NULL,
      { { PS, 7 }, { TTB, 1ull << 47 }, { TG, 1 } } },
    { "S2TTB above OAS", NS, 6, BAD(S2TTB), oas_40,
      { { PS, 6 }, { TTB, 1ull << 36 } } },
    { "S2TTB IGNORED", NS, 5, OK, NULL, { { TTB, (1ull << 48) - 1 } } },

    /* Stage 2: size */
    { "S2T0SZ 16", NS, 6, OK, NULL, { { T0SZ, 16 }, { SL0, 2 } } },
    { "S2T0SZ 15", NS, 6, BAD(S2T0SZ), NULL, { { T0SZ, 15 }, { SL0, 2 } } },
    { "S2T0SZ 12, DS", NS, 6, OK, NULL,
      { { T0SZ, 12 }, { SL0, 2 }, { S2DS, 1 } } },
    { "S2T0SZ 11, DS", NS, 6, BAD(S2T0SZ), NULL,
      { { T0SZ, 11 }, { SL0, 2 }, { S2DS, 1 } } },
    { "S2T0SZ 12, no DS", NS, 6, BAD(S2T0SZ), no_ds,
      { { T0SZ, 12 }, { SL0, 2 }, { S2DS, 1 } } },
    { "S2T0SZ 12, 64KB", NS, 6, OK, NULL,
      { { T0SZ, 12 }, { SL0, 2 }, { TG, 1 } } },
    { "S2T0SZ 11, 64KB", NS, 6, BAD(S2T0SZ), NULL,
      { { T0SZ, 11 }, { SL0, 2 }, { TG, 1 } } },
    { "S2T0SZ 12, OAS 48", NS, 6, BAD(S2T0SZ), oas_48,
      { { T0SZ, 12 }, { SL0, 2 }, { TG, 1 } } },
    { "S2T0SZ below OAS", NS, 6, BAD(S2T0SZ), oas_40, { { T0SZ, 23 } } },
    { "S2T0SZ at OAS", NS, 6, OK, oas_40, { { T0SZ, 24 } } },
    { "S2T0SZ 39", NS, 6, OK, no_stt, { { T0SZ, 39 }, { SL0, 0 } } },
    { "S2T0SZ 40", NS, 6, BAD(S2T0SZ), no_stt, { { T0SZ, 40 }, { SL0, 0 } } },
    { "S2T0SZ 48", NS, 6, OK, NULL, { { T0SZ, 48 }, { SL0, 3 } } },
    { "S2T0SZ 49", NS, 6, BAD(S2T0SZ), NULL, { { T0SZ, 49 }, { SL0, 3 } } },
    { "S2T0SZ 47, 64KB", NS, 6, OK, NULL,
      { { T0SZ, 47 }, { SL0, 0 }, { TG, 1 } } },
    { "S2T0SZ 48, 64KB", NS, 6, BAD(S2T0SZ), NULL,
      { { T0SZ, 48 }, { SL0, 0 }, { TG, 1 } } },
    { "S2T0SZ 63", REALM, 7, BAD(S2T0SZ), NULL, { { T0SZ, 63 } } },
    { "S2T0SZ 0", REALM, 7, BAD(S2T0SZ), NULL, { { T0SZ, 0 } } },
    { "S2T0SZ IGNORED", NS, 5, OK, NULL, { { T0SZ, 0 } } },

    /* Stage 2: starting level, 4KB: 31..43 bits from 1, 22..34 from 2, ... */
    { "level 1, 43 bits", NS, 6, OK, NULL, { { T0SZ, 21 } } },
    { "level 1, 44 bits", NS, 6, BAD(S2SL0), NULL, { { T0SZ, 20 } } },
    { "level 1, 31 bits", NS, 6, OK, NULL, { { T0SZ, 33 } } },
    { "level 1, 30 bits", NS, 6, BAD(S2SL0), NULL, { { T0SZ, 34 } } },
    { "level 2, 34 bits", NS, 6, OK, NULL, { { T0SZ, 30 }, { SL0, 0 } } },
    { "level 2, 35 bits", NS, 6, BAD(S2SL0), NULL,
      { { T0SZ, 29 }, { SL0, 0 } } },
    { "level 2, 22 bits", NS, 6, OK, NULL, { { T0SZ, 42 }, { SL0, 0 } } },
    { "level 2, 21 bits", NS, 6, BAD(S2SL0), NULL,
      { { T0SZ, 43 }, { SL0, 0 } } },
    { "level 0, 40 bits", NS, 6, OK, NULL, { { T0SZ, 24 }, { SL0, 2 } } },
    { "level 0, 39 bits", NS, 6, BAD(S2SL0), NULL,
      { { T0SZ, 25 }, { SL0, 2 } } },
    { "level 0, OAS 44", NS, 6, OK, oas_44, { { T0SZ, 20 }, { SL0, 2 } } },
    { "level 0, OAS 42", NS, 6, BAD(S2SL0), oas_42,
      { { T0SZ, 22 }, { SL0, 2 } } },
    { "level 3, 25 bits", NS, 6, OK, NULL, { { T0SZ, 39 }, { SL0, 3 } } },
    { "level 3, 26 bits", NS, 6, BAD(S2SL0), NULL,
      { { T0SZ, 38 }, { SL0, 3 } } },
    { "level 3, no STT", NS, 6, BAD(S2SL0), no_stt,
      { { T0SZ, 39 }, { SL0, 3 } } },
    { "level -1", NS, 6, OK, NULL,
      { { T0SZ, 12 }, { SL0, 0 }, { SL0_2, 1 }, { S2DS, 1 } } },
    { "level -1, 48 bits", NS, 6, BAD(S2SL0), NULL,
      { { T0SZ, 16 }, { SL0, 0 }, { SL0_2, 1 }, { S2DS, 1 } } },
    { "level -1, 49 bits", NS, 6, OK, NULL,
      { { T0SZ, 15 }, { SL0, 0 }, { SL0_2, 1 }, { S2DS, 1 } } },
    { "SL0_2 with SL0 1", NS, 6, BAD(S2SL0), NULL,
      { { SL0, 1 }, { SL0_2, 1 }, { S2DS, 1 } } },
    { "SL0_2 with SL0 2", NS, 6, BAD(S2SL0), NULL,
      { { T0SZ, 12 }, { SL0, 2 }, { SL0_2, 1 }, { S2DS, 1 } } },
    { "SL0_2 without DS", NS, 6, OK, NULL, { { SL0_2, 1 } } },
    { "SL0_2 with 64KB", NS, 6, OK, NULL,
      { { SL0_2, 1 }, { TG, 1 }, { S2DS, 1 } } },
    /* 16KB: 37..51 from 1, 26..40 from 2, 15..29 from 3, 48..52 from 0 */
    { "16KB level 2, 40", NS, 6, OK, NULL, { { TG, 2 } } },
    { "16KB level 2, 41", NS, 6, BAD(S2SL0), NULL,
      { { TG, 2 }, { T0SZ, 23 } } },
    { "16KB level 2, 25", NS, 6, BAD(S2SL0), NULL,
      { { TG, 2 }, { T0SZ, 39 } } },
    { "16KB level 1, 48", NS, 6, OK, NULL,
      { { TG, 2 }, { T0SZ, 16 }, { SL0, 2 } } },
    { "16KB level 1, 36", NS, 6, BAD(S2SL0), NULL,
      { { TG, 2 }, { T0SZ, 28 }, { SL0, 2 } } },
    { "16KB level 1, OAS 42", NS, 6, OK, oas_42,
      { { TG, 2 }, { T0SZ, 24 }, { SL0, 2 } } },
    { "16KB level 1, OAS 40", NS, 6, BAD(S2SL0), oas_40,
      { { TG, 2 }, { T0SZ, 24 }, { SL0, 2 } } },
    { "16KB level 0", NS, 6, OK, NULL,
      { { TG, 2 }, { T0SZ, 12 }, { SL0, 3 }, { S2DS, 1 } } },
    { "16KB level 0, no DS", NS, 6, BAD(S2SL0), NULL,
      { { TG, 2 }, { T0SZ, 16 }, { SL0, 3 } } },
    { "16KB level 3, 16", NS, 6, OK, NULL,
      { { TG, 2 }, { T0SZ, 48 }, { SL0, 0 } } },
    /* 64KB: 43..59 from 1, 30..46 from 2, 17..33 from 3 */
    { "64KB level 2, 46", NS, 6, OK, NULL, { { TG, 1 }, { T0SZ, 18 } } },
    { "64KB level 2, 47", NS, 6, BAD(S2SL0), NULL,
      { { TG, 1 }, { T0SZ, 17 } } },
    { "64KB level 2, 29", NS, 6, BAD(S2SL0), NULL,
      { { TG, 1 }, { T0SZ, 35 } } },
    { "64KB level 1, 42", NS, 6, BAD(S2SL0), NULL,
      { { TG, 1 }, { T0SZ, 22 }, { SL0, 2 } } },
    { "64KB level 1, OAS 42", NS, 6, BAD(S2SL0), oas_42,
      { { TG, 1 }, { T0SZ, 22 }, { SL0, 2 } } },
    { "64KB SL0 3", NS, 6, BAD(S2SL0), NULL, { { TG, 1 }, { SL0, 3 } } },

    /* Secure stage 2: the second table, and that nobody else has one */
    { "S_S2TG 64KB", SECURE, 6, OK, NULL, { { S_TG, 1 } } },
    { "S_S2TG reserved", SECURE, 6, BAD(S_S2TG), NULL, { { S_TG, 3 } } },
    { "S_S2TG no 16KB", SECURE, 7, BAD(S_S2TG), no_16k, { { S_TG, 2 } } },
    { "S_S2TTB 45", SECURE, 6, BAD(S_S2TTB), NULL, { { S_TTB, 1ull << 40 } } },
    { "S_S2TTB 49", SECURE, 6, BAD(S_S2TTB), NULL,
      { { PS, 6 }, { S_TTB, 1ull << 44 } } },
    { "S_S2T0SZ 15", SECURE, 6, BAD(S_S2T0SZ), NULL, { { S_T0SZ, 15 } } },
    { "S_S2T0SZ 49", SECURE, 7, BAD(S_S2T0SZ), NULL, { { S_T0SZ, 49 } } },
    { "S_S2SL0 level 1, 44", SECURE, 6, BAD(S_S2SL0), NULL,
      { { S_T0SZ, 20 } } },
    { "S_S2SL0 level 0, 48", SECURE, 6, OK, NULL,
      { { S_T0SZ, 16 }, { S_SL0, 2 } } },
    { "S_S2SL0_2", SECURE, 6, OK, NULL,
      { { S_T0SZ, 12 }, { S_SL0, 0 }, { S_SL0_2, 1 }, { S2DS, 1 } } },
    { "DS off by S_S2TG 64KB", SECURE, 6, BAD(S2T0SZ), NULL,
      { { T0SZ, 12 }, { SL0, 2 }, { S2DS, 1 }, { S_TG, 1 } } },
    { "both are checked", SECURE, 6, BAD(S2TG), NULL,
      { { TG, 3 }, { S_TG, 3 } } },
    { "S_S2* of NS", NS, 6, OK, NULL,
      { { S_TG, 3 }, { S_TTB, 1ull << 47 }, { S_T0SZ, 63 } } },
    { "S_S2* of Realm", REALM, 7, OK, NULL,
      { { S_TG, 3 }, { S_TTB, 1ull << 47 }, { S_T0SZ, 63 } } },
    { "S_S2* IGNORED", SECURE, 5, OK, NULL, { { S_TG, 3 } } },
    { "OAS 32", REALM, 6, OK, oas_32, { { T0SZ, 32 } } },
};

static void test_validity(void **state)
{
    unsigned failed = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const Row *row = &rows[i];
        SmmuFeatures f = smmu_all_features();
        uint64_t w[8];
        SmmuSte ste;
        bool ok;

        base_ste(w, row->config);
        smmu_put_list(w, row->bits, 6);
        if (row->tweak) {
            row->tweak(&f);
        }
        ok = smmu_ste_decode(&ste, &f, row->sec_sid, false, w);
        if (ste.error != row->want || ok != (row->want == OK)) {
            print_error("row %zu, %s: %s\n", i, row->what,
                        smmu_ste_error_name(ste.error));
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Each reason occurs in the table. */
static void test_every_rule_has_a_row(void **state)
{
    bool seen[SMMU_STE__ERRORS] = { false };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        seen[rows[i].want] = true;
    }
    for (SmmuSteError e = 0; e < SMMU_STE__ERRORS; e++) {
        assert_true(seen[e]);
        assert_string_not_equal(smmu_ste_error_name(e), "?");
    }
}

static void check_invariants(const SmmuFeatures *f, const SmmuSte *s)
{
    uint64_t above_oas = ~((1ull << f->oas) - 1);

    if (s->error != OK) {
        assert_true(!s->s1 && !s->s2 && !s->abort);
        assert_int_equal(s->s1contextptr | s->s2tt[0].ttb | s->mecid, 0);
        return;
    }
    assert_true(!(s->abort && (s->s1 || s->s2)));
    assert_true(!s->s1 || f->s1p);
    assert_true(!s->s2 || f->s2p);
    assert_true(s->s1cdmax <= f->ssid_bits);
    assert_true(s->s1cdmax || (!s->s1fmt && !s->s1dss));
    assert_int_equal(s->s1contextptr & above_oas, 0);
    assert_int_equal(s->s1contextptr & 63, 0);
    assert_true(s->s1fmt < STE_S1FMT_RESERVED);
    assert_int_equal(s->mecid >> f->mecid_bits, 0);
    assert_true(f->vmid16 || s->s2vmid < 256);
    assert_true(s->world == SMMU_WORLD_EL1 || (s->s1 && !s->s2));
    assert_true(!s->s2s || s->s2r);
    assert_true(s->sec_sid != REALM || !s->s2s);
    assert_int_equal(s->dpt_vmatch, 0);
    if (!s->s2) {
        assert_int_equal(s->s2ps, 0);
    }
    for (int i = 0; s->s2 && i < (s->sec_sid == SECURE ? 2 : 1); i++) {
        const SmmuSteS2 *tt = &s->s2tt[i];
        int below = (3 - tt->start_level) * (tt->granule - 3) + tt->granule;
        int bits = 64 - tt->t0sz - below;

        assert_int_equal(tt->ttb & above_oas, 0);
        assert_int_equal(tt->ttb >> s->s2ps, 0);
        assert_in_range(tt->start_level + 1, 0, 4);
        assert_in_range(bits, 1, tt->granule + 1);
        assert_int_equal(tt->ttb & ((8ull << bits) - 1), 0);
        assert_true(64 - tt->t0sz <= f->oas);
    }
}

static void test_random(void **state)
{
    Rng rng = { 0x57e5eed };
    unsigned valid = 0, valid_s2 = 0;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        SmmuFeatures f = smmu_random_features(&rng);
        uint64_t w[8];
        SmmuSte s;

        if (i % 2) {
            /* near a valid one */
            base_ste(w, 4 + rng_below(&rng, 4));
            for (int n = 0; n < 4; n++) {
                unsigned bit = rng_below(&rng, 448);

                w[bit / 64] ^= 1ull << bit % 64;
            }
        } else {
            for (int n = 0; n < 8; n++) {
                w[n] = rng_next(&rng);
            }
        }
        smmu_ste_decode(&s, &f, rng_below(&rng, 3), rng_next(&rng) & 1, w);
        check_invariants(&f, &s);
        valid += s.error == OK;
        valid_s2 += s.error == OK && s.s2;
    }
    assert_true(valid > 10000);
    assert_true(valid_s2 > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validity),
        cmocka_unit_test(test_every_rule_has_a_row),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
