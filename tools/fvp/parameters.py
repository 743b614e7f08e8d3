# SPDX-License-Identifier: GPL-2.0-or-later
"""The parameters that -C knows: what a row of the table says, and how one
finds it."""
import difflib
import fnmatch
import itertools
import re
from dataclasses import dataclass

from . import values
from .errors import Refused

MODELS = ("FVP_Base_RevC_2xAEMvA", "FVP_Base_RevC-2xAEMvA")
# What stands in braces in the name of a row, and what it stands for.
INSTANCES = {"cluster": 2, "cpu": 4, "uart": 4, "flash": 2}

# What a parameter does here.
MAPS = "maps"       # to something of the machine
NOTHING = "nothing"     # it has no meaning here, and nobody misses it
FIXED = "fixed"     # only the values of `accepts`; another is an error
ID = "id"           # a value outside `accepts` is not given, and the ID
                    # registers say so: a warning


@dataclass(frozen=True)
class Parameter:
    """A row of the table. name may hold {cluster}, {cpu}, {uart}, {flash}, or
    * for a family whose members are not listed one by one."""
    name: str
    kind: str               # bool, int, float or string
    default: object         # the FVP's; ours if effect is MAPS
    effect: str
    here: str               # what it is here; for FIXED and ID, the reason
    meaning: str
    low: int = None
    high: int = None
    accepts: tuple = None

    def names(self):
        """Every name that this row stands for."""
        keys = re.findall(r"\{(\w+)\}", self.name)
        for numbers in itertools.product(*(range(INSTANCES[k]) for k in keys)):
            yield self.name.format(**dict(zip(keys, numbers)))

    @property
    def usual(self):
        """What holds here if it is not given."""
        if self.accepts is None or self.default in self.accepts:
            return self.default
        return self.accepts[0]

    @property
    def family(self):
        """Does it stand for names that nobody listed?"""
        return "*" in self.name


@dataclass(frozen=True)
class Setting:
    """A parameter as it was given."""
    name: str
    text: str
    value: object
    parameter: Parameter


def without_model(name):
    """A parameter's or instance's name without the model's."""
    for model in MODELS:
        if name.startswith(model + "."):
            return name[len(model) + 1:]
    return name


class Table:
    """All rows, by name."""

    def __init__(self, rows):
        self.rows = tuple(rows)
        self._by_name = {}
        self._families = []
        for row in self.rows:
            for name in row.names():
                if row.family:
                    self._families.append((name, row))
                elif name in self._by_name:
                    raise ValueError(f"{name} is there twice")
                else:
                    self._by_name[name] = row

    def find(self, name):
        """The row of a name, or None."""
        row = self._by_name.get(name)
        if row is None:
            for pattern, family in self._families:
                if fnmatch.fnmatchcase(name, pattern):
                    return family
        return row

    def listed(self):
        """(name, row) of all that is listed one by one, by name."""
        return sorted(self._by_name.items())

    def like(self, name):
        """A name of the table that the user may have meant, or None."""
        near = difflib.get_close_matches(name, self._by_name, 1, 0.85)
        return near[0] if near else None


class Settings:
    """What the user set. A later value of a name replaces an earlier one."""

    def __init__(self, table):
        self.table = table
        self._given = {}
        self.unknown = []       # names, each once, in order

    def set(self, assignment):
        """Take name=value as it stands after -C."""
        name, equals, text = assignment.partition("=")
        name = without_model(name.strip())
        if not equals or not name:
            raise Refused(f"-C {assignment}: must be name=value")
        row = self.table.find(name)
        if row is None:
            if name not in self.unknown:
                self.unknown.append(name)
            return
        value = values.parse(row.kind, text, row.low, row.high, name)
        self._given.pop(name, None)
        if row.effect in (FIXED, ID) and value == row.default:
            return      # as if nothing had been said: lists hold defaults
        if row.effect == FIXED and value not in row.accepts:
            raise Refused(f"{name}={text.strip()}: {row.here}")
        self._given[name] = Setting(name, text.strip(), value, row)

    def given(self, name):
        """Was it set?"""
        return name in self._given

    def get(self, name):
        """Its value, or the default."""
        if name in self._given:
            return self._given[name].value
        return self.table.find(name).default

    def text(self, name):
        """name=value as the user wrote it."""
        return f"{name}={self._given[name].text}"

    def matching(self, pattern):
        """What was set of the names that pattern (with *) covers."""
        return [setting for name, setting in self._given.items()
                if fnmatch.fnmatchcase(name, pattern)]

    def of_effect(self, effect):
        """What was set of one effect."""
        return [s for s in self._given.values() if s.parameter.effect == effect]
