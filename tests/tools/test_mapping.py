# SPDX-License-Identifier: GPL-2.0-or-later
"""What QEMU gets for the FVP's parameters."""
import os
import re

from bench import TOP, Case

from fvp import smmu


def set_all(*assignments):
    """-C for each of them."""
    return [word for text in assignments for word in ("-C", text)]


class Machine(Case):
    """-M, -smp, -m, -cpu."""

    def test_defaults(self):
        """nothing given"""
        machine = self.machine()
        self.assertEqual(machine["rme"], "off")
        self.assertEqual(machine["mt"], "on")
        self.assertEqual(machine["secure-memory"], "on")
        self.assertNotIn("rvbar", machine)
        self.assertEqual(self.values("-m"), ["4G"])
        self.assertEqual(self.values("-cpu"), ["max"])
        self.assertNotIn("-global", self.arguments())
        self.assertNotIn("-bios", self.arguments())

    def test_memory(self):
        """bp.dram_size, bp.secure_memory, the counter"""
        self.assertEqual(self.values("-m", "-C", "bp.dram_size=8"), ["8G"])
        machine = self.machine(*set_all("bp.secure_memory=0",
                                        "bp.refcounter.base_frequency=1000"))
        self.assertEqual(machine["secure-memory"], "off")
        self.assertEqual(machine["refcounter-frequency"], "1000")

    def test_key(self):
        """the root key's hash, as TF-A's tests give it"""
        name = "bp.trusted_key_storage.public_key"
        self.assertEqual(self.values(
            "-global", "-C", f'{name}="0982f3b0 3ad89712 47727a37 7332ec1b '
            'e23292e9 5ef65949 464a4a8b da9a22d8"'),
            ["cca-fvp-keys.public-key-hash=b0f382091297d83a377a72471bec3273"
             "e99232e24959f65e8b4a4a46d8229ada"])
        for text in ("0982f3b0", "0982f3b0 " * 9, "x982f3b0 " * 8):
            self.refused("must be 8 words", "-C", f"{name}={text}")

    def test_pes(self):
        """NUM_CORES of both clusters"""
        for first, second, wanted in (
                (4, 4, "8,clusters=2,cores=4"), (4, 0, "4,clusters=1,cores=4"),
                (1, 0, "1,clusters=1,cores=1"), (2, 2, "4,clusters=2,cores=2"),
                (4, 1, "5"), (4, 3, "7")):
            with self.subTest(first=first, second=second):
                self.assertEqual(self.values("-smp", *set_all(
                    f"cluster0.NUM_CORES={first}",
                    f"cluster1.NUM_CORES={second}")), [wanted])
        for first, second in ((0, 4), (2, 4), (3, 1)):
            self.refused("NUM_CORES", *set_all(f"cluster0.NUM_CORES={first}",
                                               f"cluster1.NUM_CORES={second}"))

    def test_rme(self):
        """rme_support_level"""
        for level, wanted in ((0, "off"), (1, "1"), (2, "2"), (3, "3")):
            self.assertEqual(self.machine(*set_all(
                f"cluster0.rme_support_level={level}"))["rme"], wanted)
        # A cluster without PEs has no say.
        self.assertEqual(self.machine(*set_all(
            "cluster0.rme_support_level=2", "cluster1.rme_support_level=1",
            "cluster1.NUM_CORES=0"))["rme"], "2")
        self.refused("all PEs are alike", *set_all(
            "cluster0.rme_support_level=2", "cluster1.rme_support_level=1"))
        self.assertEqual(self.machine("-C", "bp.has_rme=1")["rme"], "off")

    def test_affinities(self):
        """mpidr_layout and supports_multi_threading"""
        for words, wanted in (
                (("mpidr_layout=0",), "off"), (("mpidr_layout=1",), "on"),
                (("supports_multi_threading=0",), "off"),
                (("mpidr_layout=1", "supports_multi_threading=1"), "on"),
                (("mpidr_layout=0", "supports_multi_threading=0"), "off")):
            both = [f"cluster{n}.{word}" for n in (0, 1) for word in words]
            self.assertEqual(self.machine(*set_all(*both))["mt"], wanted)
        self.refused("the layout go together", *set_all(
            "cluster0.mpidr_layout=1", "cluster0.supports_multi_threading=0"))

    def test_where_pes_start(self):
        """RVBAR, RVBARADDR and --start"""
        every = [f"cluster{c}.cpu{n}.RVBAR=0x4001000"
                 for c in (0, 1) for n in range(4)]
        self.assertEqual(self.machine(*set_all(*every))["rvbar"], "0x4001000")
        self.assertEqual(self.machine(*set_all(
            "cluster0.cpu0.RVBARADDR=0x4001000"))["rvbar"], "0x4001000")
        self.assertEqual(self.machine("--start", "cluster0.cpu0=0x80000000")[
            "rvbar"], "0x80000000")
        self.assertNotIn("rvbar", self.machine(*set_all(
            "cluster1.cpu3.RVBAR=4", "cluster1.NUM_CORES=0")))
        self.refused("all PEs start at one address", *set_all(
            "cluster0.cpu0.RVBAR=0x1000", "cluster0.cpu1.RVBAR=0x2000"))
        self.refused("cannot start at 0x1002", *set_all(
            "cluster0.cpu0.RVBAR=0x1002"))
        self.refused("is no address", "--start", "x")

    def test_startup(self):
        """pctl.startup"""
        off = set_all("cluster0.mpidr_layout=0", "cluster1.mpidr_layout=0")
        one = set_all("cluster0.NUM_CORES=1", "cluster1.NUM_CORES=0")
        for text, *words in (("0.0.0.0",), ("0.0.0.0", *off),
                             ("0.0.*.*", *one), ("*.*.*.*", *one)):
            with self.subTest(text=text, words=words):
                self.assertEqual(self.values(
                    "-global", "-C", f"pctl.startup={text}", *words), [])
        for text, wanted, *words in (
                ("0.*.*.*", "0.*.*.*"), ("0.1.*.*, 0.0.0.0", "0.1.*.*,0.0.0.0"),
                ("0.0.1.0", "0.0.1.0"), ('"0.0.*.*"', "0.0.*.*"),
                ("0.0.1.3", "0.0.1.3", *off)):
            with self.subTest(text=text, words=words):
                self.assertEqual(self.values(
                    "-global", "-C", f"pctl.startup={text}", *words),
                    [f"cca-fvp-pwrc.startup={wanted}"])
        for text in ("", "0.0", "0.0.0.x", "0.2.0.0", "0.0.0.1"):
            self.refused("pctl.startup", "-C", f"pctl.startup={text}")
        self.refused("no PE of this run", "-C", "pctl.startup=0.1.0.0", *off)

    def test_features(self):
        """what -cpu can switch"""
        for words, wanted in (
                (("SVE.ScalableVectorExtension.has_sme=0",), "sme=off"),
                (("cluster0.has_sve=0", "cluster1.has_sve=0"), "sve=off"),
                (("cluster0.sve.veclen=4",), "sve-max-vq=2"),
                (("cluster0.has_pointer_authentication=0",), "pauth=off"),
                (("cluster0.has_qarma3_pac=1",), "pauth-qarma3=on"),
                (("cluster0.has_52bit_address_with_4k=0",), "lpa2=off")):
            with self.subTest(words=words):
                self.assertEqual(self.values("-cpu", *set_all(*words)),
                                 [f"max,{wanted}"])
        self.refused("must be even", "-C", "cluster0.sve.veclen=3")
        self.refused("do not agree", *set_all(
            "SVE.ScalableVectorExtension.has_sme=0", "cluster0.sve.has_sme=1"))

    def test_markers(self):
        """HLT markers"""
        self.assertEqual(self.machine(*set_all(
            "TRACE.ToggleMTIPlugin.use_hlt=1",
            "TRACE.ToggleMTIPlugin.hlt_imm16=0x1337"))["trace-hlt"], "0x1337")
        self.assertEqual(self.machine(*set_all(
            "cluster0.cpu0.enable_trace_special_hlt_imm16=1",
            "cluster0.cpu0.trace_special_hlt_imm16=0xbeef"))["trace-hlt"],
            "0xbeef")
        self.assertNotIn("trace-hlt", self.machine(*set_all(
            "TRACE.ToggleMTIPlugin.hlt_imm16=0x1337")))
        self.refused("one number for all, not 0x1337 and 0xf000", *set_all(
            "TRACE.ToggleMTIPlugin.use_hlt=1",
            "TRACE.ToggleMTIPlugin.hlt_imm16=0x1337",
            "cluster0.cpu1.enable_trace_special_hlt_imm16=1"))


