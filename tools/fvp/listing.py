# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists: parameters as the FVP prints them, instances, memory, and the tables
of docs/fvp.md."""
from . import images, values
from .cpu import CLUSTER_PES, CLUSTERS
from .options import OPTIONS
from .parameters import FIXED, ID, MAPS, NOTHING

COLUMN = 54
RULE = "#" + "-" * 78
EFFECTS = {MAPS: "", NOTHING: "no effect", FIXED: "only {}, else an error",
           ID: "{}; else a warning"}


def _range(row):
    if row.accepts is not None and row.effect == FIXED:
        text = ", ".join(values.shown(row.kind, v) or "''" for v in row.accepts)
        return f" : here only {text}"
    if row.low is None and row.high is None:
        return ""
    low = "" if row.low is None else values.shown(row.kind, row.low)
    high = "" if row.high is None else values.shown(row.kind, row.high)
    return f" : [{low}..{high}]"


def parameters(table):
    """--list-params: can be read again with -f."""
    lines = ["# Parameters:",
             "# instance.parameter=value       #(type, mode) default = "
             "'def value' : description : [min..max]", RULE]
    for name, row in table.listed():
        value = values.shown(row.kind, row.usual)
        plain = str(row.usual) if row.kind == "int" else value
        if not plain or " " in plain:
            plain = f'"{plain}"'
        lines.append(f"{name}={plain} ".ljust(COLUMN)
                     + f"# ({row.kind:<6}, init-time) default = "
                     + f"'{value}'".ljust(8)
                     + f" : {row.meaning}{_range(row)}")
    return "\n".join([*lines, RULE]) + "\n"


def instances(table):
    """--list-instances: whatever has a parameter, and the PEs."""
    names = {"FVP_Base_RevC_2xAEMvA"}
    for name, _ in table.listed():
        parts = name.split(".")[:-1]
        names |= {".".join(parts[:n]) for n in range(1, len(parts) + 1)}
    for cluster in range(CLUSTERS):
        names |= {f"cluster{cluster}.cpu{pe}" for pe in range(CLUSTER_PES)}
    return "\n".join(["# Instances:", *sorted(names), ""])


def memory(dram_size):
    """--list-memory: what --data reaches."""
    return "\n".join(["# Memory:"] + [
        f"{base:#013x}-{base + size - 1:#013x} {name} "
        f"({values.size_words(size)})"
        for name, base, size in sorted(images.memory(dram_size),
                                       key=lambda r: r[1])] + [""])


def _cell(text):
    return text.replace("|", "\\|")


def _effect(row):
    if row.accepts is None:
        return EFFECTS[row.effect]
    return EFFECTS[row.effect].format(" or ".join(
        f"`{values.shown(row.kind, v)}`" if v != "" else "nothing"
        for v in row.accepts))


def markdown(table):
    """The two tables of docs/fvp.md."""
    lines = ["| option | here |", "| --- | --- |"]
    for option in OPTIONS:
        name = f"`--{option.long}" + (
            f" {option.argument}`" if option.argument else "`")
        if option.short:
            name = f"`-{option.short}`, {name}"
        text = f"error: {option.refused}" if option.refused else option.here
        lines.append(f"| {_cell(name)} | {_cell(text)}"
                     + (" (ours)" if option.ours else "") + " |")
    lines += ["", "| parameter | meaning | here |", "| --- | --- | --- |"]
    for row in table.rows:
        name = row.name.replace("{cluster}", "N").replace("{cpu}", "N").replace(
            "{uart}", "N").replace("{flash}", "N")
        here = "; ".join(filter(None, (_effect(row), row.here)))
        lines.append(f"| `{_cell(name)}` | {_cell(row.meaning)} | "
                     f"{_cell(here)} |")
    return "\n".join(lines) + "\n"
