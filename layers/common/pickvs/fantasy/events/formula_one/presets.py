"""The scoring tables of Formula 1 that every league may choose."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("presets.json")


def preset_bodies() -> Mapping[str, Any]:
    """Return the bodies of the tables by name and version, such as `weekend@1`, as a league would send them."""
    bodies: Mapping[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return bodies
