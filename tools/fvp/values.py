# SPDX-License-Identifier: GPL-2.0-or-later
"""Values as they stand on the FVP's command line."""
import re

from .errors import Refused

BOOLS = {"0": False, "1": True, "false": False, "true": True,
         "off": False, "on": True, "no": False, "yes": True}


def unquoted(text):
    """text without a pair of double quotes around it, as the FVP takes it."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    return text


def integer(text):
    """A decimal, 0x or 0b number; None if text is none. A leading 0 does not
    make it octal."""
    text = text.strip().lower()
    if not re.fullmatch("[-+]?(0x[0-9a-f]+|0b[01]+|[0-9]+)", text):
        return None
    prefix = text.lstrip("+-")[:2]
    return int(text, {"0x": 16, "0b": 2}.get(prefix, 10))


def parse(kind, text, low, high, name):
    """The value of a parameter of kind bool, int, float or string. low and
    high, where they are not None, bound an int."""
    text = unquoted(text.strip())
    if kind == "string":
        return text
    if kind == "bool":
        value = BOOLS.get(text.lower())
        if value is None:
            number = integer(text)
            if number not in (0, 1):
                raise Refused(f"{name}={text}: must be 0 or 1")
            value = bool(number)
        return value
    if kind == "float":
        try:
            return float(text)
        except ValueError:
            raise Refused(f"{name}={text}: must be a number") from None
    value = integer(text)
    if value is None:
        raise Refused(f"{name}={text}: must be a number, as 4 or 0x4")
    if (low is not None and value < low) or (high is not None and value > high):
        raise Refused(f"{name}={text}: must be {bounds(low, high)}")
    return value


def bounds(low, high):
    """Words for a range of numbers."""
    def show(number):
        return hex(number) if number > 9999 else str(number)

    if high is None:
        return f"at least {show(low)}"
    if low is None:
        return f"at most {show(high)}"
    return f"{show(low)} to {show(high)}"


def shown(kind, value):
    """A value as --list-params shows it."""
    if kind == "bool":
        return "1" if value else "0"
    if kind == "int" and abs(value) > 9:
        return hex(value)
    return str(value)


def size_words(count):
    """A number of bytes in the largest unit that fits exactly."""
    for unit, shift in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if count and count % (1 << shift) == 0:
            return f"{count >> shift} {unit}"
    return f"{count} bytes"
