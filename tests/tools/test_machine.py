# SPDX-License-Identifier: GPL-2.0-or-later
"""The tool with the machine: a small image tells what it finds."""
import os
import subprocess
import time

from bench import TOP, Case
from program import PATIENCE, Program, receive, receive_all

QEMU = os.environ.get("QEMU") or f"{TOP}/build/qemu/qemu-system-aarch64"
COMPILER = os.environ.get("CROSS_COMPILE", "aarch64-linux-gnu-") + "gcc"
COPY = os.environ.get("CROSS_COMPILE", "aarch64-linux-gnu-") + "objcopy"
RAW = ("-C", "bp.terminal_0.mode=raw")
OPEN = ("-C", "bp.secure_memory=0")
LOG = ("-C", "bp.pl011_uart0.out_file=log")
TAG = ("-C", "bp.pl011_uart0.shutdown_tag=done 0000000000000000", *LOG)


def child_of(pid):
    """The one child of a process."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as text:
        return int(text.read())


def alive(pid):
    """Is it running? A zombie, which waits for init, is not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as text:
            return text.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Machine(Case):
    """Runs of the image."""

    def setUp(self):
        super().setUp()
        self.assertTrue(os.access(QEMU, os.X_OK),
                        f"there is no {QEMU}; run make first")

    def image(self, base=0x80000000):
        """Names of the image as ELF and as it is in memory."""
        subprocess.run(
            [COMPILER, "-O1", "-ffreestanding", "-nostdlib", "-static",
             "-mgeneral-regs-only", "-fno-stack-protector", "-Wl,-n",
             "-Wl,--build-id=none", f"-Wl,-Ttext={base:#x}",
             "-Wl,-e,_start", "-o", "image.elf",
             f"{TOP}/tests/tools/image.c"], check=True)
        subprocess.run([COPY, "-O", "binary", "image.elf", "image.bin"],
                       check=True)
        return "image.elf", "image.bin"

    def start(self, *words):
        """The tool as a program."""
        program = Program(self.folder, *words, qemu=QEMU)
        self.addCleanup(program.__exit__)
        return program

    def found(self, *words):
        """What the image says, by name; a list for what it says often."""
        program = self.start(*words, *TAG)
        self.assertEqual(program.end(), 0, program.err)
        self.assertEqual(program.err, b"")
        with open("log", encoding="latin-1") as log:
            result = {}
            for line in log.read().rstrip("!").splitlines():
                name, value = line.split()
                result.setdefault(name, []).append(int(value, 16))
        self.assertIn("smmu", result)
        return {name: values[0] if len(values) == 1 else values
                for name, values in result.items()}

    def test_elf(self):
        """an ELF image, all four cores of one cluster"""
        elf, _ = self.image()
        found = self.found(*OPEN, "-a", f"cluster*.cpu*={elf}", "-C",
                           "cluster1.NUM_CORES=0")
        self.assertEqual(found["start"], 0x80000000)
        self.assertEqual(found["mpidr"] & 0xff01ffffff, 0x01000000)
        self.assertEqual(found["pfr0"] >> 52 & 15, 0)       # no RME
        self.assertEqual(found["virtio"], [0, 0, 0, 0])
        self.assertEqual(found["frequency"], 100000000)

    def test_firmware(self):
        """ROM, flash and --data behind TrustZone, with RME"""
        _, image = self.image(0)
        self.file("fip", b"FIPFIP01")
        self.file("efi", b"EFIEFI02")
        self.file("mail", b"MAILMAIL")
        found = self.found(
            "-C", f"bp.secureflashloader.fname={image}",
            "-C", "bp.flashloader0.fname=fip",
            "-C", "bp.flashloader1.fname=efi",
            "--data", "cluster0.cpu0=mail@0x04020000",
            "-C", "cluster0.rme_support_level=2",
            "-C", "cluster1.rme_support_level=2",
            "-C", "bp.refcounter.base_frequency=50000000")
        self.assertEqual(found["start"], 0)
        self.assertGreater(found["pfr0"] >> 52 & 15, 0)
        for name, text in (("flash0", b"FIPFIP01"), ("flash1", b"EFIEFI02"),
                           ("sram", b"MAILMAIL")):
            self.assertEqual(found[name], int.from_bytes(text, "little"))
        self.assertEqual(found["frequency"], 50000000)

    def test_start(self):
        """RVBAR, and the layout of MPIDR_EL1"""
        _, image = self.image(0x04001000)
        words = [w for c in (0, 1) for n in range(4) for w in
                 ("-C", f"cluster{c}.cpu{n}.RVBAR=0x04001000")]
        found = self.found(*words, "--data", f"{image}@0x04001000", "-C",
                           "cluster0.mpidr_layout=0", "-C",
                           "cluster1.mpidr_layout=0")
        self.assertEqual(found["start"], 0x04001000)
        self.assertEqual(found["mpidr"] >> 24 & 1, 0)

    def test_devices(self):
        """all devices at once, with a published set of SMMU registers"""
        _, image = self.image(0)
        for name in ("disk", "sata"):
            self.sparse(name, 1 << 20)
        self.sparse("card", 1 << 25)
        os.mkdir("share")
        words = [w for text in (
            f"bp.secureflashloader.fname={image}",
            "bp.virtioblockdevice.image_path=disk", "bp.virtio_rng.enabled=1",
            "bp.virtiop9device.root_path=share", "bp.virtio_net.enabled=1",
            "bp.virtio_net.hostbridge.userNetworking=1",
            "bp.smsc_91c111.enabled=1", "bp.hostbridge.userNetworking=1",
            "bp.mmc.p_mmc_file=card", "pci.pcie_rc.ahci0.ahci.image_path=sata",
            "pci.pci_smmuv3.mmu.SMMU_IDR0=0x4046123b",
            "pci.pci_smmuv3.mmu.SMMU_IDR1=0x00600002",
            "pci.pci_smmuv3.mmu.SMMU_IDR3=0x1714",
            "pci.pci_smmuv3.mmu.SMMU_IDR5=0xFFFF0475",
            "pci.pci_smmuv3.mmu.SMMU_S_IDR1=0xA0000002",
            "pci.pci_smmuv3.mmu.SMMU_ROOT_IDR0=3",
            "pci.pci_smmuv3.mmu.root_register_page_offset=0x20000",
            "cluster0.rme_support_level=2", "cluster1.rme_support_level=2",
            "SVE.ScalableVectorExtension.has_sme=0",
            "bp.dram_size=2") for w in ("-C", text)]
        found = self.found(*words)
        self.assertEqual(found["virtio"], [2, 9, 1, 4])
        self.assertEqual(found["smmu"] & 0x00063223, 0x00063223 & 0x4046123b)

    def test_hierarchy(self):
        """a hierarchy of PCIe devices"""
        elf, _ = self.image()
        self.sparse("disk", 1 << 20)
        self.file("tree", """{
            "hostbridge/hb": {"device": 0},
            "rootport/rp": {"device": 1, "__downstream__": {
                "smmuv3testengine/e0": {"function": 0},
                "smmuv3testengine/e1": {"function": 1}}},
            "rootport/rp1": {"device": 2, "__downstream__": {
                "ahci/a": {"image_path": "disk"}}}}""")
        self.found(*OPEN, elf, "-C", "pci.hierarchy_file_name=tree")

    def test_tf_a(self):
        """TF-A's PLAT=fvp, started as its documentation says"""
        built = subprocess.run(
            [f"{TOP}/firmware-images/build-tfa", "release", "fvp"],
            stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(built.returncode, 0, "the firmware did not build")
        folder = built.stdout.strip()
        program = self.start(*(w for text in (
            f"bp.secureflashloader.fname={folder}/bl1.bin",
            f"bp.flashloader0.fname={folder}/fip.bin",
            "bp.refcounter.non_arch_start_at_default=1",
            "bp.refcounter.use_real_time=0",
            "bp.ve_sysregs.exit_on_shutdown=1", "cache_state_modelled=1",
            "bp.dram_size=4", "bp.secure_memory=1", "pctl.startup=0.0.0.0",
            "pci.pci_smmuv3.mmu.SMMU_ROOT_IDR0=3",
            "pci.pci_smmuv3.mmu.SMMU_ROOT_IIDR=0x43B",
            "pci.pci_smmuv3.mmu.root_register_page_offset=0x20000",
            *(f"cluster{n}.{text}" for n in (0, 1) for text in (
                "NUM_CORES=4", "PA_SIZE=48", "ecv_support_level=2",
                "gicv3.cpuintf-mmap-access-level=2",
                "gicv3.without-DS-support=1",
                "gicv4.mask-virtual-interrupt=1", "has_arm_v8-6=1",
                "has_branch_target_exception=1", "rme_support_level=2",
                "has_rndr=1", "max_32bit_el=-1")),
            "bp.pl011_uart0.out_file=log") for w in ("-C", text)))
        self.assertEqual(program.end(), 0, program.err)
        self.assertEqual(program.err, b"")
        with open("log", encoding="latin-1") as log:
            self.assertRegex(log.read(), r"bl33: [1-9]\d* passed, 0 failed")

    def test_smmu(self):
        """published SMMU registers, with and without RME, and our defaults"""
        elf, _ = self.image()
        _, text, _ = self.tool("--list-params")
        self.file("list", text)
        mmu = "pci.pci_smmuv3.mmu.SMMU_"
        for rme in (0, 2):
            for registers in (
                    ("IDR0=0x0046123B",), ("IDR1=0x00600002",),
                    ("IDR3=0x1714",), ("IDR5=0xFFFF0472",), ("ROOT_IDR0=3",),
                    ("ROOT_IDR0=0",), ("S_IDR1=0",),
                    ("IDR0=135100351", "IDR3=4116", "IDR5=8389749"),
                    ("IDR0=0x80fe6bf", "IDR1=0xe739d08")):
                with self.subTest(rme=rme, registers=registers):
                    words = [w for text in registers
                             for w in ("-C", mmu + text)]
                    self.found(*OPEN, elf, *words, "-C",
                               f"cluster0.rme_support_level={rme}")
            self.found("-f", "list", *OPEN, elf, "-C",
                       f"cluster0.rme_support_level={rme}", "-C",
                       f"cluster1.rme_support_level={rme}")

    def test_start_of_all(self):
        """pctl.startup: PEs that run from the start"""
        elf, _ = self.image()
        for text, count in (("0.0.0.0", 1), ("0.*.*.*", 8), ("0.1.2.0", 1)):
            with self.subTest(text=text):
                program = self.start(*OPEN, *RAW, elf, "-C",
                                     f"pctl.startup={text}", "--qemu-arg",
                                     "-accel", "--qemu-arg",
                                     "tcg,thread=single")
                with program.connect(0) as one:
                    got = b""
                    while got.count(b"!") < count:
                        got += receive(one, 1)
                    one.sendall(b"q")
                    self.assertEqual(program.end(), 5)
                    got += receive_all(one)
                    self.assertEqual(got.count(b"!"), count)

    def test_terminal(self):
        """what is typed comes back, and semihosting ends with a status"""
        elf, _ = self.image()
        program = self.start(*OPEN, *RAW, elf)
        with program.connect(0) as one:
            receive(one, b"!")
            one.sendall(b"hello there")
            receive(one, b"hello there")
            one.sendall(b"q")
            self.assertEqual(program.end(), 5)

    def test_flash_is_saved(self):
        """fnameWrite holds the whole flash"""
        elf, _ = self.image()
        self.file("fip", b"0123456789")
        program = self.start(*OPEN, *TAG, "-C", "bp.flashloader0.fname=fip",
                             "-C", "bp.flashloader0.fnameWrite=saved", elf)
        self.assertEqual(program.end(), 0)
        with open("saved", "rb") as saved:
            self.assertEqual(saved.read(12), b"0123456789\xff\xff")
            self.assertEqual(saved.seek(0, os.SEEK_END), 64 << 20)

    def test_interrupt(self):
        """Ctrl-C ends QEMU; so does the tool's own death"""
        elf, _ = self.image()
        for end in (Program.interrupt, Program.kill):
            with self.subTest(end=end.__name__):
                program = self.start(*OPEN, *RAW, elf)
                with program.connect(0) as one:
                    receive(one, b"!")
                    pid = child_of(program.process.pid)
                    end(program)
                    self.assertIn(program.end(), (130, -9))
                    self.assertEqual(one.recv(1), b"")
                guard = time.monotonic() + PATIENCE
                while alive(pid):
                    self.assertLess(time.monotonic(), guard, "QEMU lives on")
                    os.sched_yield()

    def test_qemu_refuses(self):
        """what only QEMU knows to be wrong ends with its sentence"""
        elf, _ = self.image()
        program = self.start(*OPEN, elf, "--qemu-arg", "-device", "--qemu-arg",
                             "no-such-device")
        self.assertEqual(program.end(), 1)
        self.assertIn(b"no-such-device", program.err)
