"""Compares what the API shows of a fantasy season with what the oracle computes: orders, picks, points and boards."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from local.replay.fantasy_oracle import (
    TABLES,
    Board,
    FantasyOracle,
    base_order,
    event_board,
    rotated,
    season_board,
    slots,
    standing_in,
)
from local.replay.fantasy_people import League, People

ROUNDS = 2
BY_RANK = ("auto", "retired")
"""Makers of picks that are always the best available driver, because these owners have no queue."""


@dataclass(slots=True)
class Found:
    """What was found. disagreements: with the oracle, each in a sentence. made_by: numbers of picks by their maker.

    points: by table and driver. autopick: by table and constructor, of the leagues in which nobody picks. boards: by
    league.
    """

    disagreements: list[str] = field(default_factory=list)
    points: dict[str, dict[str, int]] = field(default_factory=dict)
    autopick: dict[str, dict[str, int]] = field(default_factory=dict)
    boards: dict[str, Board] = field(default_factory=dict)
    made_by: Counter[str] = field(default_factory=Counter)
    drafts: Counter[str] = field(default_factory=Counter)
    slots: int = 0
    empty_slots: int = 0
    checked: int = 0
    """Number of comparisons that were made."""

    def expect(self, what: str, shown: object, expected: object) -> None:
        """Compare, and note a difference."""
        self.checked += 1
        if shown != expected:
            self.disagreements.append(f"{what}: shown {shown}, expected {expected}")


@dataclass(frozen=True, slots=True)
class Played:
    """What was played. races: raceIds in their order. entries_told: whether the sources told who would take part."""

    races: Sequence[str]
    entries_told: bool


def check(people: People, leagues: Sequence[League], oracle: FantasyOracle, played: Played) -> Found:
    """Read everything that the API shows, and compare it."""
    races = played.races
    found = Found()
    token = people.token(people.users[0])
    listed = people.ask("GET", f"/races?season={oracle.year}&limit=100", token=token)["races"]
    shown = {oracle.names[race["name"]]: race for race in listed if race["name"] in oracle.names}
    found.expect("races", [race for race in shown if race in races], list(races))
    for table in TABLES:
        found.points[table] = _points(people, oracle, {race: shown[race]["id"] for race in races}, table, token, found)
    for league in leagues:
        _League(people, league, oracle, token, found).check(played)
    return found


def _points(
    people: People, oracle: FantasyOracle, races: Mapping[str, int], table: str, token: str, found: Found
) -> dict[str, int]:
    """Compare the points of each driver in each race by a table, and return the sums."""
    sums: Counter[str] = Counter()
    for race, race_id in races.items():
        body = people.ask("GET", f"/races/{race_id}/points?table={quote(table)}", token=token)
        points = {oracle.references[each["name"]]: _whole(each["points"]) for each in body["drivers"]}
        found.expect(f"{table} in {body['name']}", points, oracle.points(race, table))
        sums.update(points)
    return dict(sorted(sums.items(), key=lambda each: (-each[1], each[0])))


class _League:
    """The drafts and boards of a league, in the order of the races."""

    def __init__(self, people: People, league: League, oracle: FantasyOracle, token: str, found: Found) -> None:
        self._people = people
        self._league = league
        self._oracle = oracle
        self._token = token
        self._found = found
        self._base = base_order(bytes.fromhex(league.seed), league.teams)
        self._previous: list[int] = []
        """The order of the draft that was held before, with those who have left since. Empty before the first."""
        self._gone: set[int] = set()
        self._events: list[Board] = []

    def check(self, played: Played) -> None:
        """Compare order, picks and board of each draft, and the board of the season."""
        league, found, races = self._league, self._found, played.races
        drafts = self._people.ask("GET", f"/leagues/{league.id}/drafts", token=self._token)["drafts"]
        held = [draft for draft in drafts if draft["phase"] == "locked"]
        found.drafts.update(draft["phase"] for draft in drafts)
        names = {race: name for name, race in self._oracle.names.items()}
        found.expect(f"{league.name}, drafts held", [each["race"] for each in held], [names[race] for race in races])
        for draft in drafts:
            room = self._people.ask("GET", f"/drafts/{draft['id']}", token=self._token)
            if draft["phase"] == "locked":
                self._draft(room, self._oracle.names[draft["race"]], played)
            # Who has left is in no later draft, whether this one was held or not.
            self._gone |= {team["constructor_id"] for team in room["teams"] if team["is_retired"]}
        board = self._board(None)
        expected = season_board(self._events, map(str, league.teams))
        found.expect(f"{league.name}, season", board, expected)
        found.boards[league.name] = self._named(board)
        if league.nobody_picks:
            totals = {self._name(team).removeprefix("Team "): points for _, team, points in board}
            found.autopick[league.table] = dict(sorted(totals.items(), key=lambda each: int(each[0][1:])))
            constructors = list(found.autopick[league.table])
            if list(races) == self._oracle.races and played.entries_told:
                found.expect(
                    f"{league.name}, a season on autopick",
                    found.autopick[league.table],
                    self._oracle.autopicked(league.table, constructors),
                )

    def _draft(self, room: Mapping[str, Any], race: str, played: Played) -> None:
        """Compare a draft that was held, and the board of its race."""
        league, oracle, found = self._league, self._oracle, self._found
        draft = room["draft"]
        what = f"{league.name}, {draft['race']}"
        remaining = [team for team in self._previous or self._base if team not in self._gone]
        order = rotated(remaining) if self._previous else remaining
        on_turn = [slot["constructor_id"] for slot in room["slots"]]
        found.expect(f"{what}, order", on_turn, slots(order, ROUNDS))
        pool = oracle.pool(race, entries_told=played.entries_told)
        self._picks(what, room["slots"], oracle.ranked(race, pool))
        points = oracle.points(race, league.table)
        scored: dict[str, list[int]] = {str(team): [] for team in order}
        for slot in room["slots"]:
            if slot["driver"] is not None:
                scoring = standing_in(oracle.references[slot["driver"]], pool, oracle.cars(race))
                scored[str(slot["constructor_id"])].append(0 if scoring is None else points.get(scoring, 0))
        board = event_board(scored)
        found.expect(f"{what}, board", self._board(draft["race_id"]), board)
        self._events.append(board)
        self._previous = order

    def _picks(self, what: str, drafted: Iterable[Mapping[str, Any]], ranked: Sequence[str]) -> None:
        """Compare who was drafted by the system, and count the slots."""
        found = self._found
        taken: set[str] = set()
        filled = [slot for slot in drafted if slot["pick_id"] is not None]
        empty = [slot for slot in drafted if slot["pick_id"] is None]
        found.slots += len(filled) + len(empty)
        found.empty_slots += len(empty)
        for slot in sorted(filled, key=lambda each: each["pick_id"]):
            driver = self._oracle.references[slot["driver"]]
            found.made_by[slot["made_by"]] += 1
            is_free = driver in ranked and driver not in taken
            found.expect(f"{what}, slot {slot['slot']}, is in the pool and free", shown=is_free, expected=True)
            has_queue = self._league.teams[slot["constructor_id"]].habit == "queues"
            if slot["made_by"] in BY_RANK and not has_queue:
                best = next(each for each in ranked if each not in taken)
                found.expect(f"{what}, slot {slot['slot']}, autopick", driver, best)
            taken.add(driver)
        if empty:
            found.expect(f"{what}, free drivers beside {len(empty)} empty slots", sorted(set(ranked) - taken), [])

    def _board(self, race_id: int | None) -> Board:
        """Return a board as the API shows it."""
        query = "" if race_id is None else f"?race_id={race_id}"
        body = self._people.ask("GET", f"/leagues/{self._league.id}/leaderboard{query}", token=self._token)
        places = [(each["rank"], str(each["constructor_id"]), _whole(each["points"])) for each in body["places"]]
        return sorted(places)

    def _named(self, board: Board) -> Board:
        return [(rank, self._name(team), points) for rank, team, points in board]

    def _name(self, team: str) -> str:
        return self._league.teams[int(team)].name


def _whole(points: float) -> int:
    """Return points as the tables of a replay give them. Raises ValueError for a fraction, which none of them gives."""
    if points != int(points):
        raise ValueError(f"{points} points are no whole number")
    return int(points)
