"""Which addresses are public. Whatever leads into a private network is refused, however it is written."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.core.public_addresses import is_public

PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]

PRIVATE = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255"),  # noqa: S104
    *("192.168.1.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255", "192.0.0.9", "192.0.0.170"),
    *("192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    *("255.255.255.255", "192.88.99.1"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "100::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"),
    *(
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "3fff::1",
        "4000::1",
    ),
]

_NO_ADDRESSES = ["", "localhost", "example.com", "127.1", "0x7f000001", "2130706433", "1.2.3.4.5", "[::1]", " 8.8.8.8"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", [*PRIVATE, *_NO_ADDRESSES])
def test_all_others_are_not(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses())
def test_a_public_address_is_global_in_every_registry(address: IPv4Address | IPv6Address) -> None:
    if is_public(str(address)):
        assert address.is_global
        kinds = ("private", "loopback", "link_local", "multicast", "reserved", "unspecified")
        assert not [kind for kind in kinds if getattr(address, f"is_{kind}")]


@given(st.ip_addresses(v=4))
def test_no_ipv6_address_stands_for_an_ipv4_address(inner: IPv4Address) -> None:
    number = int(inner)
    for prefix in ("::ffff:0:0", "::", "64:ff9b::", "::ffff:0:0:0"):
        assert not is_public(str(IPv6Address(int(IPv6Address(prefix)) + number)))
    assert not is_public(str(IPv6Address((0x2002 << 112) + (number << 80) + 1)))
    assert not is_public(str(IPv6Address((0x20010000 << 96) + (number ^ 0xFFFFFFFF))))


@pytest.mark.parametrize(
    "network",
    [
        *map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16")),
        *map(IPv4Network, ("100.64.0.0/10", "0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4")),
        *map(IPv6Network, ("fc00::/7", "fe80::/10", "ff00::/8", "2001:db8::/32", "2002::/16", "64:ff9b::/96")),
    ],
    ids=str,
)
def test_both_ends_of_a_private_network_are_private(network: IPv4Network | IPv6Network) -> None:
    assert not is_public(str(network[0]))
    assert not is_public(str(network[-1]))
