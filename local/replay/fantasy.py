"""`python -m local replay-fantasy`: a season of races through results, drafts and boards, on fast-forward.

The platform's own functions do it, each in its process: they ask the stand-ins of both sources, open, tick and lock the
drafts of leagues whose owners act over HTTP, and keep the boards.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from local.assembly import read_assembly
from local.blueprint import read_blueprint
from local.cloud import Running
from local.deployment import Deployment
from local.formula_one.f1db_door import F1dbDoor
from local.formula_one.jolpica_door import JolpicaDoor
from local.http_server import HttpServer
from local.replay.api import Api, UnexpectedAnswerError
from local.replay.clock import HeldClock
from local.replay.command import emptied, start_cloud
from local.replay.crashes import Crashes
from local.replay.driver import Driver, Source
from local.replay.ergast import Ergast
from local.replay.fantasy_checks import Found, Played, check
from local.replay.fantasy_drafts import Drafts
from local.replay.fantasy_faults import Planted, plant
from local.replay.fantasy_office import Office
from local.replay.fantasy_oracle import FantasyOracle
from local.replay.fantasy_people import TRIES, People, found_leagues
from local.replay.race_season import RaceSeason, starts_of
from local.replay.report import Progress
from local.replay.slates import Times
from local.settings import Settings
from local.sources import F1DB_VARIABLE, JOLPICA_VARIABLE, RACES_HOUR, RACES_PACE

AFTERWARDS = timedelta(days=9)
"""Time after the last result: seasons are frozen a week after it is official."""
ANSWERED_AFTER = timedelta(minutes=20)
"""Time from the daily run to the administrator's look at its questions."""
LOOKED_AHEAD = timedelta(days=9)
"""Time from the daily run that looks at the next race to it: before its draft opens."""
SWEPT_AT = timedelta(hours=6, minutes=15)
"""Time of the day of the daily run of collect_f1, in UTC."""
CRASHED = ("tick_drafts", "make_draft_pick", "collect_f1", "replace_draft_queue")
"""Functions whose processes crash."""
OVERRIDES = {"SECRETS_CACHE_SECONDS": "86400", RACES_PACE: "0", RACES_HOUR: "3600"}
"""Settings of the functions: no secret is rotated in a replay, and stand-ins need not be spared."""


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
    began = time.monotonic()
    season = RaceSeason(Ergast(wanted.tables), wanted.year, wanted.events)
    oracle = FantasyOracle(wanted.tables, wanted.year)
    planted = plant(season) if wanted.has_faults else None
    folder = emptied(settings.state / "replays" / f"fantasy_{wanted.year}")
    clock = HeldClock(folder / "clock", season.begins)
    with ExitStack() as stack:
        doors = JolpicaDoor(season, now=clock.now), F1dbDoor(season, now=clock.now)
        addresses = []
        for door in doors:
            server = HttpServer(door)
            server.start()
            stack.callback(server.stop)
            addresses.append(server.url)
        overrides = {**OVERRIDES, JOLPICA_VARIABLE: addresses[0], F1DB_VARIABLE: addresses[1]}
        own = replace(settings, state=folder / "state", odds_api_base_url=addresses[0])
        running = start_cloud(assembly, own, clock, overrides, say, stack, _unruled(assembly))
        api = Api(running.url)
        stack.callback(api.close)

        def sweep() -> None:
            _run(running, "collect_f1")

        sweep()
        people = People(api, clock.now, running.invoke)
        leagues = found_leagues(people, wanted.year, wanted.leagues)
        leaves_at = _leaves_at(season, wanted)
        mornings = _sweeps(season)
        drafts = Drafts(people, clock, leagues, leaves_at)
        office = Office(people)
        started = time.monotonic()
        ends = season.ends + AFTERWARDS
        crashes = Crashes(
            running.crash,
            CRASHED,
            wanted.crashes,
            lambda: (clock.now() - season.begins) / (season.ends - season.begins),
        )
        stack.callback(crashes.stop)
        crashes.start()
        timers = running.timers
        sources: list[Source] = [
            timers.alarms,
            clock,
            Times(clock, mornings, sweep),
            Times(clock, [each + ANSWERED_AFTER for each in mornings], office.answer),
            drafts,
        ]
        progress = Progress(
            sys.stderr, lambda: f"{drafts.done.total()} picks by hand, {crashes.done.total()} processes crashed"
        )
        driver = Driver(clock, sources, settle=timers.background.settle, watch=lambda: progress.show(clock.now()))
        events = driver.run(ends)
        crashes.stop()
        progress.end(clock.now())
        played_at = time.monotonic()
        races = [oracle.names[each.name] for each in season.weekends(clock.now()) if each.name in oracle.names]
        found = check(people, leagues, oracle, Played(races, entries_told=planted is None))
        seconds = {"start": started - began, "play": played_at - started, "check": time.monotonic() - played_at}
    facts = {
        "season": wanted.year,
        "races": len(races),
        "leagues": wanted.leagues,
        "events_of_the_clock": events,
        "requests_to_the_sources": sum(door.asked for door in doors),
        "picks_by_hand": dict(drafts.done),
        "decisions": dict(office.done),
        "crashes": dict(crashes.done),
        "requests_repeated": people.retried,
        "faults": None if planted is None else _faults(planted, leaves_at),
        "seconds": {name: round(each, 1) for name, each in seconds.items()},
    }
    text = json.dumps(_report(facts, found), indent=2, ensure_ascii=False)
    print(text)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    return found


def _run(running: Running, name: str) -> None:
    """Run a function as its rule would: again, if its process has crashed. Raises UnexpectedAnswerError if it fails."""
    for _ in range(TRIES):
        outcome = running.invoke(name, b"{}")
        if outcome.failure is None:
            return
    raise UnexpectedAnswerError(f"{name}: {outcome.summary}: {outcome.error.get('errorMessage', '')}")


def _unruled(assembly: Path) -> frozenset[str]:
    """Return all functions: the replay runs those that a season needs, less often than a stage does."""
    blueprint = read_blueprint(Deployment(read_assembly(assembly)))
    return frozenset(function.name for function in blueprint.functions)


def _sweeps(season: RaceSeason) -> list[datetime]:
    """Return the mornings on which the whole season is compared: those after something has become known.

    The first results of qualifying and sprint are asked for by their own alarms.
    """
    moments = [season.ends + timedelta(days=7)]
    for weekend in season.weekends(season.begins):
        moments += weekend.entries_known.values()
        # Who takes part and how they are ranked is asked about the next race, within ten days of it.
        moments.append(starts_of(weekend)["race"] - LOOKED_AHEAD)
        moments += [each for told in weekend.announced for each in told.known.values()]
        for kind, versions in weekend.results.items():
            for place, version in enumerate(versions):
                is_first = place == 0 and kind != "race"
                moments += [each for source, each in version.known.items() if not (is_first and source == "jolpica")]
    return sorted({_morning_after(max(moment, season.begins)) for moment in moments})


def _morning_after(moment: datetime) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    morning = midnight + SWEPT_AT
    return morning if morning >= moment else morning + timedelta(days=1)


def _leaves_at(season: RaceSeason, wanted: WantedFantasy) -> str | None:
    """Return the weekend in whose draft a commissioner leaves: in the middle of a season with faults."""
    weekends = season.weekends(season.begins)
    return weekends[len(weekends) // 2].name if wanted.has_faults else None


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
