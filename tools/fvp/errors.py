# SPDX-License-Identifier: GPL-2.0-or-later
"""How a run that cannot be is refused."""


class Refused(Exception):
    """One sentence for the user; the tool ends with status 1."""
