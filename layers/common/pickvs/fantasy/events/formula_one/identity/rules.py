"""Which driver a source means. Pure.

A driver is known by the id of the source; a new id by car number and code within the event, never by a name alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

from pickvs.fantasy.events.formula_one.rules import Entrant


@dataclass(frozen=True, slots=True)
class KnownDriver:
    """A contestant of the event. car_number: in this event."""

    contestant: int
    car_number: int
    code: str | None
    family_name: str


def identified(entrants: Sequence[Entrant], known: Mapping[str, int], drivers: Sequence[KnownDriver]) -> dict[str, int]:
    """Return contestants by the source's id, for all who are certain; the others need an administrator.

    known: ids of the source that we have. drivers: the event's contestants. A new id is certain if exactly one driver
    has its car number, his code or family name agrees, and no other id of the answer is his.
    """
    found = {each.driver: known[each.driver] for each in entrants if each.driver in known}
    new: dict[str, int] = {}
    for entrant in entrants:
        if entrant.driver in found:
            continue
        same = [each for each in drivers if each.car_number == entrant.car_number and _agrees(entrant, each)]
        if len(same) == 1:
            new[entrant.driver] = same[0].contestant
    taken = set(found.values())
    claims = list(new.values())
    certain = {driver: one for driver, one in new.items() if one not in taken and claims.count(one) == 1}
    return found | certain


def _agrees(entrant: Entrant, driver: KnownDriver) -> bool:
    if entrant.code is not None and driver.code is not None:
        return entrant.code == driver.code
    # A source without codes writes names in its ids: carlos-sainz-jr.
    name = plain(entrant.family_name) if entrant.family_name is not None else plain(entrant.driver)
    return bool(plain(driver.family_name)) and f"-{plain(driver.family_name)}-" in f"-{name}-"


def plain(name: str) -> str:
    """Return a name without accents and case, its words joined by hyphens: Pérez is perez, de_vries is de-vries."""
    letters = "".join(each for each in normalize("NFKD", name) if not combining(each)).casefold()
    return "-".join("".join(each if each.isalnum() else " " for each in letters).split())
