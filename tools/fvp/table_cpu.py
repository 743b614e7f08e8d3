# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters of the PEs (cluster0, cluster1, and the SVE plugin)."""
from .parameters import FIXED, ID, MAPS, NOTHING, Parameter as P

TIMING = "timing is not modelled"
CACHES = "caches are not modelled"


def cluster(name, kind, default, effect, here, meaning, **more):
    """A parameter of each cluster."""
    return P("cluster{cluster}." + name, kind, default, effect, here, meaning,
             **more)


def cpu(name, kind, default, effect, here, meaning, **more):
    """A parameter of each PE."""
    return P("cluster{cluster}.cpu{cpu}." + name, kind, default, effect, here,
             meaning, **more)


def has(name, accepts, here, meaning, kind="int", default=0):
    """A feature that the PE has or has not, whatever is asked for."""
    return cluster(name, kind, default, ID, here, meaning, accepts=accepts)


YES = "the PE has it"
NO = "the PE has it not"

ROWS = [
    # Number and names of PEs
    cluster("NUM_CORES", "int", 4, MAPS, "`-smp`", "PEs of the cluster",
            low=0, high=4),
    cluster("mpidr_layout", "int", 1, MAPS, "`mt=`",
            "Affinity level that numbers PEs: 0 or 1", low=0, high=1),
    cluster("supports_multi_threading", "bool", True, MAPS, "`mt=`",
            "MPIDR_EL1.MT"),
    cluster("CLUSTER_ID", "int", 0, FIXED, "clusters are 0 and 1",
            "Number of the cluster", accepts=(0, 1)),
    cpu("RVBAR", "int", 0, MAPS, "`rvbar=`, one for all PEs",
        "Where the PE starts", low=0, high=(1 << 48) - 4),
    cpu("RVBARADDR", "int", 0, MAPS, "the same as RVBAR",
        "Where the PE starts", low=0, high=(1 << 48) - 4),
    cpu("CONFIG64", "bool", True, FIXED, "PEs start in AArch64 here",
        "AArch64 at reset", accepts=(True,)),
    cpu("VINITHI", "bool", False, NOTHING, "", "High vectors in AArch32"),
    cpu("CFGEND", "bool", False, FIXED, "PEs start little-endian here",
        "Big-endian at reset", accepts=(False,)),
    cpu("CFGTE", "bool", False, NOTHING, "", "T32 exceptions in AArch32"),

    # RME
    cluster("rme_support_level", "int", 0, MAPS,
            "0 `rme=off`; 1, 2, 3 `rme=` the same",
            "Realm Management Extension", low=0, high=3),

    # Architecture versions
    *[has(f"has_arm_v8-{n}", (True,), YES, f"Armv8.{n}", "bool", True)
      for n in range(1, 9)],
    has("has_arm_v8-9", (False,), "the PE has parts of it", "Armv8.9", "bool",
        False),
    *[has(f"has_arm_v9-{n}", (True,), YES, f"Armv9.{n}", "bool", False)
      for n in range(0, 4)],
    *[has(f"has_arm_v9-{n}", (False,), "the PE has parts of it", f"Armv9.{n}",
          "bool", False) for n in (4, 5, 6)],

    # Exception levels and address sizes
    cluster("has_el2", "bool", True, FIXED, "PEs have EL2 here", "EL2",
            accepts=(True,)),
    cluster("has_el3", "bool", True, FIXED, "PEs have EL3 here", "EL3",
            accepts=(True,)),
    cluster("max_32bit_el", "int", 3, NOTHING,
            "PEs have AArch32 at EL0 to EL2, whatever this says",
            "Highest exception level with AArch32", low=-1, high=3),
    cluster("PA_SIZE", "int", 48, NOTHING,
            "PEs have 52 bits, whatever this says", "Bits of addresses",
            low=32, high=56),
    has("has_16k_granule", (True,), YES, "16 KiB granule", "bool", False),
    has("has_large_va", (1, 2), YES, "FEAT_LVA"),
    cluster("has_52bit_address_with_4k", "int", 2, MAPS, "`-cpu …,lpa2=`",
            "FEAT_LPA2", low=0, high=2),
    has("has_large_system_ext", (1, 2), YES, "FEAT_LSE"),
    has("has_128_bit_tt_descriptors", (0,), NO, "FEAT_D128"),

    # SVE and SME
    cluster("has_sve", "bool", True, MAPS, "`-cpu …,sve=`", "FEAT_SVE"),
    cluster("sve.has_sve", "bool", True, MAPS, "the same", "FEAT_SVE"),
    has("sve.has_sve2", (True,), YES, "FEAT_SVE2", "bool", False),
    cluster("sve.has_sme", "bool", True, MAPS, "`-cpu …,sme=`", "FEAT_SME"),
    has("sve.has_sme2", (False,), NO, "FEAT_SME2", "bool", False),
    cluster("sve.has_sme_fa64", "bool", True, MAPS, "`-cpu …,sme_fa64=`",
            "FEAT_SME_FA64"),
    cluster("sve.veclen", "int", 32, MAPS, "`-cpu …,sve-max-vq=`",
            "Longest vector, in 64-bit units: 2 to 32, even", low=2, high=32),
    has("sve.sme_only", (False,), "the PE has SVE outside of streaming mode",
        "SVE in streaming mode only", "bool", False),
    cluster("sve.sme_veclens_implemented", "int", 0x1f, NOTHING,
            "as many as SVE has", "Lengths of streaming vectors"),
    *[has("sve." + name, (0,), NO, meaning) for name, meaning in (
        ("sme2_version", "FEAT_SME2p1"), ("has_sme_f16f16", "FEAT_SME_F16F16"),
        ("has_sme_lutv2", "FEAT_SME_LUTv2"))],
    cluster("sve.enable_at_reset", "bool", False, FIXED,
            "software enables SVE", "SVE is enabled at reset",
            accepts=(False,)),
    P("SVE.ScalableVectorExtension.has_sve", "bool", True, MAPS,
      "`-cpu …,sve=`", "FEAT_SVE"),
    P("SVE.ScalableVectorExtension.has_sve2", "bool", False, ID, YES,
      "FEAT_SVE2", accepts=(True,)),
    P("SVE.ScalableVectorExtension.has_sme", "bool", True, MAPS,
      "`-cpu …,sme=`", "FEAT_SME"),
    P("SVE.ScalableVectorExtension.has_sme2", "bool", False, ID, NO,
      "FEAT_SME2", accepts=(False,)),
    P("SVE.ScalableVectorExtension.veclen", "int", 32, MAPS,
      "`-cpu …,sve-max-vq=`", "Longest vector, in 64-bit units", low=2,
      high=32),
    P("SVE.ScalableVectorExtension.sme_veclens_implemented", "int", 0x1f,
      NOTHING, "as many as SVE has", "Lengths of streaming vectors"),
    P("SVE.ScalableVectorExtension.enable_at_reset", "bool", False, FIXED,
      "software enables SVE", "SVE is enabled at reset", accepts=(False,)),

    # Security
    cluster("has_pointer_authentication", "int", 2, MAPS, "`-cpu …,pauth=`",
            "FEAT_PAuth: 0 off", low=0, high=2),
    cluster("has_qarma3_pac", "int", 0, MAPS, "`-cpu …,pauth-qarma3=`",
            "FEAT_PACQARMA3", low=0, high=2),
    cluster("enhanced_pac2_level", "int", 0, NOTHING, "FEAT_FPACCOMBINE",
            "FEAT_EPAC, FEAT_PAuth2, FEAT_FPAC"),
    has("has_const_pac", (0,), NO, "FEAT_CONSTPACFIELD"),
    has("has_branch_target_exception", (1, 2), YES, "FEAT_BTI"),
    has("bti_support_level", (1, 2), YES, "FEAT_BTI"),
    has("memory_tagging_support_level", (0, 1),
        "the PE has the instructions of EL0 only", "FEAT_MTE: 0 to 4"),
    has("has_rndr", (True,), YES, "FEAT_RNG", "bool", False),
    has("has_rndr_trap", (False,), NO, "FEAT_RNG_TRAP", "bool", False),
    has("has_gcs", (0,), NO, "FEAT_GCS"),
    has("has_translation_hardening", (0,), NO, "FEAT_THE"),
    cluster("restriction_on_speculative_execution", "int", 0, NOTHING,
            "FEAT_CSV2_3, CSV3", "FEAT_CSV2"),
    cluster("restriction_on_speculative_execution_aarch32", "int", 0, NOTHING,
            "", "FEAT_CSV2 in AArch32"),

    # Other features
    has("has_amu", (False,), NO, "FEAT_AMUv1", "bool", False),
    cluster("amu_version", "int", 0, NOTHING, "", "Version of FEAT_AMU"),
    has("has_brbe", (False,), NO, "FEAT_BRBE", "bool", False),
    has("has_brbe_v1p1", (False,), NO, "FEAT_BRBEv1p1", "bool", False),
    cluster("brbe_*", "int", 0, NOTHING, "", "FEAT_BRBE"),
    has("has_trbe", (False,), NO, "FEAT_TRBE", "bool", False),
    cluster("pmb_idr_external_abort", "string", "", NOTHING, "", "FEAT_SPE"),
    has("has_ete", (False,), NO, "FEAT_ETE", "bool", False),
    has("has_self_hosted_trace_extension", (0,), NO, "FEAT_TRF"),
    has("has_mpam", (0,), NO, "FEAT_MPAM"),
    has("ecv_support_level", (2,), "the PE has FEAT_ECV", "FEAT_ECV"),
    has("has_fgt2", (0,), NO, "FEAT_FGT2"),
    has("has_permission_indirection_s1", (0,), NO, "FEAT_S1PIE"),
    has("has_permission_indirection_s2", (0,), NO, "FEAT_S2PIE"),
    has("has_permission_overlay_s1", (0,), NO, "FEAT_S1POE"),
    has("has_permission_overlay_s2", (0,), NO, "FEAT_S2POE"),
    has("has_tcr2", (0,), NO, "FEAT_TCR2"),
    has("has_sctlr2", (0,), NO, "FEAT_SCTLR2"),
    has("has_fpmr", (False,), NO, "FEAT_FPMR", "bool", False),
    has("has_hpmn0", (True,), YES, "FEAT_HPMN0", "bool", False),
    has("has_mops_option", (1,), "the PE has option A", "FEAT_MOPS"),
    has("has_v8_7_pmu_extension", (0,), "the PE has FEAT_PMUv3p5",
        "FEAT_PMUv3p7"),
    has("has_v8_9_debug_extension", (0,), NO, "FEAT_Debugv8p9"),
    has("arm_v8_7_accelerator_support_level", ("",), NO, "FEAT_LS64", "string",
        ""),
    cluster("has_ras", "int", 0, NOTHING, "FEAT_RASv1p1, without records",
            "FEAT_RAS"),
    cluster("number_of_error_records", "int", 0, FIXED,
            "the PE has no error records", "RAS error records", accepts=(0,)),
    *[cluster(name, "string", "", FIXED,
              "the PE has no error records to inject faults into",
              "RAS error records", accepts=("",)) for name in
      ("error_record_feature_register",
       "pseudo_fault_generation_feature_register")],
    cpu("enable_crc32", "bool", False, ID, YES, "FEAT_CRC32", accepts=(True,)),
    cpu("CRYPTODISABLE", "bool", False, ID, "the PE has the Crypto Extension",
        "No Crypto Extension", accepts=(False,)),
    cpu("etm-present", "bool", True, ID, "there is no ETM", "ETM",
        accepts=(False,)),
    cpu("SMPnAMP", "bool", True, NOTHING, "", "Coherent with the others"),

    # GIC CPU interface
    cluster("gicv3.cpuintf-mmap-access-level", "int", 0, FIXED,
            "the CPU interface is in system registers only",
            "GICC, GICH, GICV in memory: 2 is none", accepts=(2,)),
    has("gicv3.extended-interrupt-range-support", (False,), NO,
        "Extended PPIs and SPIs", "bool", False),
    has("gicv4.mask-virtual-interrupt", (False, True), YES, "ICH_HCR_EL2.DVIM",
        "bool", False),
    *[cluster("gicv3." + name, "int", 0, NOTHING, here, meaning)
      for name, here, meaning in (
          ("without-DS-support", "software leaves GICD_CTLR.DS as it is",
           "GICD_CTLR.DS cannot be set"),
          ("FIQEn-RAO", "", "ICC_SRE_ELx.DFB"),
          ("SRE-EL2-enable-RAO", "system registers are always on",
           "ICC_SRE_EL2.Enable reads as one"),
          ("SRE-enable-action-on-mmap", "", "What ICC_SRE_ELx does"),
          ("STATUSR-implemented", "", "GICC_STATUSR"))],

    # Semihosting
    cpu("semihosting-enable", "bool", True, MAPS, "one switch for all PEs",
        "Semihosting"),
    cpu("semihosting-cwd", "string", "", MAPS, "folder where QEMU runs",
        "Folder of semihosting"),
    cpu("semihosting-cmd_line", "string", "", MAPS, "`arg=`",
        "Command line that semihosting gives"),
    *[cpu("semihosting-" + name, "string", "", NOTHING, here, meaning)
      for name, here, meaning in (
          ("use_stderr", "standard output", "Where errors are printed"),
          ("prefix", "", "Name of the PE before its text"),
          ("heap_base", "QEMU chooses", "SYS_HEAPINFO"),
          ("heap_limit", "QEMU chooses", "SYS_HEAPINFO"),
          ("stack_base", "QEMU chooses", "SYS_HEAPINFO"),
          ("stack_limit", "QEMU chooses", "SYS_HEAPINFO"))],
    P("semihosting-enable", "bool", True, MAPS, "all PEs", "Semihosting"),
    P("semihosting-cwd", "string", "", MAPS, "folder where QEMU runs",
      "Folder of semihosting"),

    # Trace markers
    cpu("enable_trace_special_hlt_imm16", "bool", False, MAPS, "`trace-hlt=`",
        "HLT with one number is a marker, not an exception"),
    cpu("trace_special_hlt_imm16", "int", 0xf000, MAPS, "`trace-hlt=`",
        "That number", low=0, high=0xffff),

    # Speed, caches, checks of the model
    *[cluster(name, "int", default, NOTHING, why, meaning)
      for name, default, why, meaning in (
          ("stage12_tlb_size", 128, "", "Entries of the TLB"),
          ("check_memory_attributes", 1, "", "Checks of memory attributes"),
          ("clear_reg_top_eret", 1, "", "Top halves of registers, AArch32"),
          ("ish_is_osh", 0, CACHES, "Inner is Outer Shareable"),
          ("register_reset_data", 0, "", "Registers that are UNKNOWN"),
          ("register_reset_data_hi", 0, "", "Registers that are UNKNOWN"),
          ("scramble_unknowns_at_reset", 1, "", "Registers that are UNKNOWN"),
          ("randomize_unknowns_at_reset", 0, "", "Registers that are UNKNOWN"),
          ("*cache*", 0, CACHES, "Caches"),
          ("*tlb*", 0, "", "TLBs"),
          ("*latency*", 0, TIMING, "Latencies"))],
    cluster("output_attributes", "string", "", NOTHING, "",
            "Attributes on the bus"),
    *[cpu(name, "int", default, NOTHING, TIMING, meaning)
      for name, default, meaning in (
          ("clock_multiplier", 1, "Clock"), ("clock_divider", 1, "Clock"),
          ("max_code_cache_mb", 256, "Memory for translated code"),
          ("min_sync_level", 0, "When PEs wait for others"))],
]
