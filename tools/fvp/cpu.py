# SPDX-License-Identifier: GPL-2.0-or-later
"""PEs: how many, what they are called, what they have, where they start."""
import re

from . import values
from .errors import Refused
from .options import split_pe

CLUSTERS, CLUSTER_PES = 2, 4
SVE_PLUGIN = "SVE.ScalableVectorExtension"


class Pes:
    """The PEs of a run."""

    def __init__(self, settings):
        self.settings = settings
        self.count = [settings.get(f"cluster{n}.NUM_CORES")
                      for n in range(CLUSTERS)]
        first, second = self.count
        if first == 0:
            raise Refused("cluster0.NUM_CORES=0: there is no PE to start with")
        if second and first not in (CLUSTER_PES, second):
            raise Refused(
                f"cluster0.NUM_CORES={first} with cluster1.NUM_CORES={second}: "
                "a first cluster that is not full needs a second one of the "
                "same size, or of size 0")
        self.rme = self.same("rme_support_level")
        self._start = None      # (who said so, address)

    def clusters(self):
        """Numbers of the clusters that have PEs."""
        return [n for n in range(CLUSTERS) if self.count[n]]

    def same(self, name):
        """A parameter that all PEs share. One cluster may be left out."""
        said = {}
        for number in self.clusters():
            full = f"cluster{number}.{name}"
            if self.settings.given(full):
                said[full] = self.settings.get(full)
        if len(set(said.values())) > 1:
            raise Refused(f"{' and '.join(self.settings.text(n) for n in said)}"
                          ": all PEs are alike here")
        return next(iter(said.values()), self.settings.get(f"cluster0.{name}"))

    def given(self, name):
        """Was it set, for a cluster that has PEs?"""
        return any(self.settings.given(f"cluster{n}.{name}")
                   for n in self.clusters())

    def named(self, option, text, where):
        """Refuse a PE that this run has not. where: see split_pe()."""
        if where is None:
            return
        cluster, pe = where
        for number in range(CLUSTERS) if cluster is None else (cluster,):
            if (pe or 0) < self.count[number]:
                return
        raise Refused(f"{option} {text}: this run has not that PE (NUM_CORES)")

    def enter(self, who, address):
        """PEs start at an address."""
        if address % 4 or not 0 <= address < 1 << 48:
            raise Refused(f"{who}: PEs cannot start at {address:#x}")
        if self._start and self._start[1] != address:
            raise Refused(f"{self._start[0]} and {who}: all PEs start at one "
                          f"address here, and these are {self._start[1]:#x} "
                          f"and {address:#x}")
        self._start = who, address

    def arguments(self, result, run):
        """Add -smp, -cpu and what the machine has to know."""
        first, second = self.count
        topology = ""
        if second in (0, first):
            topology = f",clusters={2 if second else 1},cores={first}"
        result.add("-smp", f"{first + second}{topology}")
        result.machine.append(f"rme={self.rme or 'off'}")
        threads = self._affinity(result)
        self._rvbar(run)
        if self._start:
            result.machine.append(f"rvbar={self._start[1]:#x}")
        self._startup(result, threads)
        self._markers(result)
        result.add("-cpu", ",".join(["max", *self._features()]))

    def _affinity(self, result):
        layout = self.same("mpidr_layout")
        threads = self.same("supports_multi_threading")
        if not self.given("mpidr_layout"):
            layout = int(threads)
        if not self.given("supports_multi_threading"):
            threads = bool(layout)
        if bool(layout) != threads:
            raise Refused(
                f"mpidr_layout={layout} with supports_multi_threading="
                f"{int(threads)}: MPIDR_EL1.MT and the layout go together here")
        result.machine.append(f"mt={'on' if threads else 'off'}")
        return threads

    def _rvbar(self, run):
        for setting in self.settings.matching("cluster*.cpu*.RVBAR*"):
            numbers = [int(n) for n in re.findall(
                r"(?:cluster|cpu)(\d)", setting.name)]
            # 0 is what holds anyway: it does not contradict -a.
            if numbers[1] < self.count[numbers[0]] and (
                    setting.value or not self._start):
                self.enter(self.settings.text(setting.name), setting.value)
        for text in run.arguments("start"):
            where, address = split_pe(text)
            self.named("--start", text, where)
            number = values.integer(address)
            if number is None:
                raise Refused(f"--start {text}: {address} is no address")
            self.enter(f"--start {text}", number)

    def _startup(self, result, threads):
        """Which PEs run from reset: affinities, or * for all of one."""
        text = self.settings.get("pctl.startup")
        chosen, parts = set(), [part.strip() for part in text.split(",")]
        for part in parts:
            fields = part.split(".")
            if len(fields) != 4 or any(f != "*" and not re.fullmatch(
                    "[0-9]{1,3}", f) for f in fields):
                raise Refused(f"pctl.startup={text}: must be affinities, as "
                              "0.0.0.0 or 0.0.*.*, by commas")
            chosen |= self._matching(fields, threads)
        if not chosen:
            raise Refused(f"pctl.startup={text}: no PE of this run would start")
        if chosen != {(0, 0)}:
            result.add("-global", f"cca-fvp-pwrc.startup={','.join(parts)}")

    def _matching(self, fields, threads):
        """(cluster, PE) of those that four fields stand for."""
        def fits(text, number):
            return text == "*" or int(text) == number

        return {(cluster, pe) for cluster, count in enumerate(self.count)
                for pe in range(count) if all(map(
                    fits, fields, (0, cluster, pe, 0) if threads
                    else (0, 0, cluster, pe)))}

    def _markers(self, result):
        """HLT with a number that is a marker."""
        settings = self.settings
        numbers = set()
        toggle = "TRACE.ToggleMTIPlugin"
        if settings.get(f"{toggle}.use_hlt"):
            numbers.add(settings.get(f"{toggle}.hlt_imm16"))
        for setting in settings.matching("*.enable_trace_special_hlt_imm16"):
            if setting.value:
                numbers.add(settings.get(setting.name.replace("enable_", "")))
        if len(numbers) > 1:
            raise Refused("HLT markers: one number for all, not "
                          + " and ".join(f"{n:#x}" for n in sorted(numbers)))
        if numbers:
            result.machine.append(f"trace-hlt={numbers.pop():#x}")

    def _features(self):
        """Properties of -cpu max."""
        for name, cluster_names in (
                ("sve", ("has_sve", "sve.has_sve")),
                ("sme", ("sve.has_sme",)), ("veclen", ("sve.veclen",))):
            value = self._vector(name, cluster_names)
            if value is None:
                continue
            if name == "veclen":
                if value % 2:
                    raise Refused(f"veclen={value}: must be even")
                yield f"sve-max-vq={value // 2}"
            else:
                yield f"{name}={'on' if value else 'off'}"
        for name, feature, on in (
                ("sve.has_sme_fa64", "sme_fa64", bool),
                ("has_pointer_authentication", "pauth", bool),
                ("has_qarma3_pac", "pauth-qarma3", bool),
                ("has_52bit_address_with_4k", "lpa2", bool)):
            if self.given(name):
                yield f"{feature}={'on' if on(self.same(name)) else 'off'}"

    def _vector(self, name, cluster_names):
        """What clusters and SVE plugin say of one thing; None: nothing."""
        plugin = f"{SVE_PLUGIN}.{name if name == 'veclen' else 'has_' + name}"
        said = {n: self.same(n) for n in cluster_names if self.given(n)}
        if self.settings.given(plugin):
            said[plugin] = self.settings.get(plugin)
        if len(set(said.values())) > 1:
            raise Refused(" and ".join(said) + " do not agree")
        return next(iter(said.values()), None)
