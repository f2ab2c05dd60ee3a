"""Clients that the pinned generators make of docs/openapi.json keep its types, and work over HTTP."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.e2e.teams import teams_of
from tests.e2e.test_journey import fetch_odds, game
from tests.support import generated_clients as clients
from tests.support.laptop import Laptop
from tests.support.odds_api import OddsApiServer

pytestmark = [
    pytest.mark.xdist_group("e2e"),
    pytest.mark.skipif(clients.missing() is not None, reason=str(clients.missing())),
]

NUMBERS = {"use.ts": 701, "use.py": 702}
"""The provider's number of the game that each program picks."""


@pytest.fixture(scope="module")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clients.typescript(tmp_path_factory.mktemp("typescript"))


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clients.python(tmp_path_factory.mktemp("python"))


def test_in_typescript_every_example_has_its_type_and_the_program_compiles(typescript: Path) -> None:
    document = json.loads(clients.DOCUMENT.read_text(encoding="utf-8"))
    text = clients.typed_examples(document)
    assert text.count(" satisfies ") > 500
    (typescript / "examples.ts").write_text(text, encoding="utf-8")
    clients.check_typescript(typescript)


def test_in_python_the_client_and_the_program_have_their_types(python: Path) -> None:
    clients.check_python(python)


def test_in_python_every_example_is_read_and_written_without_loss(python: Path) -> None:
    first, *_ = clients.run(python, "python", "examples.py", str(clients.DOCUMENT)).splitlines()
    assert int(first.split()[0]) > 300


@pytest.mark.parametrize("program", ["use.ts", "use.py"])
def test_a_client_sees_moved_odds_picks_the_new_quote_and_reads_the_csv(
    laptop: Laptop, provider: OddsApiServer, api: Client, request: pytest.FixtureRequest, program: str
) -> None:
    folder: Path = request.getfixturevalue("typescript" if program == "use.ts" else "python")
    number = NUMBERS[program]
    tip_off = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)
    fetch_odds(laptop, provider, game(number, tip_off))
    outdated = quote_of(api, teams_of(number)[0])
    fetch_odds(laptop, provider, game(number, tip_off, home_price=-140))

    seen = clients.use(folder, program, api.base, f"client-{number}", teams_of(number)[0], str(outdated))
    assert seen["status"] == 409
    assert seen["moved"] == {"index": 0, "selection": "home", "price": -140}
    assert (seen["pick"]["price"], seen["pick"]["stake"]) == (-140, 1)
    header, row = seen["own"].splitlines()
    pick = dict(zip(header.split(","), row.split(","), strict=True))
    assert (pick["id"], pick["home_team"], pick["price"]) == (str(seen["pick"]["id"]), teams_of(number)[0], "-140")
    assert seen["next"] is None
    assert seen["ledger"].startswith("id,username,game_id,")
    assert seen["results"] is True


def quote_of(api: Client, home_team: str) -> int:
    """Return the id of the current quote on that team's win."""
    [shown] = api.get(f"/games?team={home_team.replace(' ', '%20')}").body["games"]
    [moneyline] = [market for market in shown["markets"] if market["market"] == "moneyline"]
    quotes: dict[str, Any] = {quote["selection"]: quote["quote_id"] for quote in moneyline["quotes"]}
    return int(quotes["home"])