class Images(Case):
    """Flash, --data, -a."""

    def test_firmware(self):
        """secureflashloader, flashloader0 and flashloader1"""
        for name in ("bl1", "fi,p", "efi"):
            self.file(name, b"x" * 100)
        words = set_all("bp.secureflashloader.fname=bl1",
                        'bp.flashloader0.fname="fi,p"',
                        "bp.flashloader1.fname=efi")
        here = os.getcwd()
        self.assertEqual(self.values("-bios", *words), [f"{here}/bl1"])
        machine = self.plan(*words).machine
        self.assertIn(f"flash0={here}/fi,,p", machine)
        self.assertIn(f"flash1={here}/efi", machine)
        self.assertEqual(len(self.plan(*words).infos), 3)
        self.assertNotIn("-bios", self.arguments(
            "-C", "bp.secureflashloader.fname="))

    def test_data(self):
        """--data"""
        self.file("Image", b"x" * 0x1000)
        self.assertEqual(
            [v for v in self.values("-device", "--data",
                                    "cluster0.cpu0=Image@0x84000000", "--data",
                                    "Image@0x84001000") if "load" in v],
            [f"cca-fvp-load,file={os.getcwd()}/Image,addr={at}"
             for at in ("0x84000000", "0x84001000")])

    def test_where_there_is_memory(self):
        """--data to each kind of memory, and beyond its ends"""
        self.file("two", b"xy")
        for at in (0, 0x03ff2000, 0x04000000, 0x0407fffe, 0x06000000,
                   0x08000000, 0x0bffffff, 0x14000000, 0x18000000, 0x2e000000,
                   0x80000000, 0x880000000, 0x8fffffffe):
            with self.subTest(at=hex(at)):
                self.plan("--data", f"two@{at:#x}")
        for at in (0x1c090000, 0x4000000000, 0x900000000, 0x7fffffff,
                   (1 << 64) - 1):
            with self.subTest(at=hex(at)):
                self.refused("there is no memory at", "--data", f"two@{at:#x}")
        for at in (0x0407ffff, 0x19ffffff, 0xffffffff, 0x8ffffffff):
            with self.subTest(at=hex(at)):
                self.refused("go beyond the end of", "--data", f"two@{at:#x}")
        self.plan("--data", "two@0x9fffffffe", "-C", "bp.dram_size=8")

    def test_overlaps(self):
        """loads that overlap"""
        self.file("a", b"x" * 0x100)
        self.file("b", b"x")
        self.plan("--data", "a@0x80000000", "--data", "b@0x80000100")
        for words in (("--data", "a@0x80000000", "--data", "b@0x800000ff"),
                      ("--data", "b@0x80000000", "--data", "a@0x80000000"),
                      ("--data", "b@0x40", "-C",
                       "bp.secureflashloader.fname=a"),
                      ("--data", "b@0x08000000", "-C",
                       "bp.flashloader0.fname=a")):
            with self.subTest(words=words):
                self.refused("overlap", *words)
        # Room of the flash behind its image is free.
        self.plan("--data", "b@0x08400000", "-C", "bp.flashloader0.fname=a")

    def test_files(self):
        """files that cannot be images"""
        self.file("empty", b"")
        self.sparse("long", (64 << 20) + 1)
        self.sparse("full", 64 << 20)
        os.mkdir("folder")
        for option in ("bp.secureflashloader.fname", "bp.flashloader0.fname",
                       "bp.flashloader1.fname"):
            for name, sentence in (("none", "No such file"),
                                   ("empty", "is empty"),
                                   ("folder", "is a folder"),
                                   ("long", "there is room for 64 MiB")):
                with self.subTest(option=option, name=name):
                    self.refused(sentence, "-C", f"{option}={name}")
                    self.refused(option, "-C", f"{option}={name}")
            self.plan("-C", f"{option}=full")
        self.refused("No such file", "--data", "none@0x80000000")
        self.refused("this run has not that PE", "--data",
                     "cluster1.cpu0=full@0x80000000", "-C",
                     "cluster1.NUM_CORES=0")


