# SPDX-License-Identifier: GPL-2.0-or-later
"""What count.S executes, counted by hand; and what BL33 calls."""

ROOT, S1, S2 = "Root EL3", "Secure EL1", "Secure EL2"
N1, N2 = "Non-secure EL1", "Non-secure EL2"
R0, R1, R2 = "Realm EL0", "Realm EL1", "Realm EL2"
LEAVE = "0xFFFFFFFF"            # X0 of count.S's leave
TRUSTED_OS = "Trusted OS, SMC64"

ENTER, BACK = 10, 7             # at EL3: enter; the end of leave
CALL, TRAP, SKIP = 7, 8, 4      # its handlers: SMC; trap; fault at EL3


def phase(insns, entries=1, **kinds):
    """Rows of a phase: instructions by context, other kinds by from, to."""
    rows = {("instructions", where, "", "", "", ""): n
            for where, n in insns.items()}
    rows["instructions", "all", "", "", "", ""] = sum(insns.values())
    for kind, values in kinds.items():
        for key, n in values.items():
            key = (*key, "", "", "") if len(key) == 2 else key
            rows[(kind.replace("_", "-"), *key)] = n
    if entries != 1:
        rows["entries"] = entries
    return rows


def straight(n, faults=0):
    """@n instructions at EL3, with as many exceptions there."""
    same = {("EL3", "EL3"): 2 * faults} if faults else {}
    return phase({ROOT: n}, same_level=same)


def worlds(**trips):
    """World switches of so many round trips to Root."""
    names = {"s": "Secure", "ns": "Non-secure", "r": "Realm"}
    rows = {}
    for short, n in trips.items():
        rows[names[short], "Root"] = rows["Root", names[short]] = n
    return rows


def levels(*pairs):
    return {(f"EL{a}", f"EL{b}"): n for a, b, n in pairs}


def leave(*contexts):
    return {(c, ROOT, "SMC", LEAVE, TRUSTED_OS): 1 for c in contexts}


PHASES = {
    "1": {**straight(10 + 3), "entries": 2},
    # mov, a loop of 1000 rounds, mov; later a NOP
    "2": {**straight(1 + 2000 + 1 + 1), "entries": 2},
    "3": straight(5 + SKIP + 5, faults=1),
    "4": straight(3 + SKIP + 3 + 1, faults=1),
    "5": straight(4 + 1 + 4 + 1 + 2 + 3),
    "6": straight(2 + 1 + 2),
    "7": phase(
        {N2: 2 + 3 + 1 + 1 + 2, ROOT: ENTER + 4 * CALL + BACK + 2},
        level_switch=levels((2, 3, 5), (3, 2, 5)),
        world_switch=worlds(ns=5), passage={("Non-secure", "Non-secure"): 4},
        call={(N2, ROOT, "SMC", "0xC4000151", "RMI_GRANULE_DELEGATE"): 3,
              (N2, ROOT, "SMC", "0x84000000", "PSCI_VERSION"): 1,
              **leave(N2)}),
    "8": phase(
        {N2: 2 + 3 + 2, ROOT: ENTER + TRAP + BACK},
        level_switch=levels((2, 3, 2), (3, 2, 2)),
        world_switch=worlds(ns=2), passage={("Non-secure", "Non-secure"): 2},
        call=leave(N2)),
    "9": straight(1),
    "10": phase(
        {S1: 3, S2: 4, N1: 5, N2: 6, R1: 7, R2: 8, ROOT: 6 * (ENTER + BACK)},
        level_switch=levels((1, 3, 3), (2, 3, 3), (3, 1, 3), (3, 2, 3)),
        world_switch=worlds(s=2, ns=2, r=2),
        passage={("Non-secure", "Secure"): 1, ("Secure", "Secure"): 1,
                 ("Secure", "Non-secure"): 1,
                 ("Non-secure", "Non-secure"): 1,
                 ("Non-secure", "Realm"): 1, ("Realm", "Realm"): 1},
        call=leave(S1, S2, N1, N2, R1, R2)),
    "11": phase(
        {R0: 6, R1: 2, ROOT: ENTER + BACK + 2},
        level_switch=levels((3, 0, 1), (0, 1, 1), (1, 3, 1)),
        world_switch=worlds(r=1), passage={("Realm", "Realm"): 1},
        call=leave(R1)),
    # SMCs that are trapped are not executed: the handler steps over them.
    "12": phase(
        {R1: 2 + 2 + 1 + 2, R2: 3 * 10 + 3, ROOT: ENTER + BACK},
        level_switch=levels((3, 1, 1), (1, 2, 4), (2, 1, 3), (2, 3, 1)),
        world_switch=worlds(r=1), passage={("Realm", "Realm"): 1},
        call={(R1, R2, "SMC", "0xC4000190", "RSI_VERSION"): 2,
              (R1, R2, "SMC", "0xC4000199", "RSI_HOST_CALL"): 1,
              (R1, R2, "HVC", LEAVE, TRUSTED_OS): 1, **leave(R2)}),
    "13": straight(2),
    "14": phase(
        {N1: 2 + 3 + 1 + 2, N2: 2 * 7, ROOT: ENTER + BACK},
        level_switch=levels((3, 1, 1), (1, 2, 2), (2, 1, 2), (1, 3, 1)),
        world_switch=worlds(ns=1), passage={("Realm", "Non-secure"): 1},
        call={(N1, N2, "HVC", "0x86000000",
               "Vendor Hypervisor Service, SMC32"): 2, **leave(N1)}),
    "4294967294": straight(6),          # MOV WZR, #-2
    "2147418112": straight(7),          # MOV XZR, #0x7fff0000
    # The four HLTs are UNDEFINED.
    "15": straight(1 + 20 + 300 + 3 + 4 * SKIP, faults=4),
    "16": straight(3),
    "17": straight(5 + 2 + 3),          # one PE: it waits for nobody
    "20": straight(30000 + 2),
    "21": straight(4 + 1 + 3),
}


def loop(pe):
    """Phase 20 of PE @pe."""
    return straight(30000 * (pe + 1) + 2)


TABLES = {
    "12": """opened 1 time
-- 1 PE together
  instructions                             57
    Root EL3                               17
    Realm EL1                               7
    Realm EL2                              33
  level switches, to                      EL1            EL2            EL3
    from EL1                                -              4              0
    from EL2                                3              -              1
    from EL3                                1              0              -
  world switches, to                     Root          Realm
    from Root                               -              1
    from Realm                              1              -
  passages through Root, to             Realm
    from Realm                              1
  calls from Realm EL1 to Realm EL2
    SMC 0xC4000190 RSI_VERSION                                       2
    SMC 0xC4000199 RSI_HOST_CALL                                     1
    HVC 0xFFFFFFFF Trusted OS, SMC64                                 1
  calls from Realm EL2 to Root EL3
    SMC 0xFFFFFFFF Trusted OS, SMC64                                 1

""",
    "1": """opened 2 times
-- 1 PE together
  instructions                             13
    Root EL3                               13

""",
}

# 4 PEs: three are switched on and off, twice; one that does not exist and the
# caller's own are refused.
BL33 = {
    "PSCI_CPU_ON": 3 + 3 + 2,
    "PSCI_CPU_OFF": 3 + 3,
    "PSCI_SYSTEM_OFF": 1,
    "RMI_VERSION": 2,
}
