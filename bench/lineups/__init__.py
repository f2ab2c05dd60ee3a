"""Benchmarks the lineup optimizer beside pydfs-lineup-optimizer, on slates in the sites' own files.

Every portfolio goes through the checker of the tests, which shares nothing with the optimizer. Figures are processor
seconds, children included. docs/dfs.md says what they mean.
"""

import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench import dfs_slates, simulation
from bench.lineups import made, peer
from bench.lineups.comparing import Result, judge, lines_of, render
from bench.lineups.explaining import conflicts
from bench.lineups.ours import build_apart
from bench.lineups.settings import OF_500_PLAYERS, OF_OTHER_FORMATS, SETTINGS, Setting
from bench.lineups.swapping import late_swap
from bench.table import Line
from pickvs.dfs.optimizer.pool import Pool
from pickvs.dfs.optimizer.problem import problem_of
from pickvs.dfs.optimizer.rules import LineupRules

_MB_OF_500_PLAYERS = 400


def measure(folder: Path | None = None) -> list[Line]:
    """Measure all settings on each slate of a folder, or on a made-up slate, and print the tables."""
    try:
        python: Path | None = peer.installed()
    except peer.NoPeerError as error:
        print(f"The columns of pydfs-lineup-optimizer are empty: {error}.", flush=True)
        python = None
    slates = slates_of(folder)
    lines = [line for name, pool in slates for line in _slate(name, pool, SETTINGS, python)]
    if folder is not None:
        _coverage(dfs_slates.slates(folder))
    for game, (players, games) in made.OTHER_FORMATS.items():
        lines += _slate(f"made-up {game}", made.slate(game, players, games), [OF_OTHER_FORMATS], None)
    lines += _large()
    return [*lines, *late_swap(), *conflicts()]


def slates_of(folder: Path | None) -> list[tuple[str, Pool]]:
    """Return the slates of a folder that can be read, and print why others cannot; without a folder, a made-up one."""
    if folder is None:
        return [("made-up", made.slate())]
    if not folder.is_dir():
        sys.exit(f"{folder} is no folder.")
    for name, lacking in dfs_slates.missing(folder).items():
        print(f"{name} is no slate: it has no {lacking}.", flush=True)
    found = []
    for slate in dfs_slates.slates(folder):
        try:
            pool = dfs_slates.read_pool(slate)
            problem_of(pool, LineupRules())
            found.append((slate.name, pool))
        except (ValueError, OSError) as error:
            print(f"{slate.name} is left out: {error}", flush=True)
    if not found:
        sys.exit(f"{folder} has no slate: a slate is a folder with the site's list of players and Projections.csv.")
    return found


def _slate(name: str, pool: Pool, settings: Sequence[Setting], python: Path | None) -> list[Line]:
    results: list[Result] = []
    for setting in settings:
        ours = build_apart(pool, setting)
        rival = peer.build(python, pool, setting) if python is not None else None
        results.append(judge(name, pool, setting, ours, rival))
    print(render(f"{name}: {pool.format.id}, {len(pool.players)} players", results), flush=True)
    return [line for result in results for line in lines_of(result)]


def _large() -> list[Line]:
    pool = made.slate(players=500, games=13)
    result = judge("made-up", pool, OF_500_PLAYERS, build_apart(pool, OF_500_PLAYERS), None)
    print(render(f"made-up: {pool.format.id}, {len(pool.players)} players", [result]), flush=True)
    lines = [replace(line, what=line.what.replace("made-up", "500 players")) for line in lines_of(result)]
    memory = result.ours.mb
    return [
        *lines,
        Line(f"  memory, against {_MB_OF_500_PLAYERS} MB", memory, memory / _MB_OF_500_PLAYERS, 1, unit="MB"),
    ]


def _coverage(slates: Sequence[Path]) -> None:
    """Print how finished contests fall into their simulations, the simulation's bars with them."""
    covered = []
    for slate in slates:
        try:
            found = simulation.coverage(slate)
        except (ValueError, OSError, EOFError, zlib.error) as error:
            print(f"{slate.name}: its contest is not simulated: {error}", flush=True)
            continue
        if found is None:
            print(f"{slate.name}: its contest is not simulated: it has no standings of a finished contest.", flush=True)
        else:
            covered.append(found)
    if covered:
        print("", simulation.render(covered), sep="\n", flush=True)
