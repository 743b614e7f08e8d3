#!/bin/busybox sh
# shellcheck shell=dash disable=SC2154 # variables are set in front of this file
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Uses each device of the FVP's board from Debian's kernel on cca-fvp. What it
# says is judged by fvp_linux.py, which sets in front of this:
#   amount    MiB to copy from disk to disk
#   slot      what is at the second virtio-mmio transport: 9p or rng
#   block     bytes of TFTP's blocks on virtio-net

say() { echo "job: $*"; }

# Each device that the kernel has made from the device tree, and its driver.
nodes() {
    for device in /sys/bus/platform/devices/* /sys/bus/amba/devices/*; do
        [ -e "$device/of_node" ] || continue
        node=$(readlink -f "$device/of_node")
        driver=none
        [ ! -e "$device/driver" ] || driver=$(readlink -f "$device/driver")
        say "device ${node#/sys/firmware/devicetree/base} ${driver##*/}"
    done
    find /sys/firmware/devicetree/base -name compatible | while read -r file; do
        node=${file%/compatible}
        status=okay
        [ ! -e "$node/status" ] || status=$(tr -d '\0' <"$node/status")
        say "node ${node#/sys/firmware/devicetree/base}/ $status" \
            "$(tr '\0' ' ' <"$file")"
    done
}

# at FOLDER PLACE: the name in FOLDER of the device whose path holds PLACE, a
# pattern.
at() {
    for device in "$1"/*; do
        # shellcheck disable=SC2254 # a pattern is meant
        case $(readlink -f "$device/device") in
        *$2*) echo "${device##*/}"; return ;;
        esac
    done
    say "$2 is not in $1: FAILED" >&2
}

disks() {
    mmio=/dev/$(at /sys/block '/1c130000.virtio/')
    pci=/dev/$(at /sys/block '/pci0000:00/*/virtio')
    nvme=/dev/$(at /sys/block '/pci0000:00/*/nvme/')
    card=/dev/$(at /sys/block '/1c050000.mmc/')
    say "disk $nvme $(readlink -f "/sys/block/${nvme#/dev/}/device/device")"
    say "disk $pci $(readlink -f "/sys/block/${pci#/dev/}/device/..")"
    copy 'virtio-mmio to nvme' "$amount" if="$mmio" of="$nvme" \
        seek="$amount" iflag=direct oflag=direct
    copy 'nvme to virtio-pci' "$amount" if="$nvme" of="$pci" \
        seek="$amount" iflag=direct oflag=direct
    copy 'virtio-pci to virtio-mmio' "$amount" if="$pci" of="$mmio" \
        seek="$amount" iflag=direct oflag=direct
    copy 'virtio-mmio to SD card' 1 if="$mmio" of="$card" seek=1 \
        iflag=direct oflag=direct
    copy 'SD card to virtio-mmio' 1 if="$card" of="$mmio" \
        seek=$((2 * amount)) iflag=direct oflag=direct
}

# on_net NAME PLACE: the interface at PLACE is the only one that is up.
on_net() {
    for net in /sys/class/net/eth*; do
        ip address flush dev "${net##*/}"
        ip link set "${net##*/}" down
    done
    name=$(at /sys/class/net "$2")
    ip link set "$name" up && ip address add 10.0.2.15/24 dev "$name"
    say "net $1 $(readlink -f "/sys/class/net/$name/device")"
}

# net NAME PLACE BYTES: a file comes and goes back.
net() {
    on_net "$1" "$2"
    tftp -g -b "$3" -l /tmp/file -r get 10.0.2.2 2>/tmp/tftp ||
        say "$1: FAILED: $(tail -n 1 /tmp/tftp)"
    say "sum $1 $(sha256sum </tmp/file | cut -d ' ' -f 1)"
    case $1 in
    # What QEMU's user network has at the other end takes no files by TFTP.
    smc91x) nc -w 60 10.0.2.100 1234 </tmp/file ;;
    *) tftp -p -b "$3" -l /tmp/file -r put 10.0.2.2 2>/tmp/tftp ;;
    esac || say "$1: FAILED: $(tail -n 1 /tmp/tftp)"
    rm -f /tmp/file
}