class Devices(Case):
    """Disks, folders, network, PCIe."""

    def test_disk(self):
        """the virtio disk"""
        self.file("disk")
        words = set_all("bp.virtioblockdevice.image_path=disk")
        self.assertEqual(self.values("-drive", *words), [
            f"id=fvp-disk,if=none,format=raw,file={os.getcwd()}/disk"])
        self.assertIn("virtio-blk-device,drive=fvp-disk,bus=virtio-mmio-bus.0",
                      self.values("-device", *words))
        self.assertTrue(self.values("-drive", *words, *set_all(
            "bp.virtioblockdevice.read_only=1"))[0].endswith(",readonly=on"))
        self.assertEqual(self.values("-drive", "-C",
                                     "bp.virtioblockdevice.image_path="), [])
        self.refused("No such file", "-C", "bp.virtioblockdevice.image_path=no")

    def test_folder(self):
        """the shared folder"""
        os.mkdir("share")
        words = set_all("bp.virtiop9device.root_path=share",
                        "bp.virtiop9device.mount_tag=host0")
        self.assertEqual(self.values("-fsdev", *words), [
            f"local,id=fvp-share,security_model=none,path={os.getcwd()}/share"])
        self.assertIn("virtio-9p-device,fsdev=fvp-share,mount_tag=host0,"
                      "bus=virtio-mmio-bus.1", self.values("-device", *words))
        self.file("file")
        self.refused("is no folder", "-C", "bp.virtiop9device.root_path=file")

    def test_random(self):
        """random numbers"""
        words = set_all("bp.virtio_rng.enabled=1", "bp.virtio_rng.seed=5")
        self.assertIn("virtio-rng-device,bus=virtio-mmio-bus.3",
                      self.values("-device", *words))
        self.assertEqual(self.values("-seed", *words), ["5"])

    def test_card(self):
        """the MMC card"""
        self.file("card")
        self.assertEqual(self.values("-drive", "-C", "bp.mmc.p_mmc_file=card"),
                         [f"if=sd,format=raw,file={os.getcwd()}/card"])

    def test_ethernet(self):
        """Ethernet and its ports"""
        net = ("net=172.20.51.0/24,host=172.20.51.254,dns=172.20.51.253,"
               "dhcpstart=172.20.51.1")
        words = set_all("bp.smsc_91c111.enabled=1",
                        "bp.smsc_91c111.mac_address=00:02:F7:C1:9F:81",
                        "bp.hostbridge.userNetworking=true",
                        'bp.hostbridge.userNetPorts="8022=22,127.0.0.1:80=81"')
        self.assertIn(f"user,{net},hostfwd=tcp::8022-:22,"
                      "hostfwd=tcp:127.0.0.1:80-:81,id=fvp-ethernet",
                      self.values("-netdev", *words))
        self.assertEqual(self.values("-net", *words), [
            "nic,model=smc91c111,macaddr=00:02:F7:C1:9F:81,"
            "netdev=fvp-ethernet"])
        # Not enabled: the card is there, and its cable goes nowhere.
        self.assertEqual(self.values("-netdev", *words[2:]), [
            "dgram,id=fvp-ethernet,local.type=fd,local.str=(fvp-ethernet)"])
        self.assertIn("tap,ifname=tap0,script=no,downscript=no,id=fvp-ethernet",
                      self.values("-netdev", *set_all(
                          "bp.smsc_91c111.enabled=1",
                          "bp.hostbridge.interfaceName=tap0")))

    def test_virtio_net(self):
        """virtio-net and its ports"""
        words = set_all("bp.virtio_net.enabled=1",
                        "bp.virtio_net.hostbridge.userNetworking=1",
                        "bp.virtio_net.hostbridge.userNetSubnet=10.1.0.0/16",
                        "bp.virtio_net.hostbridge.userNetPorts=5555=5555",
                        "bp.virtio_net.transport=legacy")
        self.assertIn("user,net=10.1.0.0/16,host=10.1.255.254,dns=10.1.255.253,"
                      "dhcpstart=10.1.0.1,hostfwd=tcp::5555-:5555,"
                      "id=fvp-virtio", self.values("-netdev", *words))
        self.assertIn("virtio-net-device,bus=virtio-mmio-bus.2,"
                      "mac=00:02:f7:ef:00:02,netdev=fvp-virtio",
                      self.values("-device", *words))
        self.assertIn("virtio-mmio.force-legacy=on",
                      self.values("-global", *words))

    def test_network_errors(self):
        """network parameters that cannot be"""
        on = set_all("bp.smsc_91c111.enabled=1",
                     "bp.hostbridge.userNetworking=1")
        for text in ("22", "0=22", "1=65536", "a=b", "1.2.3:4=5", "1=2=3"):
            self.refused("must be [ADDRESS:]HOST=GUEST", *on, "-C",
                         f"bp.hostbridge.userNetPorts={text}")
        for text in ("x", "10.0.0.1/24", "10.0.0.0/31"):
            self.refused("userNetSubnet", *on, "-C",
                         f"bp.hostbridge.userNetSubnet={text}")
        self.refused("is no MAC address", *on, "-C",
                     "bp.smsc_91c111.mac_address=00:11:22:33:44")
        self.refused("must be legacy or modern", "-C",
                     "bp.virtio_net.transport=new")
        self.refused("is no interface", *set_all(
            "bp.smsc_91c111.enabled=1", "bp.hostbridge.interfaceName=a,b"))

    def test_sata(self):
        """SATA disks"""
        self.file("one")
        self.file("two")
        words = set_all("pci.pcie_rc.ahci0.ahci.image_path=one,,two")
        got = self.values("-device", *words)
        self.assertIn("ich9-ahci,id=fvp-ahci0,bus=pcie.0,addr=1f.0", got)
        self.assertIn("ide-hd,drive=fvp-ahci0-disk2,bus=fvp-ahci0.2", got)
        self.assertEqual(len(self.values("-drive", *words)), 2)
        self.refused("No such file", "-C", "pci.ahci_pci.ahci.image_path=three")

    def test_hierarchy(self):
        """the JSON file of PCIe devices"""
        self.file("disk")
        self.file("tree", '''{
            "hostbridge/hb": {"device": 0},
            "rootport/rp": {"device": 1, "__downstream__": {
                "smmuv3testengine/e0": {},
                "smmuv3testengine/e1": {"function": 1}}},
            "ahci/a": {"device": 31, "image_path": "disk"}}''')
        self.assertEqual(
            self.values("-device", "-C", "pci.hierarchy_file_name=tree"),
            ["pcie-root-port,id=fvp-port1,chassis=1,bus=pcie.0,addr=1.0",
             "cca-smmu-test-engine,functions=1,bus=fvp-port1,addr=0.0,"
             "multifunction=on",
             "cca-smmu-test-engine,functions=1,bus=fvp-port1,addr=0.1,"
             "multifunction=on",
             "ich9-ahci,id=fvp-ahci2,bus=pcie.0,addr=1f.0",
             "ide-hd,drive=fvp-ahci2-disk0,bus=fvp-ahci2.0"])
        for sentence, text in (
                ("is no JSON", "{"), ("is not \"TYPE/NAME\"", '{"a": {}}'),
                ("is not \"TYPE/NAME\"", '{"ahci/a": 1}'),
                ("devices are \"TYPE/NAME\"", "[]"),
                ("there is no switch here", '{"switch/s": {}}'),
                ("device must be 0 to 31", '{"ahci/a": {"device": 32}}'),
                ("No such file",
                 '{"ahci/a": {"image_path": "none"}}')):
            with self.subTest(text=text):
                self.file("tree", text)
                self.refused(sentence, "-C", "pci.hierarchy_file_name=tree")
        self.refused("No such file", "-C", "pci.hierarchy_file_name=none")
        self.assertEqual(self.values("-device", "-C",
                                     "pci.hierarchy_file_name=<default>"), [])


