"""Rate limiting. Pure.

Implements the generic cell rate algorithm in its virtual scheduling form (ITU-T I.371). The only state is the
theoretical arrival time, at which all attempts so far will be replenished. An attempt conforms if it comes no earlier
than that time minus a tolerance; it then advances the time by one interval. An attempt that does not conform changes
nothing, so retrying too early does not prolong the wait.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_IPV6_SITE_BITS = 64
"""Prefix length, in bits, by which IPv6 addresses are counted. A customer gets at least a /64 (RFC 6177) and can change
the other 64 bits freely."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: `tries` attempts in a burst, and one more after each `window / tries`."""

    tries: int
    window: timedelta

    @property
    def interval(self) -> timedelta:
        """Time after which one attempt is replenished."""
        return self.window / self.tries

    @property
    def tolerance(self) -> timedelta:
        """Maximum time by which the theoretical arrival may lie ahead of a conforming attempt."""
        return self.interval * (self.tries - 1)

    def remaining(self, theoretical_arrival: datetime, at: datetime) -> int:
        """Return the number of attempts that would conform at `at`."""
        room = at + self.interval * self.tries - theoretical_arrival
        return max(0, min(self.tries, room // self.interval))


def seconds_until(moment: datetime, at: datetime) -> int:
    """Return the seconds from `at` until `moment`, rounded up. 0 if it has passed."""
    return max(0, math.ceil((moment - at).total_seconds()))


def place(address: str) -> str:
    """Return the address under which a caller is counted: the /64 of an IPv6 address, any other address unchanged."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(IPv6Network((int(parsed), _IPV6_SITE_BITS), strict=False))
