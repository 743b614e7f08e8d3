# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole table of parameters."""
from .parameters import Table
from .table_board import ROWS as BOARD
from .table_cpu import ROWS as CPU
from .table_system import ROWS as SYSTEM

TABLE = Table([*BOARD, *CPU, *SYSTEM])