class Smmu(Case):
    """ID registers of the SMMU."""

    def globals(self, *assignments):
        """Properties of the SMMU."""
        words = set_all(*(f"pci.pci_smmuv3.mmu.{a}" for a in assignments))
        return dict(w[len("cca-smmuv3."):].split("=")
                    for w in self.values("-global", *words))

    def test_bits(self):
        """bits become properties"""
        got = self.globals("SMMU_IDR0=0x0046123B", "SMMU_IDR1=0x00600002",
                           "SMMU_IDR3=0x1714", "SMMU_IDR5=0xFFFF0472",
                           "SMMU_S_IDR1=0xA0000002", "SMMU_ROOT_IDR0=3",
                           "root_register_page_offset=0x20000",
                           "size_of_tlb=0")
        for name, wanted in (
                ("s1p", "on"), ("btm", "on"), ("ats", "off"), ("httu", "0"),
                ("stall", "on"), ("st-level", "off"), ("vmw", "on"),
                ("sid-bits", "6"), ("eventq-log2", "0"), ("cmdq-log2", "3"),
                ("ril", "on"), ("e0pd", "off"), ("bbml", "2"),
                ("gran4k", "on"), ("vax", "on"), ("secure", "on"),
                ("root", "on"), ("bgptm", "on"), ("rgptm", "off"),
                ("realm", "off"), ("root-offset", "131072"),
                ("tlb-entries", "1")):
            self.assertEqual(got[name], wanted, name)
        self.assertNotIn("oas", got)
        self.assertEqual(self.globals("SMMU_IDR3=0x1714")["realm"], "off")
        self.assertEqual(self.globals("SMMU_IDR3=0x1714")["mec"], "off")
        self.assertNotIn("realm", self.globals("SMMU_IDR3=0x773c"))

    def test_consistent(self):
        """registers that were given, against those that were not"""
        self.assertEqual(self.globals(), {})
        got = self.globals("SMMU_IDR0=0x0046123B")
        self.assertEqual((got["pri"], got["pps"], got["st-level"]),
                         ("off", "off", "on"))
        got = self.globals("SMMU_ROOT_IDR0=0", "SMMU_IDR3=0xf73c")
        self.assertEqual([got[n] for n in ("root", "realm", "bgptm", "rgptm",
                                           "mec", "dpt")], ["off"] * 6)

    def test_defaults(self):
        """the table's defaults are those of the SMMU"""
        with open(f"{TOP}/hw/smmuv3-rme/smmuv3-rme.c", encoding="utf-8") as c:
            code = c.read()
        there = {name: {"true": "on", "false": "off"}.get(value, value)
                 for name, value in re.findall(
                     r'(?:FEATURE|SIZE)\("([\w-]+)", \w+, (\w+)\)', code)}
        got = self.globals(*(f"SMMU_IDR{n}={v:#x}" for n, v in (
            (0, 0x498f769b), (1, 0x0e733d10), (3, 0x773c), (5, 0x4f6))),
            "SMMU_S_IDR1=0xa0000002", "SMMU_ROOT_IDR0=0x0080000f")
        self.assertGreater(len(got), 35)
        for name, value in got.items():
            self.assertEqual(value, there[name], name)

    def test_errors(self):
        """bits that this SMMU cannot have"""
        for text, sentence in (("SMMU_IDR0=0x0046122B", "COHACC"),
                               ("SMMU_IDR0=0x00461233", "TTF"),
                               ("SMMU_IDR0=0x0066123B", "TTENDIAN"),
                               ("SMMU_IDR1=0x20600002", "_PRESET")):
            self.refused(sentence, "-C", f"{smmu.MMU}{text}")


