"""The command line: `run` serves the platform, `invoke`, `rotate` and `bots` act on it, the replays play a season."""

import argparse
import json
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.control import FunctionFailedError, failed_runs, invoke, rotate
from local.errors import LaptopError
from local.settings import Settings, read_settings
from local.state import StateFolder

if TYPE_CHECKING:
    from local.cloud import Running

FAILED = 1
"""Exit status when the function failed, or a run that it reports."""
CANNOT = 2
"""Exit status when the laptop cloud cannot execute the command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings(os.environ)
        status: int = options.execute(options, settings)
    except LaptopError as error:
        _say(str(error))
        return CANNOT
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="Run the platform on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(
        name: str, execute: Callable[[argparse.Namespace, Settings], int], words: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words)
        added.set_defaults(execute=execute)
        return added

    run = command("run", _run, "serve what `cdk synth` wrote until Ctrl-C")
    run.add_argument("assembly", type=Path, nargs="?", default=Path("cdk.out/local"))
    call = command("invoke", _invoke, "call a function of the running platform and print its result")
    call.add_argument("name", help="the function: the name of its folder or file")
    call.add_argument("--event", type=Path, help="a file with the event as JSON (default: the event {})")
    turn = command("rotate", _rotate, "rotate a secret of the running platform, as Secrets Manager would")
    turn.add_argument("name", help="the secret: its name, or the end of it")
    bots = command("bots", _bots, "have three bots join a fantasy league of the running platform, and draft")
    bots.add_argument("league", type=_count, help="the league's id")
    bots.add_argument("--code", help="an invitation code, for a private league")
    play = command("replay", _replay, "play a season on fast-forward, and check every pick")
    play.add_argument("assembly", type=Path)
    play.add_argument("season", help="`generated`, or a recording: its folder, a file of it, or the begin of its name")
    play.add_argument("--speed", type=_speed, help="seconds of the season that pass in a second (default: no limit)")
    play.add_argument("--seed", type=int, default=1, help="of a generated season")
    play.add_argument("--days", type=int, default=40, help="of a generated season")
    play.add_argument("--most-games", type=int, default=10, help="a day, of a generated season")
    play.add_argument("--monthly-credits", type=_plan, default=500, help="the provider's plan; 0: one that never ends")
    forecast = command(
        "replay-predictions", _replay_predictions, "play a season of tables through forecasts and scores"
    )
    forecast.add_argument("assembly", type=Path)
    forecast.add_argument("tables", type=Path, help="a folder with tables of box scores and, if there are some, games")
    forecast.add_argument("season", type=int, help="the year in which the season ends")
    forecast.add_argument(
        "--odds", type=Path, help="recorded odds (default: those in the folder, or in odds_api beside it)"
    )
    forecast.add_argument("--days", type=_count, help="the first days with games only")
    fantasy = command("replay-fantasy", _replay_fantasy, "play a season of races through drafts, points and boards")
    fantasy.add_argument("assembly", type=Path)
    fantasy.add_argument("tables", type=Path, help="a folder with tables in the columns of Ergast's")
    fantasy.add_argument("season", type=int, help="the year of the races")
    fantasy.add_argument("--leagues", type=_count, default=4, help="of ten; in the first three nobody picks")
    fantasy.add_argument("--events", type=_count, help="the first races only")
    fantasy.add_argument(
        "--faults", action="store_true", help="with amendments, disputes, a cancelled race, and leavers"
    )
    fantasy.add_argument("--crashes", type=int, default=0, help="processes of functions that crash")
    return parser


def _speed(raw: str) -> float:
    speed = float(raw)
    if not 0 < speed < math.inf:
        raise ValueError("a speed is more than 0")
    return speed


def _count(raw: str) -> int:
    count = int(raw)
    if count < 1:
        raise ValueError("a number from 1")
    return count


def _plan(raw: str) -> int:
    plan = int(raw)
    if plan < 0:
        raise ValueError("a plan is 0 or more")
    return plan


def _print(result: Any) -> None:
    """Print a result as JSON. A reader who closes the pipe early, such as `head`, has read enough."""
    try:
        print(json.dumps(result, indent=2, ensure_ascii=False), flush=True)
    except BrokenPipeError:
        # The interpreter flushes once more when it exits, and would report the error then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(options: argparse.Namespace, settings: Settings) -> int:
    """Serve the platform until SIGINT, SIGTERM or SIGHUP arrives. Raises LaptopError if it ends by itself."""
    wake = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: wake.set())
    # Imported after the signal handlers are set because it is slow; `invoke` does not need most of it.
    from local.cloud import LaptopCloud, StoppedError

    failures: list[BaseException] = []

    def fail(error: BaseException) -> None:
        failures.append(error)
        wake.set()

    cloud = LaptopCloud(options.assembly, settings, _say, fail)

    def start() -> None:
        try:
            print(_banner(cloud.start(), settings), flush=True)
        except StoppedError:
            return
        except BaseException as error:
            fail(error)

    starting = threading.Thread(target=start, name="start")
    starting.start()
    try:
        wake.wait()
    finally:
        cloud.stop()
        starting.join()
    if failures:
        raise failures[0]
    return 0


def _invoke(options: argparse.Namespace, settings: Settings) -> int:
    """Call a function of the running platform and print its result."""
    event = b"{}" if options.event is None else _read_event(options.event)
    try:
        result = invoke(StateFolder(settings.state).read_control(), options.name, event)
    except FunctionFailedError as error:
        _say(f"{error} (see {settings.state / 'logs' / options.name}.log)")
        return FAILED
    _print(result)
    failed = failed_runs(result)
    if failed:
        _say(f"{options.name}: {len(failed)} of its runs failed: {'; '.join(failed)}")
    return FAILED if failed else 0


def _rotate(options: argparse.Namespace, settings: Settings) -> int:
    """Rotate a secret of the running platform."""
    try:
        _print(rotate(StateFolder(settings.state).read_control(), options.name))
    except FunctionFailedError as error:
        _say(f"{error} (see {settings.state / 'logs'})")
        return FAILED
    return 0


def _bots(options: argparse.Namespace, settings: Settings) -> int:
    """Draft in a league until Ctrl-C. Raises LaptopError if nothing is running, or the league does not take bots."""
    from local.league_bots import LeagueBots
    from local.replay.api import Api

    api = Api(StateFolder(settings.state).read_control().api_url)
    try:
        LeagueBots(api, options.league, options.code, _say).draft()
    except KeyboardInterrupt:
        return 0


def _replay(options: argparse.Namespace, settings: Settings) -> int:
    """Replay a season. Returns 0 if everything agrees with the oracle."""
    from local.replay.api import UnexpectedAnswerError
    from local.replay.command import Wanted
    from local.replay.command import replay as play

    wanted = Wanted(
        season=options.season,
        speed=options.speed,
        seed=options.seed,
        days=options.days,
        most_games=options.most_games,
        monthly_credits=options.monthly_credits or None,
    )
    return _played(lambda own: play(options.assembly, own, wanted, _say).disagreements, settings, UnexpectedAnswerError)


def _replay_predictions(options: argparse.Namespace, settings: Settings) -> int:
    """Replay a season of tables. Returns 0 if everything agrees with the tables."""
    from local.replay.api import UnexpectedAnswerError
    from local.replay.predictions import WantedForecasts, replay_predictions

    wanted = WantedForecasts(tables=options.tables, year=options.season, odds=options.odds, most_days=options.days)
    return _played(
        lambda own: replay_predictions(options.assembly, own, wanted, _say).disagreements,
        settings,
        UnexpectedAnswerError,
    )


def _replay_fantasy(options: argparse.Namespace, settings: Settings) -> int:
    """Replay a season of fantasy. Returns 0 if everything agrees with the oracle."""
    from local.replay.api import UnexpectedAnswerError
    from local.replay.fantasy import WantedFantasy, replay_fantasy

    wanted = WantedFantasy(
        tables=options.tables,
        year=options.season,
        leagues=options.leagues,
        events=options.events,
        crashes=options.crashes,
        has_faults=options.faults,
    )
    return _played(
        lambda own: replay_fantasy(options.assembly, own, wanted, _say).disagreements, settings, UnexpectedAnswerError
    )


def _played(play: Callable[[Settings], Sequence[str]], settings: Settings, stuck: type[Exception]) -> int:
    """Play a season by `play`, which returns what disagrees. stuck: raised if it cannot go on."""
    # Beside a platform that runs on the default port.
    own = settings if os.environ.get("PICKVS_PORT") else replace(settings, port=0)
    # Ends the laptop cloud as Ctrl-C does: with its processes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return FAILED if play(own) else 0
    except stuck as error:
        _say(str(error))
        return FAILED
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _banner(running: "Running", settings: Settings) -> str:
    variables = f"PICKVS_STATE={os.environ['PICKVS_STATE']} " if os.environ.get("PICKVS_STATE") else ""
    pooler = f"  pooler  PgBouncer at {running.pooler}, in transaction mode\n" if running.pooler else ""
    return (
        f"PickVs answers at {running.url}\n"
        f"  odds    {running.provider}\n"
        f"{pooler}"
        f"  mails   {running.inbox}\n"
        f"  state   {settings.state} (database, logs)\n"
        f"  invoke  {variables}make invoke FN=fetch_odds\n"
        f"  stop    Ctrl-C"
    )


def _read_event(file: Path) -> bytes:
    try:
        text = file.read_text(encoding="utf-8")
        json.loads(text)
    except OSError as error:
        raise LaptopError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise LaptopError(f"{file} is not JSON: {error}") from None
    return text.encode()


def _say(line: str) -> None:
    print(f"pickvs: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
