"""When a try is one too many. Pure.

The generic cell rate algorithm in its virtual scheduling form (ITU-T I.371): of all tries so far one moment is
kept, the theoretical arrival, when they will all have been made good. A try conforms if it comes no earlier than that
moment less a tolerance; it then moves the moment on by one interval. A try that does not conform changes nothing, so
who keeps trying waits no longer for it.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_IPV6_SITE_BITS = 64
"""What one customer is given at least (RFC 6177): its other half costs nothing to change."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`tries` at once, and one more whenever a `tries`-th of the window has passed."""

    tries: int
    window: timedelta

    @property
    def interval(self) -> timedelta:
        """How long it takes to make one try good."""
        return self.window / self.tries

    @property
    def tolerance(self) -> timedelta:
        """How far ahead the theoretical arrival may be for a try to conform."""
        return self.interval * (self.tries - 1)

    def remaining(self, theoretical_arrival: datetime, at: datetime) -> int:
        """Return how many tries at once would conform at `at`."""
        room = at + self.interval * self.tries - theoretical_arrival
        return max(0, min(self.tries, room // self.interval))


def seconds_until(moment: datetime, at: datetime) -> int:
    """Return how many whole seconds after `at` the moment has come; 0 if it has."""
    return max(0, math.ceil((moment - at).total_seconds()))


def place(address: str) -> str:
    """Return what is counted as one caller's address: an IPv6 address's /64, any other address as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(IPv6Network((int(parsed), _IPV6_SITE_BITS), strict=False))