second_transport() {
    if [ "$slot" = 9p ]; then
        mkdir /share
        mount -t 9p -o trans=virtio,version=9p2000.L,msize=131072 share /share
        cp /share/in /share/out || say "9p: FAILED"
        umount /share || say "9p: FAILED"
    else
        say "rng $(cat /sys/class/misc/hw_random/rng_current)"
        head -c 65536 /dev/hwrng | gzip -c | wc -c | sed 's/^/job: rng packed /'
    fi
}

others() {
    for uart in 1 2 3; do
        echo "this is ttyAMA$uart" >/dev/ttyAMA$uart
    done
    say "rtc $(cat /sys/class/rtc/rtc0/name) $(cat /sys/class/rtc/rtc0/date)"
    say "watchdog $(cat /sys/class/watchdog/watchdog0/identity)"
    # Opening starts it, a byte is a ping, V stops it.
    exec 3>/dev/watchdog0
    say "watchdog $(cat /sys/class/watchdog/watchdog0/state)"
    echo ping >&3
    echo V >&3
    exec 3>&-
    say "watchdog $(cat /sys/class/watchdog/watchdog0/state)"
    mount -t debugfs debug /sys/kernel/debug
    for clock in v2m:clk24mhz v2m:refclk1mhz v2m:refclk32khz v2m:oscclk1; do
        say "clock $clock $(cat "/sys/kernel/debug/clk/$clock/clk_rate")"
    done
}

# Each PE goes off and comes back, through PSCI and the power controller.
hotplug() {
    for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
        echo 0 >"$cpu/online" || say "${cpu##*/} goes off: FAILED"
        say "off ${cpu##*/} $(cat /sys/devices/system/cpu/online)"
        echo 1 >"$cpu/online" || say "${cpu##*/} comes back: FAILED"
    done
    say "PEs $(cat /sys/devices/system/cpu/online)"
}

groups() {
    for device in /sys/bus/pci/devices/*; do
        [ -e "$device/driver" ] || continue
        driver=$(readlink "$device/driver")
        say "device ${driver##*/} type $(cat "$device/iommu_group/type" 2>&1)"
    done
}

# A DMA to where the SMMU has no mapping makes an event, and that an interrupt,
# which the SMMU sends through the ITS. No driver has the exerciser: its
# registers are anyone's (docs/exerciser.md), but Linux has given its stream
# nothing, and a DMA would end in silence. So it calls itself device 4, the
# virtio network.
fault() {
    for device in /sys/bus/pci/devices/*; do
        [ "$(cat "$device/vendor" "$device/device" | tr -d '\n')" = 0x13b50xed01 ] &&
            break
    done
    echo 1 >"$device/enable"
    printf '\006' | dd of="$device/config" bs=1 seek=4 conv=notrunc 2>/dev/null
    read -r bar _ <"$device/resource"
    devmem $((bar + 0x10)) 64 0xabcde000
    devmem $((bar + 0x18)) 32 64
    devmem $((bar + 0x3c)) 32 $((0x80000020))
    devmem $((bar + 0x08)) 32 0x11
    sleep 1
    grep arm-smmu-v3 /proc/interrupts | sed 's/^/job: irq /'
    dmesg | grep 'arm-smmu-v3.*event' | sed 's/^/job: event /'
}

say "PEs $(cat /sys/devices/system/cpu/online)"
nodes
disks
net virtio-mmio '/1c150000.virtio/' "$block"
net virtio-pci '/pci0000:00/*/virtio' "$block"
net smc91x '/1a000000.ethernet' 1400
second_transport
others
hotplug
groups
dmesg | sed 's/^/job: dmesg /'
fault
say end
