"""A season of a sport, users and their leagues, on the real database, for tests of leagues and drafts.

The season is told to the tables directly, as the collecting of facts would leave it. Everything else goes through the
services.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from pickvs.core import clock
from pickvs.fantasy.drafts import service as drafts
from pickvs.fantasy.drafts.following import follow
from pickvs.fantasy.drafts.replaying import replay_draft
from pickvs.fantasy.drafts.requests import WantedPick, WantedQueue
from pickvs.fantasy.drafts.schemas import DraftRoom, MadePick
from pickvs.fantasy.drafts.showing import service as showing
from pickvs.fantasy.drafts.ticks import tick_drafts
from pickvs.fantasy.leagues.access import Caller
from pickvs.fantasy.leagues.founding import found_league
from pickvs.fantasy.leagues.invitations.accepting import join_league
from pickvs.fantasy.leagues.invitations.requests import WantedEntry
from pickvs.fantasy.leagues.requests import WantedLeague
from pickvs.fantasy.leagues.schemas import Constructor, League, StartedLeague
from pickvs.fantasy.leagues.starting import start_league
from tests.support.accounts import PASSWORD_HASH

SPORT, SEASON = "formula_one", 2030
FOUNDED = datetime(2030, 3, 1, 12, tzinfo=UTC)
FIRST_LOCK = datetime(2030, 3, 8, 15, tzinfo=UTC)
"""Of a Friday. In New York's Monday morning, the window opens on 4 March at 13:00 UTC."""
FIRST_OPENING = datetime(2030, 3, 4, 13, tzinfo=UTC)
WEEK = timedelta(days=7)
ADDRESS = "203.0.113.7"


@dataclass(frozen=True, slots=True)
class Player:
    """A user with a constructor in a league."""

    caller: Caller
    constructor: int


@dataclass(frozen=True, slots=True)
class Table:
    """A league that has started, and its players in the order of joining; the first leads it."""

    league: int
    players: tuple[Player, ...]

    @property
    def by_constructor(self) -> Mapping[int, Player]:
        return {each.constructor: each for each in self.players}

    @property
    def head(self) -> Caller:
        return self.players[0].caller


