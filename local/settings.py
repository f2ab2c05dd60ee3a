"""The user's settings, read from environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import LaptopError

_ROOT = Path(__file__).resolve().parent.parent

RUNTIME = _ROOT / ".runtime"
"""Virtual environment that replaces AWS's managed runtime: Python and the Runtime Interface Client only."""
RUNTIME_PYTHON = RUNTIME / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run."""

    port: int
    """Port of the API on 127.0.0.1; 0 selects a free port."""
    state: Path
    """Folder of the database, the generated secrets and the logs."""
    odds_api_key: str | None
    odds_api_base_url: str | None
    espn_base_url: str | None
    """Address of the second source of scores. If it is not set, a stand-in plays it, or nobody: see `local.sources`."""
    jolpica_base_url: str | None
    """Address of the first source of races. If neither this one nor the other is set, a stand-in plays both."""
    f1db_base_url: str | None
    """Address of the second source of races."""
    pooler: str | None
    """PgBouncer program, by path or name. If it is set, the functions reach the database through it."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings in `environment`; an empty variable counts as unset. Raises LaptopError for a bad port."""
    port = environment.get("PICKVS_PORT") or "8000"
    if not (port.isascii() and port.isdecimal() and int(port) < 1 << 16):
        raise LaptopError(f"PICKVS_PORT is not a port number: {port!r}")

    def address(name: str) -> str | None:
        return (environment.get(name) or "").rstrip("/") or None

    return Settings(
        port=int(port),
        state=Path(environment.get("PICKVS_STATE") or ".pickvs").expanduser().absolute(),
        odds_api_key=environment.get("ODDS_API_KEY") or None,
        odds_api_base_url=address("ODDS_API_BASE_URL"),
        espn_base_url=address("ESPN_BASE_URL"),
        jolpica_base_url=address("JOLPICA_BASE_URL"),
        f1db_base_url=address("F1DB_BASE_URL"),
        pooler=environment.get("PICKVS_POOLER") or None,
    )
