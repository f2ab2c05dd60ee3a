"""`python -m local replay-fantasy`: a season of races through results, drafts and boards, on fast-forward.

The platform's own functions do it, each in its process: they ask the stand-ins of both sources, open, tick and lock the
drafts of leagues whose owners act over HTTP, and keep the boards.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from local.assembly import read_assembly
from local.blueprint import read_blueprint
from local.cloud import Running
from local.deployment import Deployment
from local.formula_one.f1db_door import F1dbDoor
from local.formula_one.jolpica_door import JolpicaDoor
from local.http_server import HttpServer
from local.replay.api import Api
from local.replay.clock import HeldClock
from local.replay.command import emptied, start_cloud
from local.replay.ergast import Ergast
from local.replay.fantasy_checks import Found, Played, check
from local.replay.fantasy_faults import Planted, plant
from local.replay.fantasy_game import Game
from local.replay.fantasy_oracle import FantasyOracle
from local.replay.race_season import RaceSeason
from local.settings import Settings
from local.sources import F1DB_VARIABLE, JOLPICA_VARIABLE, RACES_HOUR, RACES_PACE

OVERRIDES = {"SECRETS_CACHE_SECONDS": "86400", RACES_PACE: "0", RACES_HOUR: "3600"}
"""Settings of the functions: no secret is rotated in a replay, stand-ins need not be spared, and an hour is an hour."""

type Doors = Sequence[JolpicaDoor | F1dbDoor]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFantasy:
    """What to replay. See the command's help. events: of the season's first races; None: all."""

    tables: Path
    year: int
    leagues: int = 4
    events: int | None = None
    crashes: int = 0
    has_faults: bool = False


def replay_fantasy(assembly: Path, settings: Settings, wanted: WantedFantasy, say: Callable[[str], None]) -> Found:
    """Replay a season of tables, print the totals as JSON, keep them in the state folder, and return what was found.

    Raises LaptopError if the laptop cloud or the tables cannot be used, and UnexpectedAnswerError if the API or a
    function does not do what the replay needs.
    """
    times = [time.monotonic()]
    season = RaceSeason(Ergast(wanted.tables), wanted.year, wanted.events)
    oracle = FantasyOracle(wanted.tables, wanted.year)
    planted = plant(season) if wanted.has_faults else None
    leaves_at = _leaves_at(season) if wanted.has_faults else None
    folder = emptied(settings.state / "replays" / f"fantasy_{wanted.year}")
    clock = HeldClock(folder / "clock", season.begins)
    with ExitStack() as stack:
        doors = JolpicaDoor(season, now=clock.now), F1dbDoor(season, now=clock.now)
        running = _started(assembly, replace(settings, state=folder / "state"), clock, doors, say, stack)
        api = Api(running.url)
        stack.callback(api.close)
        game = Game(running, api, clock, season, wanted.leagues, leaves_at)
        times.append(time.monotonic())
        events, crashes = game.play(wanted.crashes)
        times.append(time.monotonic())
        races = [oracle.names[each.name] for each in season.weekends(clock.now()) if each.name in oracle.names]
        found = check(game.people, game.leagues, oracle, Played(races, entries_told=planted is None))
        times.append(time.monotonic())
    facts = {
        "season": wanted.year,
        "races": len(races),
        "leagues": wanted.leagues,
        "events_of_the_clock": events,
        "requests_to_the_sources": sum(door.asked for door in doors),
        "picks_by_hand": dict(game.drafts.done),
        "decisions": dict(game.office.done),
        "crashes": crashes,
        "daily_rounds_failed": game.rounds.failed,
        "requests_repeated": dict(game.people.retried),
        "faults": None if planted is None else _faults(planted, leaves_at),
        "seconds": {
            name: round(end - begin, 1)
            for name, begin, end in zip(("start", "play", "check"), times, times[1:], strict=False)
        },
    }
    text = json.dumps(_report(facts, found), indent=2, ensure_ascii=False)
    print(text)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    return found


def _started(
    assembly: Path, settings: Settings, clock: HeldClock, doors: Doors, say: Callable[[str], None], stack: ExitStack
) -> Running:
    """Start a laptop cloud that asks these doors for races, and nobody for games. Raises LaptopError."""
    addresses = []
    for door in doors:
        server = HttpServer(door)
        server.start()
        stack.callback(server.stop)
        addresses.append(server.url)
    overrides = {**OVERRIDES, **dict(zip((JOLPICA_VARIABLE, F1DB_VARIABLE), addresses, strict=True))}
    own = replace(settings, odds_api_base_url=addresses[0], jolpica_base_url=addresses[0], f1db_base_url=addresses[1])
    return start_cloud(assembly, own, clock, overrides, say, stack, _all_functions(assembly))


def _all_functions(assembly: Path) -> frozenset[str]:
    """Return the functions whose rules do not fire: the replay runs what a season needs, less often than a stage."""
    blueprint = read_blueprint(Deployment(read_assembly(assembly)))
    return frozenset(function.name for function in blueprint.functions)


def _leaves_at(season: RaceSeason) -> str:
    """Return the weekend in whose draft a commissioner leaves: in the middle of the season."""
    weekends = season.weekends(season.begins)
    return weekends[len(weekends) // 2].name


def _faults(planted: Planted, leaves_at: str | None) -> Mapping[str, str | None]:
    return {
        "amended": planted.amended,
        "disputed": planted.disputed,
        "cancelled": planted.cancelled,
        "paused_and_left": leaves_at,
    }


def _report(facts: Mapping[str, Any], found: Found) -> dict[str, Any]:
    """Return what is printed."""
    return {
        **facts,
        "points": found.points,
        "autopick": found.autopick,
        "boards": {
            name: [{"rank": rank, "team": team, "points": points} for rank, team, points in board]
            for name, board in found.boards.items()
        },
        "drafts": dict(found.drafts),
        "slots": {"all": found.slots, "empty": found.empty_slots, "by_maker": dict(found.made_by)},
        "comparisons": found.checked,
        "disagreements": found.disagreements,
    }
