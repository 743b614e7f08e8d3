#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Ends the machine's life three times: a restart through PSCI, one by a
# watchdog that nobody feeds, and the power-off. The first byte of the disk
# tells how often it was here.

past=$(dd if=/dev/vda bs=1 count=1 2>/dev/null)
echo "job: life $past with $(nproc) PEs"
case $past in
0)
    printf 1 | dd of=/dev/vda conv=notrunc,fsync 2>/dev/null
    reboot -f
    ;;
1)
    printf 2 | dd of=/dev/vda conv=notrunc,fsync 2>/dev/null
    # Fed every ten minutes, it bites after four seconds.
    watchdog -F -T 2 -t 600 /dev/watchdog0
    ;;
2)
    echo "job: end"
    ;;
esac
