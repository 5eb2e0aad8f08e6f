"""Ports of a demo whose usual ones are taken."""

from itertools import islice
from pathlib import Path

from firmware_config.demo import _quiet_ports


def test_a_demo_never_takes_a_port_twice_nor_one_that_the_kernel_hands_to_anybody():
    ports = list(islice(_quiet_ports(), 5))
    assert len(set(ports)) == 5
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    assert first <= 18_080 or max(ports) < first
