"""`python -m local replay-predictions`: a season of tables through statistics, forecasts and scores, on fast-forward.

The platform's own functions do it, each in its process: odds once for each slate and at the close, results once, box
scores half an hour after the settlement. The runs of a day are what a season needs: forecasts are published once before
each slate, and the season's box scores are checked every four weeks instead of daily.
"""

import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from local.http_server import HttpServer
from local.odds_api_door import KEY
from local.replay.api import Api
from local.replay.clock import HeldClock
from local.replay.command import (
    BEFOREHAND,
    OVERRIDES,
    SPORTS_VARIABLE,
    UNRULED,
    check_sport,
    emptied,
    start_cloud,
    teams_of,
)
from local.replay.driver import Driver, Source, Together
from local.replay.forecast_checks import Outcome, check
from local.replay.forecast_report import report
from local.replay.provider import SeasonProvider
from local.replay.report import Progress
from local.replay.slates import FORECASTS_BEFORE, ODDS_BEFORE, Picker, Runs, Times, checks
from local.replay.table_espn import TableEspn
from local.replay.table_season import TableSeason, recordings_near
from local.replay.tables import read_tables
from local.settings import Settings
from local.sources import STATS_PACE

AFTERWARDS = timedelta(hours=30)
"""Time after the last final: the last box scores and notices."""
LEFT_OUT = UNRULED | {"fetch_odds", "process_results"}
"""Functions whose rules do not fire. Nobody is hurt in a table; results are asked for by the clock of the games; the
replay itself runs fetch_odds, ingest_stats and predict."""
PREDICTED_VARIABLE = "PREDICTED_SPORTS"
_REPORT = re.compile(r"REPORT RequestId: \S+ Duration: ([0-9.]+) ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedForecasts:
    """What to replay. See the command's help.

    tables: a folder. year: in which the season ends. odds: a recording; None: those that lie beside the tables.
    most_days: of the season's first days with games; None: all.
    """

    tables: Path
    year: int
    odds: Path | None = None
    most_days: int | None = None


def replay_predictions(
    assembly: Path, settings: Settings, wanted: WantedForecasts, say: Callable[[str], None]
) -> Outcome:
    """Replay a season of tables, print the report, write it into the state folder, and return what was found.

    Raises LaptopError if the laptop cloud or the tables cannot be used, and UnexpectedAnswerError if the API or a
    function does not do what the replay needs.
    """
    began = time.monotonic()
    season, unused = _season(wanted)
    folder = emptied(settings.state / "replays" / season.name)
    clock = HeldClock(folder / "clock", season.begins - BEFOREHAND)
    provider = SeasonProvider(season, monthly_credits=None, now=clock.now)
    phases = {"read the tables": time.monotonic() - began}
    with ExitStack() as stack:
        odds, statistics = HttpServer(provider), HttpServer(TableEspn(season, now=clock.now))
        for server in (odds, statistics):
            server.start()
            stack.callback(server.stop)
        own = replace(
            settings,
            state=folder / "state",
            odds_api_key=KEY,
            odds_api_base_url=odds.url,
            espn_base_url=statistics.url,
        )
        overrides = {**OVERRIDES, SPORTS_VARIABLE: season.sport, PREDICTED_VARIABLE: season.sport, STATS_PACE: "0"}
        running = start_cloud(assembly, own, clock, overrides, say, stack, LEFT_OUT)
        api = Api(running.url)
        stack.callback(api.close)
        check_sport(api, season.sport)
        picker = Picker(api, clock)
        fetched, forecasts, quality = (Runs(running.invoke, name) for name in ("fetch_odds", "predict", "ingest_stats"))

        def odds_and_pick() -> None:
            fetched.run()
            picker.pick()

        tip_offs = [games[0].tip_off(season.begins) for _, games in season.slates()]
        ends = season.ends + AFTERWARDS
        timers = running.timers
        sources: list[Source] = [
            timers.rules,
            # The close is captured while the forecasts are made, which know what was known before. Odds of the next
            # evening are fetched while the box scores of the last one come in.
            Together(
                timers.alarms,
                Times(clock, [each - FORECASTS_BEFORE for each in tip_offs], forecasts.run),
                Times(clock, [each - ODDS_BEFORE for each in tip_offs], odds_and_pick),
            ),
            clock,
            Times(clock, checks(tip_offs, ends), quality.run),
        ]
        started = time.monotonic()
        phases["start"] = started - began - phases["read the tables"]
        progress = Progress(sys.stderr, lambda: f"{len(forecasts.reports)} of {len(tip_offs)} slates forecast")
        driver = Driver(clock, sources, settle=timers.background.settle, watch=lambda: progress.show(clock.now()))
        events = driver.run(ends)
        progress.end(clock.now())
        played = time.monotonic()
        phases["play"] = played - started
        _, aliases = teams_of(api, season.sport)
        year = wanted.year - 1
        board = api.ask("GET", f"/models/board?sport={season.sport}&season={year}")["rows"]
        found = check(running.database, season, aliases, board)
        phases["check"] = time.monotonic() - played
    spent = _spent(folder / "state" / "logs")
    facts = {
        "rows of the tables left out": unused or "none",
        "events": events,
        "lines": season.lines.sources,
        "picks": picker.placed,
    }
    text = report(season, found, facts, phases, spent)
    print(text)
    (folder / "report.txt").write_text(text, encoding="utf-8")
    return found


def _season(wanted: WantedForecasts) -> tuple[TableSeason, Mapping[str, int]]:
    """Return the season, and the numbers of rows that were left out, by the reason."""
    folder = wanted.tables.expanduser()
    tables = read_tables(folder, wanted.year)
    games = tables.games
    if wanted.most_days is not None:
        last = sorted({game.day for game in games})[: wanted.most_days][-1]
        games = tuple(game for game in games if game.day <= last)
    recordings = recordings_near(folder) if wanted.odds is None else [wanted.odds]
    return TableSeason(f"predictions_{wanted.year}", games, recordings), tables.unused


def _spent(logs: Path) -> Mapping[str, tuple[int, float]]:
    """Return how often each function ran, and the seconds that it took, as the laptop cloud has logged them."""
    spent: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for file in logs.glob("*.log"):
        times = [float(found) / 1000 for found in _REPORT.findall(file.read_text(encoding="utf-8", errors="replace"))]
        if times:
            spent[file.stem] = (len(times), sum(times))
    return spent
