/*
 * cca-smmuv3 as a device: what its properties change in ID registers and in
 * behaviour, as Non-secure software sees it, and what is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "smmu-fault.h"
#include "smmu-stream.h"

enum { R_IIDR = 0x18, R_AIDR = 0x1c };
enum { OP_TLBI_EL2_ALL = 0x20, OP_ATC_INV = 0x40, OP_SYNC = 0x46,
       CS_IRQ = 1 << 12, CR0_VMW = 1 << 6, CR2_PTM = 4 };

static Smmu smmu;

/* The G of -global */
#define G(setting) "-global cca-smmuv3." setting " "

static void expect(const char *what, uint64_t seen, uint64_t want)
{
    if (seen != want) {
        smmu_fail(&smmu, "%s is 0x%" PRIx64 ", not 0x%" PRIx64, what, seen,
                  want);
    }
}

/* --- what is refused ------------------------------------------------------ */

static const struct Bad {
    const char *name, *machine, *says;
    const char *global[5];      /* after "cca-smmuv3." */
} bad[] = {
    { "gpt", "", "gpt=pe: must be root-page (the Root page decides) or "
      "follow-pe (as if firmware had copied the PEs' configuration to it)",
      { "gpt=pe" } },
    { "gpt-empty", "", "gpt=: must be root-page (the Root page decides) or "
      "follow-pe (as if firmware had copied the PEs' configuration to it)",
      { "gpt=" } },
    { "ats", "", "PRI needs ATS.", { "ats=off" } },
    { "pri", "", "IDR3.PPS needs PRI.", { "pri=off" } },
    { "stages", "", "At least one stage of translation is needed.",
      { "s1p=off", "s2p=off" } },
    { "s1p", "", "hyp, asid16, ssid-bits, had and e0pd need stage 1.",
      { "s1p=off" } },
    { "s2p", "", "vmid16, vmw, xnx, fwb and ptwnnc need stage 2.",
      { "s2p=off" } },
    { "cd2l", "", "Two-level CD tables (cd2l) need SubstreamIDs.",
      { "ssid-bits=0" } },
    { "st-level", "", "StreamIDs of 7 bits or more need two-level Stream "
      "tables.", { "st-level=off" } },
    { "stall-forced", "", "stall-forced needs stall.", { "stall-forced=on" } },
    { "root", "", "bgptm and rgptm need the Root page (root).",
      { "root=off" } },
    { "root-realm", "", "Realm state (realm) needs the Root page (root).",
      { "root=off", "bgptm=off", "rgptm=off" } },
    { "gpt-maintenance", "", "The Root page needs bgptm or rgptm to maintain "
      "GPT caches.", { "bgptm=off", "rgptm=off" } },
    { "realm-hyp", "", "Realm state needs both stages and EL2 (s1p, s2p, "
      "hyp).", { "hyp=off" } },
    { "realm-fwb", "", "Realm state needs had, xnx, fwb, stt, e0pd and "
      "ptwnnc.", { "fwb=off" } },
    { "realm-bbml", "", "Realm state needs IDR3.BBML == 2.", { "bbml=1" } },
    { "mec", ",mec=on", "MEC needs Realm state (realm).", { "realm=off" } },
    { "mecid-bits-0", ",mec=on", "A MECID has 1 to 16 bits.",
      { "mecid-bits=0" } },
    { "mecid-bits-17", ",mec=on", "A MECID has 1 to 16 bits.",
      { "mecid-bits=17" } },
    { "dpt", "", "The Device Permission Table needs Realm state and ATS.",
      { "dpt=on", "ats=off", "pri=off", "pps=off" } },
    { "httu", "", "IDR0.HTTU is 0, 1 or 2.", { "httu=3" } },
    { "bbml", "", "IDR3.BBML is 0, 1 or 2.", { "bbml=3" } },
    { "sid-bits-5", "", "A StreamID has 6 to 32 bits.", { "sid-bits=5" } },
    { "sid-bits-33", "", "A StreamID has 6 to 32 bits.", { "sid-bits=33" } },
    { "ssid-bits-21", "", "A SubstreamID has at most 20 bits.",
      { "ssid-bits=21" } },
    { "cmdq", "", "A queue has at most 2^19 entries.", { "cmdq-log2=20" } },
    { "eventq", "", "A queue has at most 2^19 entries.",
      { "eventq-log2=20" } },
    { "priq", "", "A queue has at most 2^19 entries.", { "priq-log2=255" } },
    { "oas", "", "The output address size is 32, 36, 40, 42, 44, 48 or 52.",
      { "oas=50" } },
    { "granules", "", "At least one translation granule is needed.",
      { "gran4k=off", "gran16k=off", "gran64k=off" } },
    { "ds", "", "IDR5.DS needs the 4KB or the 16KB granule.",
      { "gran4k=off", "gran16k=off" } },
    { "oas-52", "", "52-bit output addresses need the 64KB granule or "
      "IDR5.DS.", { "gran64k=off", "ds=off" } },
    { "tlb-entries-0", "", "The translation cache has 1 to 4194304 entries.",
      { "tlb-entries=0" } },
    { "tlb-entries-big", "", "The translation cache has 1 to 4194304 "
      "entries.", { "tlb-entries=4194305" } },
    { "root-offset-odd", "", "The Root Control Page must be 64KB-aligned.",
      { "root-offset=0x20001" } },
    { "root-offset-page-1", "", "The Root Control Page lies on Page 0 or "
      "Page 1.", { "root-offset=0x10000" } },
    { "root-offset-realm", "", "The Root Control Page lies on the Realm "
      "pages.", { "root-offset=0x50000" } },
    { "root-offset-far", "", "cca-smmuv3.root-offset=0x1000000: cca-virt has "
      "0x1000000 bytes for the SMMU's pages", { "root-offset=0x1000000" } },
    { "type-bool", "", "can't apply global cca-smmuv3.ats=maybe: Parameter "
      "'ats' expects 'on' or 'off'", { "ats=maybe" } },
    { "type-uint8", "", "can't apply global cca-smmuv3.oas=256: Parameter "
      "'oas' expects uint8_t", { "oas=256" } },
    { "no-such", "", "can't apply global cca-smmuv3.colour=1: Property "
      "'cca-smmuv3.colour' not found", { "colour=1" } },
    { "two-smmus", ",iommu=smmuv3", "cca-virt iommu=smmuv3 (QEMU's own SMMU) "
      "needs smmu=off", { NULL } },
    { "smmu-on-iommu", ",smmu=on,iommu=smmuv3", "cca-virt iommu=smmuv3 "
      "(QEMU's own SMMU) needs smmu=off", { NULL } },
    { "smmu-maybe", ",smmu=maybe", "Parameter 'smmu' expects 'on' or 'off'",
      { NULL } },
};

