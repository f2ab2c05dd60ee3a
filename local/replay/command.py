"""`python -m local replay`: a season on the laptop cloud, as fast as it goes, with a verdict at the end."""

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from local.assembly import read_assembly
from local.blueprint import read_blueprint
from local.cloud import Conditions, LaptopCloud, Running
from local.deployment import Deployment
from local.errors import LaptopError
from local.http_server import HttpServer
from local.odds_api_door import KEY
from local.replay.administrator import Administrator
from local.replay.api import Api
from local.replay.bots import Bots
from local.replay.checks import Compared, Verdict, check
from local.replay.clock import HeldClock
from local.replay.driver import Driver
from local.replay.generated import DEFAULT_DAYS, GeneratedSeason
from local.replay.oracle import Oracle
from local.replay.provider import SeasonProvider
from local.replay.recorded import read_recorded
from local.replay.report import Progress, chart, report
from local.replay.season import Season
from local.schedules import last_time
from local.settings import Settings
from local.state import StateFolder

GENERATED = "generated"
PLAN = 500
"""Credits of the provider's free plan a month."""
AFTERWARDS = timedelta(days=4)
"""Time after the last final. The daily rules look back three days."""
BEFOREHAND = timedelta(hours=1)
"""Time before the first odds, when the bots register."""
UNRULED = frozenset(
    {
        *("back_up", "measure", "housekeeping"),
        *("ingest_stats", "ingest_injuries", "predict", "train"),
        *("collect_f1", "tick_drafts"),
    }
)
"""Functions whose rules do not fire. A season of picks does not depend on exports, gauges, deletions, forecasts and
races, which take time; forecasts and fantasy have replays of their own."""
OVERRIDES = {
    "SECRETS_CACHE_SECONDS": "86400",
    "CLOSING_LEAD_SECONDS": "480",
    "CLOSING_REACH_SECONDS": "1320",
    "FIRST_CHECK_SECONDS": "0",
    "CHECK_EVERY_SECONDS": "600",
}
"""Settings of the stage `local` that suit its stand-in, with the values of the other stages: a season takes its time.
No secret is rotated in a replay, so it is cached for a day.

They apply to the functions whose template has them."""
SPORTS_VARIABLE = "ODDS_API_SPORTS"
"""Environment variable of the functions with the sports of the stage: in a replay, the season's."""
ODDS_FUNCTION = "fetch_odds"
SPELLING = frozenset({"any", "the_odds_api"})
"""Providers whose spellings of teams' names count in a replay."""
OK = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to replay. See the command's help."""

    season: str
    speed: float | None = None
    seed: int = 1
    days: int = DEFAULT_DAYS
    most_games: int = 10
    monthly_credits: int | None = PLAN


def replay(assembly: Path, settings: Settings, wanted: Wanted, say: Callable[[str], None]) -> Verdict:
    """Replay a season, print the report, write it and the chart into the state folder, and return the verdict.

    Raises LaptopError if the laptop cloud or the season cannot be used, and UnexpectedAnswerError if the API answers
    otherwise than the bots can go on with.
    """
    began = time.monotonic()
    odds_rule = _odds_rule(assembly)
    season = _season(wanted, odds_rule)
    folder = emptied(settings.state / "replays" / season.name)
    clock = HeldClock(folder / "clock", season.begins - BEFOREHAND)
    provider = SeasonProvider(season, monthly_credits=wanted.monthly_credits, now=clock.now)
    with ExitStack() as stack:
        server = HttpServer(provider)
        server.start()
        stack.callback(server.stop)
        plan = {} if wanted.monthly_credits is None else {"MONTHLY_CREDITS": str(wanted.monthly_credits)}
        overrides = {**OVERRIDES, **plan, SPORTS_VARIABLE: season.sport}
        running = start_cloud(assembly, own_settings(settings, folder, server.url), clock, overrides, say, stack)
        api = Api(running.url)
        stack.callback(api.close)
        check_sport(api, season.sport)
        bots = Bots(api, clock, odds_rule)
        stack.callback(bots.close)
        administrator = Administrator(api, clock, season.renames, odds_rule, running.invoke)
        started = time.monotonic()

        def state() -> str:
            left = provider.credits_left()
            return (
                f"{len(bots.ledger.finals)} of {len(season.fixtures)} games over, {len(bots.ledger.placed)} picks, "
                f"{'unlimited' if left is None else left} credits left"
            )

        progress = Progress(sys.stderr, state)
        timers = running.timers
        driver = Driver(
            clock,
            [timers.rules, timers.alarms, clock, administrator, bots],
            settle=timers.background.settle,
            speed=wanted.speed,
            watch=lambda: progress.show(clock.now()),
        )
        events = driver.run(season.ends + AFTERWARDS)
        progress.end(clock.now())
        played = time.monotonic()
        zones, aliases = teams_of(api, season.sport)
        oracle = Oracle(season, provider.captures, zones, clock.now(), aliases)
        compared = _compared(bots, oracle)
        board = list(api.pages("/leaderboard", "leaderboard", {}))
        verdict = check(compared, board)
        facts = {
            "season": f"{season.name}, {season.begins:%Y-%m-%d} to {season.ends:%Y-%m-%d}, {len(season.fixtures)} ids",
            "answers of the provider": f"{len(provider.captures)} of odds, {provider.score_answers} of scores",
            "events": events,
            "picks not taken": dict(bots.ledger.refused) or "none",
            "void picks": sum(each.shown["result"] == "void" for each in compared),
            "names added for teams": ", ".join(rename.new for rename in administrator.done) or "none",
            "seconds": f"{started - began:.0f} to start, {played - started:.0f} to play, "
            f"{time.monotonic() - played:.0f} to check",
        }
        _write(folder, season, report(f"{season.name} on fast-forward", board, verdict, facts), compared)
    return verdict


