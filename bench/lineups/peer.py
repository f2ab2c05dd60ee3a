"""Builds the same portfolios with pydfs-lineup-optimizer, in a virtual environment and processes of its own."""

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.lineups.settings import DEVIATION, SEED, Setting
from pickvs.dfs.optimizer.pool import Player, Pool

_ROOT = Path(__file__).parents[2]
_FOLDER = _ROOT / ".peers" / "lineups"
_SCRIPT = _ROOT / "bench" / "peers" / "pydfs_lineups.py"
_REQUIREMENTS = _ROOT / "requirements" / "lineups_peer.txt"
_SECONDS, _INSTALL_SECONDS = 3_600, 600
_FORMATS = {
    "dk_nba_classic": ("DRAFTKINGS", "BASKETBALL"),
    "fd_nba_classic": ("FANDUEL", "BASKETBALL"),
    "dk_nfl_classic": ("DRAFTKINGS", "FOOTBALL"),
    "fd_nfl_classic": ("FANDUEL", "FOOTBALL"),
    "dk_mlb_classic": ("DRAFTKINGS", "BASEBALL"),
    "dk_nhl_classic": ("DRAFTKINGS", "HOCKEY"),
    "dk_nba_showdown": ("DRAFTKINGS_CAPTAIN_MODE", "BASKETBALL"),
}
"""Site and sport in pydfs' words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Lineups as ids in the order of the slots; as many as were built. cpu: seconds, with those of the solver.

    error: what ended the portfolio early; empty if nothing did.
    """

    lineups: tuple[tuple[int, ...], ...]
    cpu: float
    error: str


class NoPeerError(Exception):
    """Why there is nothing to compare with."""


def installed() -> Path:
    """Return the Python that has pydfs, and install it if it is missing. Raises NoPeerError."""
    if platform.machine() not in {"x86_64", "AMD64"}:
        raise NoPeerError(f"the solver that its PuLP carries does not run on {platform.machine()}")
    python = _FOLDER / "bin" / "python"
    ready = _FOLDER / ".ready"
    pinned = _REQUIREMENTS.read_text("utf-8")
    if ready.exists() and ready.read_text("utf-8") == pinned:
        return python
    shutil.rmtree(_FOLDER, ignore_errors=True)
    _uv("venv", "--quiet", "--no-project", "--python", sys.executable, str(_FOLDER))
    sync = ("pip", "sync", "--quiet", "--python", str(python), "--require-hashes")
    _uv(*sync, "--only-binary", ":all:", "--no-binary", "pydfs-lineup-optimizer", str(_REQUIREMENTS))
    ready.write_text(pinned, "utf-8")
    return python


def build(python: Path, pool: Pool, setting: Setting) -> Rival | None:
    """Return the portfolio that pydfs builds, or what it fails with; None if it does not know the format."""
    if pool.format.id not in _FORMATS:
        return None
    site, sport = _FORMATS[pool.format.id]
    asked = {
        "site": site,
        "sport": sport,
        "players": [row for player in pool.players for row in _rows(pool, player)],
        "count": setting.count,
        "exposure": None if setting.exposure is None else float(setting.exposure),
        "repeating": setting.repeating,
        "deviation": float(DEVIATION) if setting.randomised else None,
        "seed": SEED,
    }
    try:
        done = subprocess.run(
            [str(python), str(_SCRIPT)],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            env={"PATH": os.environ["PATH"]},
        )
    except subprocess.TimeoutExpired:
        return Rival(lineups=(), cpu=0.0, error=f"nothing after {_SECONDS} s")
    if done.returncode:
        return Rival(lineups=(), cpu=0.0, error=done.stderr.strip()[-300:])
    told = json.loads(done.stdout)
    return Rival(
        lineups=tuple(tuple(int(each.split("/")[0]) for each in lineup) for lineup in told["lineups"]),
        cpu=told["cpu"],
        error=told["error"],
    )


def _rows(pool: Pool, player: Player) -> list[dict[str, object]]:
    """Return the player as pydfs takes him: in showdown once as a captain and once not."""
    away, _, home = player.game.partition("@")
    row = {"name": player.name, "team": player.team, "home": home or away, "away": away}
    if pool.format.style != "showdown":
        positions = sorted(player.positions)
        points = float(player.points)
        return [row | {"id": str(player.id), "positions": positions, "salary": player.salary, "points": points}]
    found = []
    for slot in dict.fromkeys(slot for slot in pool.format.slots if slot.name in player.slots):
        captain = player.captain_salary if slot.factor != 1 else None
        salary = captain if captain is not None else int(player.salary * slot.factor)
        points = float(player.points * slot.factor)
        own = {"id": f"{player.id}/{slot.name}", "positions": [slot.name], "salary": salary, "points": points}
        found.append(row | own)
    return found


def _uv(*arguments: str) -> None:
    try:
        done = subprocess.run(
            [str(_ROOT / ".uv" / "bin" / "uv"), *arguments],
            capture_output=True,
            text=True,
            timeout=_INSTALL_SECONDS,
            check=False,
            cwd=_ROOT,
            env={"UV_SYSTEM_CERTS": "true", **os.environ},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoPeerError(f"it could not be installed: {error}") from error
    if done.returncode:
        raise NoPeerError(f"it could not be installed: {done.stderr.strip()[-500:]}")
