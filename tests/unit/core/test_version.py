"""The version that providers are told is the project's."""

import tomllib
from pathlib import Path

from pickvs.core.version import VERSION

PROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_it_is_the_project_s() -> None:
    assert tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"] == VERSION