class Plugins(Case):
    """--plugin"""

    def test_plugins(self):
        """QEMU's plugins, and the FVP's"""
        self.file("ours.so", b"..qemu_plugin_version..")
        self.file("theirs.so", b"ELF")
        self.assertEqual(self.values("-plugin", "--plugin", "ours.so,out=x"),
                         [f"{os.getcwd()}/ours.so,out=x"])
        self.assertEqual(self.values(
            "-plugin", "--plugin=lib/ScalableVectorExtension.so", "--plugin",
            "ToggleMTIPlugin.so"), [])
        self.refused("is no QEMU TCG plugin", "--plugin", "theirs.so")
        self.refused("is no QEMU TCG plugin", "--plugin", "GenericTrace.so")
        self.refused("No such file", "--plugin", "none.so")


class Semihosting(Case):
    """semihosting-*"""

    def test_semihosting(self):
        """on by default, its command line and folder"""
        self.assertEqual(self.values("-semihosting-config"), [
            "enable=on,target=native,chardev=semihosting"])
        self.assertEqual(self.values("-semihosting-config", *set_all(
            "cluster0.cpu0.semihosting-cmd_line=a b,c")), [
                "enable=on,target=native,chardev=semihosting,arg=a,arg=b,,c"])
        self.assertEqual(self.values("-semihosting-config", *set_all(
            "cluster0.cpu0.semihosting-enable=0")), [])
        self.assertEqual(self.values("-semihosting-config", *set_all(
            "semihosting-enable=0")), [])
        os.mkdir("here")
        self.assertEqual(self.plan(*set_all(
            "cluster0.cpu0.semihosting-cwd=here")).folder,
            os.path.join(os.getcwd(), "here"))
        self.refused("is no folder", *set_all(
            "cluster0.cpu0.semihosting-cwd=there"))
        self.refused("all PEs have semihosting, or none", *set_all(
            "cluster0.cpu0.semihosting-enable=0",
            "cluster0.cpu1.semihosting-enable=1"))