static void run_bad(const void *opaque)
{
    const struct Bad *b = opaque;
    g_autofree char *machine = g_strdup_printf("cca-virt%s", b->machine);
    g_autofree char *err = NULL, *want = NULL;
    char *globals[ARRAY_SIZE(b->global)];
    const char *args[16] = {
        "-M", machine, "-display", "none", "-accel", "qtest",
    };
    unsigned n = 6, made = 0;

    for (; b->global[made]; made++) {
        globals[made] = g_strdup_printf("cca-smmuv3.%s", b->global[made]);
        args[n++] = "-global";
        args[n++] = globals[made];
    }
    err = qemu_refusal(args);
    want = g_strdup_printf(": %s\n", b->says);
    if (!g_str_has_suffix(err, want)) {
        g_test_message("'%s', not '%s'", err, b->says);
        g_test_fail();
    }
    for (unsigned i = 0; i < made; i++) {
        g_free(globals[i]);
    }
}

/* --- what a property changes, as Non-secure software sees it -------------- */

static uint32_t id(unsigned reg)
{
    return qtest_readl(smmu.qts, SMMU_BASE + reg);
}

static bool takes(unsigned reg, uint32_t bits)
{
    uint32_t old = smmu_read(&smmu, reg), seen;

    smmu_write(&smmu, reg, old | bits);
    seen = smmu_read(&smmu, reg);
    smmu_write(&smmu, reg, old);
    return (seen & bits) == bits;
}

/* An access through a stream of @shape, with a bent STE and CD. */
typedef void Bend(SmmuStream *x);

static void stream_ends(const SmmuShape *shape, Bend *bend,
                        const SmmuDma *dma, unsigned event)
{
    SmmuStream x = { 0 };
    SmmuEvt want;

    smmu_reset(&smmu);
    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &x, shape);
    if (bend) {
        bend(&x);
    }
    smmu_stream_install(&x);
    want = smmu_stream_event(&x, dma, event);
    smmu_stream_access(&x, dma, event ? END_ABORT : END_WORKS);
    smmu_expect_event(&smmu, &want);
}

