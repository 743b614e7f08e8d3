# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters outside of board and PEs: start, GIC, PCIe, SMMU, plugins."""
from .parameters import FIXED, ID, MAPS, NOTHING, Parameter as P

CACHES = "caches are not modelled"
ALL = (1 << 32) - 1


def smmu(name, default, here):
    """An ID register of the SMMU. The defaults are those of cca-smmuv3."""
    return P("pci.pci_smmuv3.mmu." + name, "int", default, MAPS, here, name,
             low=0, high=ALL)


ROWS = [
    P("pctl.startup", "string", "0.0.0.0", MAPS,
      "`-global cca-fvp-pwrc.startup=`",
      "PEs that run from reset: affinities, * and commas"),
    P("cache_state_modelled", "bool", True, NOTHING, CACHES,
      "Caches hold data"),
    P("cci550.force_on_from_start", "bool", False, NOTHING, CACHES,
      "CCI-550 snoops from reset"),
    P("cci550.broadcastcachemain", "bool", True, NOTHING, CACHES, "CCI-550"),
    P("dbgen", "bool", True, NOTHING, "", "External debug"),
    P("TRACE.ToggleMTIPlugin.use_hlt", "bool", False, MAPS, "`trace-hlt=`",
      "HLT switches the trace"),
    P("TRACE.ToggleMTIPlugin.hlt_imm16", "int", 0xf000, MAPS, "`trace-hlt=`",
      "Number of that HLT", low=0, high=0xffff),
    P("TRACE.*", "string", "", NOTHING,
      "the FVP's trace plugins cannot be loaded; see counting.md",
      "Parameters of trace plugins"),

    # GIC
    P("gic_distributor.ARE-fixed-to-one", "bool", False, NOTHING,
      "affinity routing is always on", "No GICv2 compatibility"),
    P("gic_distributor.ITS-count", "int", 1, FIXED, "there is one ITS here",
      "Number of ITSs", accepts=(1,)),
    P("gic_distributor.ITS-device-bits", "int", 16, NOTHING, "",
      "Bits of DeviceIDs"),
    P("gic_distributor.virtual-lpi-support", "bool", False, ID,
      "the GIC is a GICv3", "GICv4", accepts=(False,)),
    P("has-gicv4.1", "bool", False, ID, "the GIC is a GICv3", "GICv4.1",
      accepts=(False,)),
    P("gic_distributor.extended-ppi-count", "int", 0, ID,
      "the GIC has none", "Extended PPIs", accepts=(0,)),
    P("gic_distributor.extended-spi-count", "int", 0, ID,
      "the GIC has none", "Extended SPIs", accepts=(0,)),
    P("gic_distributor.SPI-count", "int", 224, ID,
      "the GIC has 224", "SPIs", accepts=(224,)),
    P("gic_distributor.has-two-security-states", "bool", True, FIXED,
      "the GIC has two security states", "GICD_CTLR.DS", accepts=(True,)),
    P("gicv3.gicv2-only", "bool", False, FIXED, "the GIC is a GICv3",
      "A GICv2 instead", accepts=(False,)),
    P("gic_distributor.reg-base*", "string", "", FIXED,
      "the GIC stands where the device tree says: GICD at 0x2f000000, "
      "redistributors from 0x2f100000", "Addresses of the GIC", accepts=("",)),
    *[P("gic_distributor." + name, "int", 0, NOTHING, here, meaning)
      for name, here, meaning in (
          ("print-memory-map", "", "Messages"),
          ("wakeup-on-reset", "software wakes redistributors",
           "GICR_WAKER at reset"),
          ("allow-LPIEN-clear", "LPIs can be disabled", "GICR_CTLR.EnableLPIs"),
          ("GICR-clear-enable-supported", "", "GICR_CTLR.CES"),
          ("ITS-use-physical-target-addresses", "GITS_TYPER.PTA=0",
           "GITS_TYPER.PTA"),
          ("GITS_BASER0-type", "", "GITS_BASER0"),
          ("GITS_BASER1-type", "", "GITS_BASER1"),
          ("GITS_BASER2-type", "", "GITS_BASER2"),
          ("GITS_BASER6-type", "", "GITS_BASER6"))],

    # PCIe
    P("pci.hierarchy_file_name", "string", "<default>", MAPS,
      "JSON; root ports, AHCI and SMMU test engines",
      "Which PCIe devices there are"),
    P("pci.pcie_rc.ahci0.ahci.image_path", "string", "", MAPS,
      "`ich9-ahci` at 00:1f.0 with disks", "Images of SATA disks, by commas"),
    P("pci.ahci_pci.ahci.image_path", "string", "", MAPS, "the same",
      "Images of SATA disks, by commas"),
    P("pci.pcie_rc.ahci0.endpoint.ats_supported", "bool", False, FIXED,
      "the AHCI controller has no ATS; `-device cca-exerciser` has",
      "ATS of the AHCI controller", accepts=(False,)),
    P("pci.smmulogger.*", "string", "", NOTHING, "", "Log of transactions"),
    P("pci.tbu0_pre_smmu_logger.*", "string", "", NOTHING, "",
      "Log of transactions"),

    # SMMU
    smmu("SMMU_IDR0", 0x498f769b, "properties of cca-smmuv3, bit by bit"),
    smmu("SMMU_IDR1", 0x0e733d10,
         "properties of cca-smmuv3; SIDSIZE at least 6"),
    smmu("SMMU_IDR3", 0x0000773c, "properties of cca-smmuv3"),
    smmu("SMMU_IDR5", 0x000004f6,
         "granules and VAX; output size and DS follow the PEs"),
    smmu("SMMU_S_IDR1", 0xa0000002, "`secure=`"),
    smmu("SMMU_ROOT_IDR0", 0x0080000f,
         "`root=`, `realm=`, `bgptm=`, `rgptm=`"),
    P("pci.pci_smmuv3.mmu.root_register_page_offset", "int", 0x20000, MAPS,
      "`root-offset=`", "Offset of the Root page", low=0, high=ALL),
    P("pci.pci_smmuv3.mmu.size_of_tlb", "int", 1, MAPS,
      "`tlb-entries=`, at least 1", "Entries of the SMMU's TLB",
      low=0, high=1 << 20),
    *[P("pci.pci_smmuv3.mmu." + name, "int", 0, NOTHING, here, meaning)
      for name, here, meaning in (
          ("SMMU_AIDR", "SMMUv3.3 here", "SMMU_AIDR"),
          ("SMMU_IDR2", "", "SMMU_IDR2"), ("SMMU_IIDR", "", "SMMU_IIDR"),
          ("SMMU_S_IDR0", "", "SMMU_S_IDR0"),
          ("SMMU_S_IDR2", "", "SMMU_S_IDR2"),
          ("SMMU_S_IDR3", "", "SMMU_S_IDR3"),
          ("SMMU_ROOT_IIDR", "", "SMMU_ROOT_IIDR"))],
    P("pci.pci_smmuv3.mmu.size_of_*_cache", "int", 0, NOTHING,
      "see strict-tlb in smmuv3-rme.md", "Caches of the SMMU"),
    P("pci.pci_smmuv3.mmu.size_of_*_tlb", "int", 0, NOTHING,
      "see strict-tlb in smmuv3-rme.md", "Caches of the SMMU"),
    P("pci.pci_smmuv3.mmu.*error_messages*", "string", "", NOTHING, "",
      "Messages of the SMMU"),
]
