"""Every public read is the same for all callers. Those that need forecasts or box scores are tried beside these."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cdk.routes import ENDPOINTS
from cdk.routes.model import Auth
from pickvs.core import clock
from tests.support.contest import Contest
from tests.support.gateway import Answer, call
from tests.support.picking import set_pick_rules
from tests.support.public_reads import is_kept

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
PUBLIC = [each for each in ENDPOINTS if each.method == "GET" and each.auth is Auth.PUBLIC and each.name != "get_health"]
QUERIES: dict[str, list[dict[str, str] | None]] = {
    "list_public_picks": [None, {"format": "csv"}],
    "get_models_board": [{"sport": "basketball_nba"}],
    "list_ratings": [{"sport": "basketball_nba"}],
}
OF_FACTS = {"get_player", "list_player_games", "get_box_score", "get_model", "get_game_predictions_at"}
"""Reads of what this contest does not have. They are in tests/integration/predictions."""
OF_RACES = {"get_race", "get_race_results", "get_race_points", "get_driver"}
"""Reads of races. They are in tests/integration/fantasy_races."""
READS = [
    (each.name, each.path, query)
    for each in PUBLIC
    if each.name not in OF_FACTS | OF_RACES
    for query in QUERIES.get(each.name, [None])
]


@pytest.fixture(autouse=True)
def _somebody_with_a_pick(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)
    monkeypatch.setenv("ODDS_API_SPORTS", "basketball_nba")
    game = contest.game()
    contest.quote(game, "spread", "home", Decimal("-2.5"), -110)


def read(contest: Contest, name: str, path: str, query: dict[str, str] | None, **headers: str) -> Answer:
    rows = contest.connection.execute(
        "SELECT (SELECT min(id) FROM games) AS game_id, 'user1' AS username, 1 AS team_id, 'basketball_nba-elo' AS name"
        ", 'weekend@1' AS table_id"
    ).fetchall()
    address = path.format(**rows[0])
    with clock.held_at(NOW):
        return call(name, "GET", address, query=query, headers=headers)


@pytest.mark.parametrize(("name", "path", "query"), READS)
def test_a_public_read_is_kept_and_asked_for_again_by_its_tag(
    contest: Contest, name: str, path: str, query: dict[str, str] | None
) -> None:
    contest.user("user1")
    is_kept(lambda headers: read(contest, name, path, query, **headers))


def test_json_and_csv_are_two_things(contest: Contest) -> None:
    answers = [read(contest, "list_public_picks", "/picks/public", query) for query in QUERIES["list_public_picks"]]
    assert len({answer.headers["etag"] for answer in answers}) == 2
