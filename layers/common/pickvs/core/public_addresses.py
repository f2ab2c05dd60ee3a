"""Which IP addresses are in the public internet. Whatever a user names as a target must be there, and nowhere else."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_IPV4_REFUSED = tuple(
    map(
        IPv4Network,
        (
            "192.0.0.0/24",  # IETF protocol assignments, of which Python calls two global
            "192.88.99.0/24",  # relays of 6to4
        ),
    )
)
_IPV6_UNICAST = IPv6Network("2000::/3")
"""All global unicast. Outside of it are loopback, link-local, private and mapped addresses, NAT64 and multicast."""
_IPV6_REFUSED = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # IETF protocol assignments, such as Teredo, which leads to an IPv4 address
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which leads to an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)


def is_public(address: str) -> bool:
    """Return whether an IP address is one of a public host. False for anything that is not an IP address.

    An IPv6 address that stands for an IPv4 address (mapped, NAT64, 6to4, Teredo) is not: what it leads to depends on
    the network.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    match parsed:
        case IPv4Address():
            return parsed.is_global and not parsed.is_multicast and not any(parsed in each for each in _IPV4_REFUSED)
        case IPv6Address():
            return (
                parsed.scope_id is None
                and parsed.is_global
                and parsed in _IPV6_UNICAST
                and not any(parsed in each for each in _IPV6_REFUSED)
            )
