# SPDX-License-Identifier: GPL-2.0-or-later
"""Ethernet (SMSC 91C111) and virtio-net."""
import ipaddress
import re

from .errors import Refused


def arguments(result, settings):
    """Add the cards."""
    _transport(result, settings)
    # The board has an Ethernet card in any case; it may hang in the air.
    mac = _mac(settings, "bp.smsc_91c111.mac_address")
    backend = settings.get("bp.smsc_91c111.enabled") and _backend(
        settings, "bp.hostbridge")
    _netdev(result, backend, "fvp-ethernet")
    result.add("-net", f"nic,model=smc91c111,macaddr={mac},"
               "netdev=fvp-ethernet")
    if settings.get("bp.virtio_net.enabled"):
        mac = _mac(settings, "bp.virtio_net.mac_address")
        _netdev(result, _backend(settings, "bp.virtio_net.hostbridge"),
                "fvp-virtio")
        result.add("-device", "virtio-net-device,bus=virtio-mmio-bus.2,"
                   f"mac={mac},netdev=fvp-virtio")


def _netdev(result, backend, name):
    """The other end of a cable, or nobody there."""
    if backend:
        result.add("-netdev", f"{backend},id={name}")
    else:
        result.loose.append(name)


def _transport(result, settings):
    name = "bp.virtio_net.transport"
    if not settings.given(name):
        return
    kind = settings.get(name)
    if kind not in ("legacy", "modern"):
        raise Refused(f"{name}={kind}: must be legacy or modern")
    result.add("-global", "virtio-mmio.force-legacy="
               + ("on" if kind == "legacy" else "off"))


def _mac(settings, name):
    text = settings.get(name)
    if not re.fullmatch("([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}", text):
        raise Refused(f"{name}={text}: is no MAC address")
    return text


def _backend(settings, bridge):
    """What stands after -netdev, without its id; "" for a loose cable."""
    if settings.get(f"{bridge}.userNetworking"):
        return ",".join(["user", _subnet(settings, bridge),
                         *_ports(settings, bridge)])
    if settings.given(f"{bridge}.interfaceName"):
        name = settings.get(f"{bridge}.interfaceName")
        if not re.fullmatch(r"[^\s/,]{1,15}", name):
            raise Refused(f"{bridge}.interfaceName={name}: is no interface")
        return f"tap,ifname={name},script=no,downscript=no"
    return ""


def _subnet(settings, bridge):
    """The FVP's gateway and name server are the last addresses of the net,
    guests get the first ones."""
    name = f"{bridge}.userNetSubnet"
    text = settings.get(name)
    try:
        net = ipaddress.IPv4Network(text)
    except ValueError:
        raise Refused(f"{name}={text}: must be a network, as "
                      "172.20.51.0/24") from None
    if net.num_addresses < 32:
        raise Refused(f"{name}={text}: is too small")
    return (f"net={net},host={net[-2]},dns={net[-3]},dhcpstart={net[1]}")


def _ports(settings, bridge):
    name = f"{bridge}.userNetPorts"
    text = settings.get(name)
    for pair in filter(None, (p.strip() for p in text.split(","))):
        found = re.fullmatch(r"(?:(\d+\.\d+\.\d+\.\d+):)?(\d+)=(\d+)", pair)
        ports = [int(p) for p in found.groups()[1:]] if found else [0]
        if not all(0 < port < 65536 for port in ports):
            raise Refused(f"{name}={text}: must be [ADDRESS:]HOST=GUEST, by "
                          "commas")
        yield f"hostfwd=tcp:{found.group(1) or ''}:{ports[0]}-:{ports[1]}"
