"""Who may reach a machine (nftables), and whose clock it follows (chrony on the server, timesyncd elsewhere). Pure."""

import ipaddress
from collections.abc import Iterable, Iterator

from broker.model.hall import Hall
from firmware_config.build.boot import MADE
from firmware_config.build.files import ROOT, File, text
from firmware_config.machines import Computer

Networks = tuple[str, ...]
ENROL_PORT = 8643
"""Where new devices ask to be let in while somebody has opened the desk (``firmware_config enrol``)."""
PRIVATE: Networks = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


def files(hall: Hall, computer: Computer) -> Iterator[File]:
    """The firewall, and the clock's file."""
    yield text(f"{ROOT}etc/nftables.conf", _firewall(hall, computer), 0o755)
    if computer.serves:
        yield text(f"{ROOT}etc/chrony/conf.d/jiaohao.conf", "\n".join(_chrony(hall)))
    else:
        yield text(f"{ROOT}etc/systemd/timesyncd.conf.d/jiaohao.conf", _timesyncd(hall))


def hall_networks(hall: Hall) -> Networks:
    """The networks of the machines' own addresses, widest first; of none where all addresses come by DHCP."""
    found = {ipaddress.ip_interface(one.address).network for one in hall.machines.values() if one.address}
    return tuple(sorted(str(one) for one in found))


def _firewall(hall: Hall, computer: Computer) -> str:
    """What is not asked for is dropped; what the machine itself begins may come back."""
    around = hall_networks(hall)
    rules = [*_allowed(hall.network.administered_from or around, "tcp dport 22", bool(hall.network.ssh_keys))]
    if computer.serves:
        rules += _allowed(around, f"tcp dport {hall.broker.secure_port}", hall.broker.url == "auto")
        rules += _allowed(hall.network.web_from or around, f"tcp dport {hall.collector.port}", True)
        rules += _allowed(around, "udp dport 123", True)
        rules += _allowed(around, f"tcp dport {ENROL_PORT}", True)
    body = "\n".join(f"        {rule}" for rule in rules)
    return f"""#!/usr/sbin/nft -f
{MADE}
flush ruleset
table inet hall {{
    chain input {{
        type filter hook input priority 0; policy drop;
        iif "lo" accept
        ct state established,related accept
        ct state invalid drop
        ip protocol icmp icmp type echo-request limit rate 10/second accept
        icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, echo-request }} accept
        udp sport 67 udp dport 68 accept
{body}
    }}
    chain forward {{
        type filter hook forward priority 0; policy drop;
    }}
    chain output {{
        type filter hook output priority 0; policy accept;
    }}
}}
"""


def _allowed(networks: Iterable[str], what: str, open_: bool) -> list[str]:
    """One rule for each family; without known networks, from private ones alone (RFC 1918)."""
    if not open_:
        return []
    known = [ipaddress.ip_network(one) for one in tuple(networks) or PRIVATE]
    rules = []
    for family, version in (("ip", 4), ("ip6", 6)):
        mine = [str(one) for one in known if one.version == version]
        if mine:
            rules.append(f"{family} saddr {{ {', '.join(mine)} }} {what} accept")
    return rules


def _chrony(hall: Hall) -> Iterator[str]:
    """``local``: without anybody above it the server's own clock counts, so that all machines agree."""
    yield MADE
    yield from (f"server {name} iburst" for name in hall.network.time_servers)
    yield from (f"allow {network}" for network in hall_networks(hall))
    yield from ("local stratum 10", "makestep 1 3", "rtcsync")


def _timesyncd(hall: Hall) -> str:
    return f"{MADE}\n[Time]\nNTP={hall.network.server}\nFallbackNTP=\n"