static const SmmuDma plain;

static unsigned command(uint64_t w0, uint64_t w1)
{
    unsigned error;

    smmu_reset(&smmu);
    smmu_configure(&smmu, NULL);
    smmu_cmd(&smmu, w0, w1);
    error = smmu_submit(&smmu);
    if (error) {
        smmu.configured = false;
        smmu_disable(&smmu);
    }
    return error;
}

static void see_ats(bool on)
{
    ExerciserId self = { 0 };
    ExerciserAts answer;
    SmmuStream x = { 0 };

    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &x, &(SmmuShape) { .config = CFG_S1 });
    x.ste.eats = EATS_FULL;
    smmu_stream_install(&x);
    exerciser_enable(&smmu.ex, true, true, false);
    answer = exerciser_ats(&smmu.ex, &self, x.va, false);
    expect("cause", answer.cause, on ? EXERCISER_CAUSE_NONE :
                                       EXERCISER_CAUSE_UNSUPPORTED);
    exerciser_enable(&smmu.ex, false, true, false);
    smmu_expect_event(&smmu, NULL);
    expect("ATC_INV", command(OP_ATC_INV | (uint64_t)smmu.ex.rid << 32, 0),
           on ? CERROR_NONE : CERROR_ILL);
    smmu_disable(&smmu);
    expect("ATSCHK", takes(R_CR0, CR0_ATSCHK), on);
    expect("REC_CFG_ATS", takes(R_CR2, CR2_REC_CFG_ATS), on);
}

static void see_pri(bool on)
{
    expect("PRIQEN", takes(R_CR0, CR0_PRIQEN), on);
    expect("PRIQ_IRQEN", takes(R_IRQ_CTRL, IRQ_PRIQ), on);
    expect("PRIQ_PROD", takes(R_PRIQ_PROD, 1), on);
}

static void see_msi(bool on)
{
    uint64_t page;

    expect("CFG1", takes(R_EVENTQ_IRQ_CFG1, 0xff), on);
    smmu_configure(&smmu, NULL);
    page = smmu_alloc(&smmu, 4096);
    smmu_cmd(&smmu, OP_SYNC | CS_IRQ | 0x77ull << 32, page);
    expect("CERROR", smmu_submit(&smmu), CERROR_NONE);
    expect("memory", qtest_readl(smmu.qts, page), on ? 0x77 : 0);
}

static void set_s(SmmuStream *x)
{
    x->cd.s = true;
}

static void hold(SmmuStream *x)
{
    x->cd.s = true;
    smmu_set_desc(&x->s1, x->leaf1, 0);
}

static void see_stall(bool on)
{
    ExerciserId waits = { .stallable = true };
    SmmuShape shape = { .config = CFG_S1 };
    SmmuStream x = { 0 };

    if (!on) {
        stream_ends(&shape, set_s, &plain, C_BAD_CD);
        return;
    }
    stream_ends(&shape, set_s, &plain, EV_NONE);
    smmu_stream_new(&smmu, &x, &shape);
    hold(&x);
    smmu_stream_install(&x);
    expect("cause", exerciser_dma(&smmu.ex, &waits, false, x.va, 0, 8),
           EXERCISER_CAUSE_HELD);
    expect("HELD", exerciser_reg(&smmu.ex, EXERCISER_INFO) & INFO_HELD,
           INFO_HELD);
}

/* Terminating is not possible then: CD.S has to be 1. */
static void see_stall_forced(bool on)
{
    SmmuShape shape = { .config = CFG_S1 };

    stream_ends(&shape, set_s, &plain, EV_NONE);
    stream_ends(&shape, NULL, &plain, on ? C_BAD_CD : EV_NONE);
}

static void see_btm(bool on)
{
    expect("PTM", takes(R_CR2, CR2_PTM), on);
}

static void see_vmw(bool on)
{
    expect("VMW", takes(R_CR0, CR0_VMW), on);
}

static void clear_af(SmmuStream *x)
{
    x->cd.ha = true;
    smmu_set_desc(&x->s1, x->leaf1, smmu_desc(&x->s1, x->leaf1) & ~D_AF);
}

