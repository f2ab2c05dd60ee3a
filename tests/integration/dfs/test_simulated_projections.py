"""Projections from PickVs' own forecasts, by the real handlers: box scores become forecasts, and these a set."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.dfs.projections.simulating.scoring import SCORINGS, fantasy_points
from pickvs.dfs.slates.rules import GameFacts, PlayerFacts, SlateFacts
from pickvs.dfs.slates.service import put_slate
from tests.support.database_roles import acting_as
from tests.support.forecasts import NBA, START, predict
from tests.support.gateway import Answer, call
from tests.support.players_nights import Nights, ask_who_is_hurt, ingest, nights

ADA = (1, "ada")
DAYS = 4
TIP_OFF = START + timedelta(days=DAYS)
MORNING = TIP_OFF - timedelta(hours=10)
NOON = MORNING + timedelta(hours=2)
DRAFTKINGS = SCORINGS["draftkings", NBA]


@dataclass
class Evening:
    """A game that is forecast, on a slate. players: the slate's ids by the players' numbers; the last is unknown."""

    nights: Nights
    game: int
    slate: int
    players: dict[int, int]

    def ask(self, **wanted: Any) -> Answer:
        body = {"slate_id": self.slate, "kind": "simulated", **wanted}
        with clock.held_at(NOON):
            return call("create_projection_set", "POST", "/dfs/projection-sets", user=ADA, body=body)

    def projections(self, answer: Answer) -> dict[int, dict[str, Any]]:
        """Return the projections of a set that was made, by the players' numbers."""
        assert answer.status == 201, answer.body
        path = f"/dfs/projection-sets/{answer.body['id']}"
        page = call("get_projection_set", "GET", path, user=ADA, query={"limit": "100"}).body["projections"]
        by_id = {each["player_id"]: each for each in page}
        return {number: by_id[player] for number, player in self.players.items() if player in by_id}

    def forecast(self, number: int) -> dict[str, Any]:
        return dict(self.nights.forecasts(self.game)[self.game, self.nights.player(number)]["statistics"])


@pytest.fixture
def evening(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    with nights(database, monkeypatch) as made:
        made.league.rows(
            "INSERT INTO users (username, email, password_hash, created_at) VALUES ('ada', 'a@b.example', '$argon2id$',"
            " %s) RETURNING id",
            START,
        )
        made.season(DAYS)
        game = made.announce(DAYS, 0, 1)
        ingest(MORNING - timedelta(hours=1))
        predict(MORNING)
        slate, players = slate_of(made, game)
        yield Evening(made, game, slate, players)


def slate_of(made: Nights, game: int) -> tuple[int, dict[int, int]]:
    """Store a slate of a game with twenty players of the two teams, and one whom nobody knows."""
    facts = SlateFacts(
        site="draftkings",
        sport=NBA,
        format="dk_nba_classic",
        name="Tonight",
        source="upload",
        games=(GameFacts(key="B@A", away="B", home="A", starts_at=TIP_OFF),),
        players=tuple(
            PlayerFacts(
                site_player_id=str(number),
                name=f"Number {number}",
                team="A" if number <= 10 else "B",
                game="B@A",
                positions=("PG",),
                slots=("PG", "G", "UTIL"),
                salary=5_000,
                status="O" if number == 2 else "",
            )
            for number in range(1, 22)
        ),
    )
    with acting_as("writer"), transaction() as connection:
        stored = put_slate(connection, facts, user_id=ADA[0], at=NOON)
    rows = made.league.rows("UPDATE slate_games SET game_id = %s RETURNING id", game)
    for number in range(1, 21):
        rows += made.league.rows(
            "UPDATE slate_players SET player_id = %s WHERE site_player_id = %s RETURNING id",
            *(made.player(number), str(number)),
        )
    assert len(rows) == 21
    return stored.id, {int(site_id): player for site_id, player in stored.ids.items()}


def test_minutes_of_who_is_out_go_to_teammates_and_the_rest_is_the_forecast(evening: Evening) -> None:
    answer = evening.ask()
    found = evening.projections(answer)
    assert answer.body["parameters"] == {"forecast": 20, "players": 21, "versions": [1], "lines": {}}
    assert sorted(found) == list(range(1, 21)), "nobody knows the last player, so he has no projection"
    # The other team is healthy and has no line: minutes and points are those of the forecast.
    for number in range(11, 21):
        statistics = evening.forecast(number)
        means, dispersions = ({k: each[name] for k, each in statistics.items()} for name in ("mean", "dispersion"))
        assert found[number]["minutes"] == pytest.approx(statistics["minutes"]["mean"], abs=0.006)
        assert found[number]["points"] == pytest.approx(fantasy_points(DRAFTKINGS, means, dispersions), abs=0.006)
        assert found[number]["floor"] < found[number]["points"] < found[number]["ceiling"]
    assert (found[2]["points"], found[2]["minutes"]) == (0, 0)
    out = evening.forecast(2)["minutes"]["mean"]
    gained = sum(
        found[number]["minutes"] - evening.forecast(number)["minutes"]["mean"] for number in range(1, 11) if number != 2
    )
    assert gained == pytest.approx(out, abs=0.1)


def test_a_line_moves_a_team_and_a_report_says_who_is_hurt(evening: Evening) -> None:
    before = evening.projections(evening.ask())
    [row] = evening.nights.league.rows(
        "SELECT figures FROM game_predictions WHERE game_id = %s AND contestant = 'no-market'", evening.game
    )
    margin, total = (row["figures"][name]["mean"] for name in ("margin", "total"))
    # By this line the home team scores a tenth more than the model expects, and the other team as much.
    home = (total + margin) / 2
    evening.nights.league.line(evening.game, round(-margin - 0.1 * home), round(total + 0.1 * home), NOON)
    evening.nights.espn.hurt[12] = "out"
    ask_who_is_hurt(NOON - timedelta(minutes=5))
    answer = evening.ask()
    after = evening.projections(answer)
    lines = answer.body["parameters"]["lines"]
    assert (lines["A"], lines["B"]) == (pytest.approx(1.1, abs=0.01), pytest.approx(1, abs=0.01))
    assert (before[12]["points"] > 0, after[12]["points"]) == (True, 0)
    for number in (1, 3, 4):
        assert after[number]["minutes"] == before[number]["minutes"]
        assert 1.02 < after[number]["points"] / before[number]["points"] < 1.11
    for number in (11, 13, 14):
        assert after[number]["minutes"] > before[number]["minutes"]


def test_what_cannot_be_made_is_refused(evening: Evening) -> None:
    assert evening.ask(parent=1).body["code"] == "INVALID_VALUE"
    missing = evening.ask(kind="edited")
    assert {each["field"] for each in missing.body["errors"]} == {"parent", "changes"}
    evening.nights.league.rows("UPDATE slate_players SET player_id = NULL RETURNING id")
    answer = evening.ask()
    assert (answer.status, answer.body["code"]) == (409, "NO_FORECASTS")
    evening.nights.league.rows("UPDATE slates SET sport = 'americanfootball_nfl' RETURNING id")
    answer = evening.ask()
    assert (answer.status, answer.body["code"]) == (422, "NOT_SIMULATED")