class Paddock:
    """The database of a test: events `events` with the contestants `pool`, the best ranked first."""

    def __init__(
        self, url: str, *, events: int = 2, pool: int = 10, every: timedelta = WEEK, founded: datetime = FOUNDED
    ) -> None:
        self.url = url
        self.founded = founded
        self.owner = psycopg.connect(url, row_factory=dict_row, autocommit=True)
        self._users = 0
        self.table_id = self._one("SELECT id FROM scoring_tables WHERE name = 'weekend' AND version = 1")
        self.pool = [
            self._one(
                "INSERT INTO contestants (sport, name, short_name, created_at, updated_at)"
                " VALUES (%s, %s, %s, %s, %s) RETURNING id",
                *(SPORT, f"Driver {number}", f"D{number}", self.founded, self.founded),
            )
            for number in range(1, pool + 1)
        ]
        self.events = [self.event(f"Race {place + 1}", FIRST_LOCK + place * every) for place in range(events)]

    def close(self) -> None:
        self.owner.close()

    def event(
        self, name: str, lock_at: datetime | None, pool: Sequence[int] | None = None, season: int = SEASON
    ) -> int:
        """Tell of an event whose first competitive session starts at `lock_at`, and of who is entered in it."""
        venue = self._one(
            "INSERT INTO event_venues (sport, created_at) VALUES (%s, %s) RETURNING id", SPORT, self.founded
        )
        day = (lock_at or FIRST_LOCK) + timedelta(days=2)
        event = self._one(
            "INSERT INTO events (sport, season, venue_id, name, day, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
            *(SPORT, season, venue, name, day.date(), self.founded, self.founded),
        )
        sessions = (("qualifying", lock_at, ["first_competitive", "qualifying"]), ("race", day, ["race"]))
        for session, starts_at, locks in sessions:
            self.owner.execute(
                "INSERT INTO event_sessions (event_id, session, starts_at, scores, locks, source, updated_at)"
                " VALUES (%s, %s, %s, true, %s, 'test', %s)",
                (event, session, starts_at, locks, self.founded),
            )
        self.enter(event, self.pool if pool is None else pool)
        return event

    def enter(self, event: int, contestants: Iterable[int]) -> None:
        """Enter contestants, ranked by their ids."""
        for contestant in contestants:
            self.owner.execute(
                "INSERT INTO event_entries (event_id, contestant_id, sport, number, expected_seat, added_at)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (event, contestant, SPORT, contestant % 1000, f"seat {contestant}", self.founded),
            )

    def move(self, event: int, lock_at: datetime, at: datetime) -> None:
        """Move an event's first session, and tell the leagues."""
        self.owner.execute(
            "UPDATE event_sessions SET starts_at = %s, updated_at = %s WHERE event_id = %s AND session = 'qualifying'",
            (lock_at, at, event),
        )
        self.tell(event, at)

    def withdraw(self, event: int, contestant: int, at: datetime) -> None:
        self.owner.execute(
            "UPDATE event_entries SET withdrawn_at = %s WHERE event_id = %s AND contestant_id = %s",
            (at, event, contestant),
        )
        self.tell(event, at)

    def cancel(self, event: int, at: datetime) -> None:
        self.owner.execute("UPDATE events SET is_void = true, updated_at = %s WHERE id = %s", (at, event))
        self.tell(event, at)

    def tell(self, event: int, at: datetime) -> None:
        """Have the leagues follow an event, as the collecting of facts does."""
        from pickvs.core.database import transaction

        with clock.held_at(at), transaction() as connection:
            follow(connection, [event], at)

    def user(self, name: str | None = None) -> Caller:
        self._users += 1
        name = name or f"user{self._users}"
        return Caller(
            self._one(
                "INSERT INTO users (username, email, password_hash, created_at, email_confirmed_at)"
                " VALUES (%s, %s, %s, %s, %s) RETURNING id",
                *(name, f"{name}@example.com", PASSWORD_HASH, FOUNDED, FOUNDED),
            )
        )

    def found(self, caller: Caller, team: str = "Team One", *, at: datetime = FOUNDED, **settings: Any) -> League:
        body = {"name": f"League of {caller.user_id}", "visibility": "public", **settings}
        with clock.held_at(at):
            return found_league(caller, WantedLeague(season=SEASON, team_name=team, **body))

    def join(self, caller: Caller, league: int, team: str, *, at: datetime = FOUNDED) -> Constructor:
        with clock.held_at(at):
            return join_league(caller, league, WantedEntry(team_name=team), ADDRESS)

    def seat(self, players: int, *, at: datetime = FOUNDED, start: bool = True, **settings: Any) -> Table:
        """Found a league of this many new users, each with a constructor, and start it."""
        callers = [self.user() for _ in range(players)]
        league = self.found(callers[0], at=at, **settings).id
        for place, caller in enumerate(callers[1:], 2):
            self.join(caller, league, f"Team {place}", at=at)
        if start:
            self.start(callers[0], league, at=at)
        rows = self.rows("SELECT id, user_id FROM constructors WHERE league_id = %s", league)
        own = {row["user_id"]: row["id"] for row in rows}
        return Table(league, tuple(Player(caller, own[caller.user_id]) for caller in callers))

    def start(self, caller: Caller, league: int, *, at: datetime = FOUNDED) -> StartedLeague:
        with clock.held_at(at):
            return start_league(caller, league)

    def tick(self, at: datetime, *, all_leagues: bool = False) -> None:
        """Run the function at a moment, until nothing is due at it."""
        due = "SELECT 1 FROM agenda WHERE function = 'tick_drafts' AND next_at <= %s AND given_up_at IS NULL"
        with clock.held_at(at):
            tick_drafts(all_leagues=all_leagues)
            while self.rows(due, at):
                tick_drafts()

    def draft_of(self, league: int, event: int, group: int = 1) -> int:
        [row] = self.rows(
            "SELECT id FROM drafts WHERE league_id = %s AND event_id = %s AND group_no = %s", league, event, group
        )
        return int(row["id"])

    def room(self, draft: int, *, user: int | None = None, at: datetime, since: int | None = 0) -> DraftRoom:
        with clock.held_at(at):
            room = showing.show_room(user, draft, since=since, known=lambda _: False).body
        assert room is not None
        return room

    def pick(self, player: Player, event: int, contestant: int, *, at: datetime, **more: Any) -> MadePick:
        with clock.held_at(at):
            body = WantedPick(event_id=event, contestant_id=contestant, **more)
            return drafts.make_pick(player.caller, player.constructor, body)

    def queue(self, player: Player, contestants: Sequence[int], *, at: datetime, **more: Any) -> None:
        with clock.held_at(at):
            drafts.set_queue(player.caller, player.constructor, WantedQueue(contestants=list(contestants), **more))

    def picks(self, draft: int) -> dict[int, int]:
        """Return who was picked in each slot of a draft."""
        rows = self.rows(
            "SELECT slot_no, contestant_id FROM draft_picks WHERE draft_id = %s AND voided_seq IS NULL ORDER BY 1",
            draft,
        )
        return {row["slot_no"]: row["contestant_id"] for row in rows}

    def order(self, draft: int) -> list[int]:
        """Return the constructors of a draft's slots, in order."""
        rows = self.rows("SELECT constructor_id FROM draft_slots WHERE draft_id = %s ORDER BY slot_no", draft)
        return [row["constructor_id"] for row in rows]

    def prove(self, *drafts: int) -> None:
        """Prove that the tables have the state that the acts lead to: of these drafts, or of all."""
        for draft in drafts or [row["id"] for row in self.rows("SELECT id FROM drafts ORDER BY id")]:
            proof = replay_draft(draft)
            assert proof.holds, proof

    def rows(self, query: Any, *values: object) -> list[dict[str, Any]]:
        return self.owner.execute(query, values).fetchall()

    def _one(self, query: Any, *values: object) -> int:
        [row] = self.owner.execute(query, values).fetchall()
        return int(row["id"])