def start_cloud(
    assembly: Path,
    settings: Settings,
    clock: HeldClock,
    overrides: Mapping[str, str],
    say: Callable[[str], None],
    stack: ExitStack,
    unruled: frozenset[str] = UNRULED,
) -> Running:
    """Start a laptop cloud whose clock is held, to be stopped by `stack`. Raises LaptopError if it cannot start."""
    failures: list[LaptopError] = []
    conditions = Conditions(
        clock=clock,
        fires_by_itself=False,
        unruled=unruled,
        overrides=overrides,
        extra=clock.environment,
        durable=False,
    )
    cloud = LaptopCloud(assembly, settings, say, failures.append, conditions)
    stack.callback(cloud.stop)
    return cloud.start()


def _season(wanted: Wanted, odds_rule: str) -> Season:
    if wanted.season == GENERATED:
        return GeneratedSeason(seed=wanted.seed, days=wanted.days, most_games=wanted.most_games)
    return read_recorded(Path(wanted.season), lambda at: last_time(odds_rule, at))


def _odds_rule(assembly: Path) -> str:
    """Return the schedule of the daily rule for odds."""
    blueprint = read_blueprint(Deployment(read_assembly(assembly)))
    names = {function.arn: function.name for function in blueprint.functions}
    found = [rule.expression for rule in blueprint.schedules if names.get(rule.function) == ODDS_FUNCTION]
    if len(found) != 1:
        raise LaptopError(f"{assembly} has {len(found)} rules for {ODDS_FUNCTION}; a replay needs one")
    return found[0]


def emptied(folder: Path) -> Path:
    """Return the folder, new and empty. Raises LaptopError if a replay runs in it, or if it cannot be emptied."""
    try:
        if folder.exists():
            state = StateFolder(folder / "state")
            state.open()  # refuses a folder that is in use
            state.close()
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except OSError as error:
        raise LaptopError(f"the folder {folder} cannot be emptied: {error.strerror}") from None
    return folder


def own_settings(settings: Settings, folder: Path, provider: str) -> Settings:
    """Return the settings of a replay, which asks its own provider alone: any other source knows other games."""
    return replace(settings, state=folder / "state", odds_api_key=KEY, odds_api_base_url=provider, espn_base_url=None)


def check_sport(api: Api, sport: str) -> None:
    """Raise LaptopError if the platform does not cover the sport, or if its games have a third outcome."""
    answer = api.send("GET", "/sports")
    listed = {each["key"]: each for each in answer.body["sports"]} if answer.status == OK else {}
    if sport not in listed:
        raise LaptopError(f"the platform does not cover the season's sport, {sport[:100]!r}")
    if listed[sport]["moneyline"] != "two_way":
        raise LaptopError(f"the oracle knows no draws, which {sport} has; it cannot be replayed")


def teams_of(api: Api, sport: str) -> tuple[dict[str, ZoneInfo], dict[str, str]]:
    """Return the time zones of a sport's teams by name, and the names by the provider's other spellings."""
    teams = [team for team in api.pages("/teams", "teams", {}) if team["sport"] == sport]
    zones = {team["name"]: ZoneInfo(team["time_zone"]) for team in teams}
    aliases = {
        alias["name"]: team["name"]
        for team in teams
        for alias in team["aliases"]
        if alias["provider"] in SPELLING and alias["name"] not in zones
    }
    return zones, aliases


def _compared(bots: Bots, oracle: Oracle) -> list[Compared]:
    """Return each pick with what the API shows of it. Raises LaptopError if a pick is missing."""
    shown = {pick["id"]: pick for bot in bots.bots for pick in bots.mine(bot)}
    missing = [pick.id for pick in bots.ledger.placed if pick.id not in shown]
    if missing or len(shown) != len(bots.ledger.placed):
        raise LaptopError(f"the API shows {len(shown)} picks; the bots made {len(bots.ledger.placed)}")
    return [Compared(pick, shown[pick.id], oracle.expect(pick)) for pick in bots.ledger.placed]


def _write(folder: Path, season: Season, text: str, compared: list[Compared]) -> None:
    print(text)
    (folder / "report.txt").write_text(text, encoding="utf-8")
    drawn = chart(f"Units by bot: {season.name}", compared)
    if drawn is not None:
        (folder / "units.svg").write_text(drawn, encoding="utf-8")
        print(f"chart: {folder / 'units.svg'}")