static void set_hd(SmmuStream *x)
{
    x->cd.ha = x->cd.hd = true;
}

static void see_ha(bool on)
{
    stream_ends(&(SmmuShape) { .config = CFG_S1 }, clear_af, &plain,
                on ? EV_NONE : C_BAD_CD);
}

static void see_hd(bool on)
{
    stream_ends(&(SmmuShape) { .config = CFG_S1 }, set_hd, &plain,
                on ? EV_NONE : C_BAD_CD);
}

static void wide_asid(SmmuStream *x)
{
    x->cd.asid = 0x1234;
}

static void see_asid16(bool on)
{
    stream_ends(&(SmmuShape) { .config = CFG_S1 }, wide_asid, &plain,
                on ? EV_NONE : C_BAD_CD);
}

static void wide_vmid(SmmuStream *x)
{
    x->ste.s2vmid = 0x1234;
}

static void see_vmid16(bool on)
{
    stream_ends(&(SmmuShape) { .config = CFG_S2 }, wide_vmid, &plain,
                on ? EV_NONE : C_BAD_STE);
}

static void see_stage(bool on, unsigned config)
{
    /* Nothing is built: Config decides before anything is read. */
    SmmuShape shape = { .config = on ? config : CFG_BYPASS };
    SmmuStream x = { 0 };
    SmmuEvt event;

    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &x, &shape);
    x.ste.config = config;
    smmu_stream_install(&x);
    event = smmu_stream_event(&x, &plain, on ? EV_NONE : C_BAD_STE);
    smmu_stream_access(&x, &plain, on ? END_WORKS : END_ABORT);
    smmu_expect_event(&smmu, &event);
}

static void see_s1p(bool on)
{
    see_stage(on, CFG_S1);
}

static void see_s2p(bool on)
{
    see_stage(on, CFG_S2);
}

static void see_granule(bool on, unsigned granule)
{
    SmmuShape s1 = { .config = CFG_S1, .g1 = granule };
    SmmuShape s2 = { .config = CFG_S2, .g2 = granule, .in2 = 40 };

    stream_ends(&s1, NULL, &plain, on ? EV_NONE : C_BAD_CD);
    stream_ends(&s2, NULL, &plain, on ? EV_NONE : C_BAD_STE);
}

static void see_gran4k(bool on)
{
    see_granule(on, 12);
}

static void see_gran16k(bool on)
{
    see_granule(on, 14);
}

static void see_gran64k(bool on)
{
    see_granule(on, 16);
}

/* Bypass of an address of more than 40 bits; on: it is none too many. */
static void see_oas(bool on)
{
    SmmuDma dma = { .addr = 1ull << 40 };
    SmmuStream x = { 0 };
    ExerciserId self = { 0 };
    SmmuEvt event;

    smmu_configure(&smmu, NULL);
    smmu_stream_new(&smmu, &x, &(SmmuShape) { .config = CFG_BYPASS });
    smmu_stream_install(&x);
    /* There is no memory either way. */
    expect("cause", exerciser_dma(&smmu.ex, &self, false, dma.addr, 0, 8),
           EXERCISER_CAUSE_ABORT);
    event = smmu_stream_event(&x, &dma, on ? EV_NONE : F_ADDR_SIZE);
    smmu_expect_event(&smmu, &event);
}

/* On: StreamID 0x77 is one; off: there are 64 of them. */
static void see_sid_bits(bool on)
{
    ExerciserId stranger = { .forge = true, .rid = 0x77 };

    smmu_configure(&smmu, NULL);
    exerciser_dma(&smmu.ex, &stranger, false, MAILBOX_TEST_BASE, 0, 8);
    smmu_expect_event(&smmu, &(SmmuEvt) {
        .id = on ? C_BAD_STE : C_BAD_STREAMID, .sid = 0x77 });
}

static void with_cds(SmmuStream *x)
{
    x->ste.s1dss = S1DSS_SSID0;
}

static void see_ssid_bits(bool on)
{
    SmmuShape shape = { .config = CFG_S1, .cdmax = 4 };
    SmmuDma one = { .id = { .pasid_valid = true, .pasid = 1 } };

    stream_ends(&shape, with_cds, &plain, EV_NONE);
    stream_ends(&shape, with_cds, &one, on ? C_BAD_CD : C_BAD_SUBSTREAMID);
}

