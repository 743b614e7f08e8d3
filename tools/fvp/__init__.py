# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of Arm's FVP Base RevC 2xAEMvA, on machine cca-fvp."""
