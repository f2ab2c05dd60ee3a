"""Responses: teams."""

from typing import Annotated, Any, ClassVar

from pickvs.core.types import ResponseBody, doc

A_TEAM: dict[str, Any] = {
    "id": 13,
    "sport": "basketball_nba",
    "key": "lac",
    "name": "Los Angeles Clippers",
    "short_name": "Clippers",
    "abbreviation": "LAC",
    "city": "Los Angeles",
    "time_zone": "America/Los_Angeles",
    "listed": True,
    "aliases": [{"provider": "any", "name": "LA Clippers"}, {"provider": "espn", "name": "LAC"}],
}
"""Example of a team."""


class TeamAlias(ResponseBody):
    """A spelling that names the team. Case, accents, punctuation and white space do not count."""

    provider: Annotated[str, doc("The provider that writes it; `any` for all.")]
    name: Annotated[str, doc("As written.")]


class TeamListing(ResponseBody):
    """A team, and every spelling of its name."""

    EXAMPLES: ClassVar = (A_TEAM,)

    id: int
    sport: str
    key: Annotated[str | None, doc("The league's own code; null for a team that only a provider has named.")]
    name: Annotated[str, doc("The canonical name.")]
    short_name: str | None
    abbreviation: str | None
    city: str | None
    time_zone: Annotated[str, doc("IANA time zone of the home venue, or the league's.")]
    listed: Annotated[bool, doc("Whether the team is in the reference data and plays now.")]
    aliases: Annotated[list[TeamAlias], doc("By provider and spelling. The canonical name wins over them.")]


class Teams(ResponseBody):
    """A page of teams, by sport and name."""

    teams: list[TeamListing]
    next_cursor: str | None