static void see_cd2l(bool on)
{
    SmmuShape shape = { .config = CFG_S1, .cdmax = 8, .cdfmt = 1 };

    stream_ends(&shape, with_cds, &plain, on ? EV_NONE : C_BAD_STE);
}

static void reserved_strw(SmmuStream *x)
{
    x->ste.strw = 3;
}

/* Without EL2, STE.STRW means nothing. */
static void see_hyp(bool on)
{
    stream_ends(&(SmmuShape) { .config = CFG_S1 }, reserved_strw, &plain,
                on ? C_BAD_STE : EV_NONE);
    expect("TLBI_EL2_ALL", command(OP_TLBI_EL2_ALL, 0),
           on ? CERROR_NONE : CERROR_ILL);
}

static void see_cmdq_log2(bool on)
{
    smmu_write64(&smmu, R_CMDQ_BASE, smmu.cmdq | 19);
    smmu_write(&smmu, R_CMDQ_PROD, 0xfffff);
    expect("PROD", smmu_read(&smmu, R_CMDQ_PROD), on ? 0xfffff : 0x1f);
}

static void see_gbpa_abort(bool on)
{
    ExerciserId self = { 0 };

    expect("cause", exerciser_dma(&smmu.ex, &self, false, MAILBOX_TEST_BASE,
                                  0, 8),
           on ? EXERCISER_CAUSE_ABORT : EXERCISER_CAUSE_NONE);
}

typedef struct Property {
    const char *name, *on, *off;    /* options */
    unsigned reg;                   /* that differs, in Non-secure Page 0 */
    uint32_t mask, value_on, value_off;
    void (*see)(bool on);           /* may be NULL */
} Property;

#define FLAG(r, bit) r, 1u << (bit), 1u << (bit), 0

static const Property properties[] = {
    { "ats", "", G("ats=off") G("pri=off") G("pps=off"), FLAG(R_IDR0, 10),
      see_ats },
    { "pri", "", G("pri=off") G("pps=off"), FLAG(R_IDR0, 16), see_pri },
    { "pps", "", G("pps=off"), FLAG(R_IDR3, 5) },
    { "msi", "", G("msi=off"), FLAG(R_IDR0, 13), see_msi },
    { "sev", "", G("sev=off"), FLAG(R_IDR0, 14) },
    { "vmw", "", G("vmw=off"), FLAG(R_IDR0, 17), see_vmw },
    { "btm", G("btm=on"), "", FLAG(R_IDR0, 5), see_btm },
    { "stall", G("stall=on"), "", R_IDR0, 3 << 24, 0, 1 << 24, see_stall },
    { "stall-forced", G("stall=on") G("stall-forced=on"), G("stall=on"),
      R_IDR0, 3 << 24, 2 << 24, 0, see_stall_forced },
    { "httu-1", G("httu=1"), G("httu=0"), R_IDR0, 3 << 6, 1 << 6, 0, see_ha },
    { "httu-2", "", G("httu=1"), R_IDR0, 3 << 6, 2 << 6, 1 << 6, see_hd },
    { "asid16", "", G("asid16=off"), FLAG(R_IDR0, 12), see_asid16 },
    { "vmid16", "", G("vmid16=off"), FLAG(R_IDR0, 18), see_vmid16 },
    { "s1p", "", G("s1p=off") G("hyp=off") G("asid16=off") G("ssid-bits=0")
      G("cd2l=off") G("had=off") G("e0pd=off") G("realm=off") G("mec=off"),
      FLAG(R_IDR0, 1), see_s1p },
    { "s2p", "", G("s2p=off") G("vmid16=off") G("vmw=off") G("xnx=off")
      G("fwb=off") G("ptwnnc=off") G("realm=off") G("mec=off"),
      FLAG(R_IDR0, 0), see_s2p },
    { "hyp", "", G("hyp=off") G("realm=off") G("mec=off"), FLAG(R_IDR0, 9),
      see_hyp },
    { "cd2l", "", G("cd2l=off"), FLAG(R_IDR0, 19), see_cd2l },
    { "st-level", "", G("st-level=off") G("sid-bits=6"), R_IDR0, 3 << 27,
      1 << 27, 0 },
    { "root", "", G("root=off") G("bgptm=off") G("rgptm=off") G("realm=off")
      G("mec=off"), FLAG(R_IDR0, 30) },
    { "sid-bits", "", G("sid-bits=6"), R_IDR1, 0x3f, 16, 6, see_sid_bits },
    { "ssid-bits", "", G("ssid-bits=0") G("cd2l=off"), R_IDR1, 0x1f << 6,
      20 << 6, 0, see_ssid_bits },
    { "priq-log2", "", G("priq-log2=3"), R_IDR1, 0x1f << 11, 7 << 11,
      3 << 11 },
    { "eventq-log2", "", G("eventq-log2=5"), R_IDR1, 0x1f << 16, 19 << 16,
      5 << 16 },
    { "cmdq-log2", "", G("cmdq-log2=4"), R_IDR1, 0x1f << 21, 19 << 21,
      4 << 21, see_cmdq_log2 },
    { "had", "", G("had=off") G("realm=off") G("mec=off"), FLAG(R_IDR3, 2) },
    { "xnx", "", G("xnx=off") G("realm=off") G("mec=off"), FLAG(R_IDR3, 4) },
    { "fwb", "", G("fwb=off") G("realm=off") G("mec=off"), FLAG(R_IDR3, 8) },
    { "stt", "", G("stt=off") G("realm=off") G("mec=off"), FLAG(R_IDR3, 9) },
    { "ril", "", G("ril=off"), FLAG(R_IDR3, 10) },
    { "bbml", "", G("bbml=1") G("realm=off") G("mec=off"), R_IDR3, 3 << 11,
      2 << 11, 1 << 11 },
    { "e0pd", "", G("e0pd=off") G("realm=off") G("mec=off"),
      FLAG(R_IDR3, 13) },
    { "ptwnnc", "", G("ptwnnc=off") G("realm=off") G("mec=off"),
      FLAG(R_IDR3, 14) },
    { "oas", "", G("oas=40"), R_IDR5, 7, 6, 2, see_oas },
    { "gran4k", "", G("gran4k=off"), FLAG(R_IDR5, 4), see_gran4k },
    { "gran16k", "", G("gran16k=off"), FLAG(R_IDR5, 5), see_gran16k },
    { "gran64k", "", G("gran64k=off"), FLAG(R_IDR5, 6), see_gran64k },
    { "ds", "", G("ds=off"), FLAG(R_IDR5, 7) },
    { "vax", "", G("vax=off"), R_IDR5, 3 << 10, 1 << 10, 0 },
    { "gbpa-abort", G("gbpa-abort=on"), "", R_GBPA, GBPA_ABORT, GBPA_ABORT, 0,
      see_gbpa_abort },
};

