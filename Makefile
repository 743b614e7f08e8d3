# SPDX-License-Identifier: GPL-2.0-or-later
#
# The front door. No logic here: each target calls one script.

.PHONY: all run run-linux check check-unit check-qtest check-guest check-boot \
        check-tools check-fuzz bench install help clean

all:
	@tools/build

run:
	@tools/run

run-linux:
	@tools/run-linux

check:
	@tests/check

check-unit:
	@tests/check unit

check-qtest:
	@tests/check qtest

check-guest:
	@tests/check guest

check-boot:
	@tests/check boot

check-tools:
	@tests/check tools

check-fuzz:
	@tests/check fuzz

bench:
	@tests/bench/run

install:
	@tools/install

help:
	@tools/help

clean:
	@tools/clean