static void run_property(const void *opaque)
{
    const Property *p = opaque;

    for (unsigned on = 0; on < 2; on++) {
        g_autofree char *what = g_strdup_printf("%s %s", p->name,
                                                on ? "on" : "off");

        smmu_start_bare(&smmu, on ? p->on : p->off);
        smmu.what = what;
        exerciser_enable(&smmu.ex, false, true, false);
        expect("the ID", id(p->reg) & p->mask,
               on ? p->value_on : p->value_off);
        if (p->see) {
            p->see(on);
        }
        smmu_quit(&smmu);
    }
}

/* Without options: the values of Arm's FVP, which RMM accepts. */
static void test_reference(void)
{
    static const struct { unsigned reg; uint32_t value; } regs[] = {
        { R_IDR0, 0x498f769b }, { R_IDR1, 0x0e733d10 },
        { 0x08, 0 }, { R_IDR3, 0x773c }, { 0x10, 0 }, { R_IDR5, 0x4f6 },
        { R_IIDR, 0x43b }, { R_AIDR, 3 }, { 0x190, 0 },
    };

    smmu_start_bare(&smmu, "");
    smmu.what = "reference";
    for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
        expect("an ID", id(regs[i].reg), regs[i].value);
    }
    smmu_quit(&smmu);
}

/* -------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        g_autofree char *path = g_strdup_printf("cca/smmu-device/refused/%s",
                                                bad[i].name);

        qtest_add_data_func(path, &bad[i], run_bad);
    }
    qtest_add_func("cca/smmu-device/reference", test_reference);
    for (size_t i = 0; i < ARRAY_SIZE(properties); i++) {
        g_autofree char *path = g_strdup_printf("cca/smmu-device/property/%s",
                                                properties[i].name);

        qtest_add_data_func(path, &properties[i], run_property);
    }
    return g_test_run();
}
