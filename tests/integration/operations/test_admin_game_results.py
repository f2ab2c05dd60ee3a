"""The four acts on a game through the deployed files: access, refused requests, and what the public sees."""

from datetime import timedelta
from typing import Any, get_args

import psycopg
import pytest

from tests.support.administration import OVER, REASON, Act, act, make_admin, promote
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import call
from tests.support.ledger import explain, moneyline
from tests.support.picking import set_pick_rules
from tests.support.snapshot import everything

ACTS: tuple[Act, ...] = get_args(Act.__value__)
SCORES: dict[Act, tuple[int, int] | None] = {"result": (100, 90)}

each_act = pytest.mark.parametrize("what", ACTS)


@pytest.fixture
def admin(contest: Contest, database: str) -> int:
    return make_admin(contest, database)


class TestWhoMay:
    @each_act
    @pytest.mark.parametrize("dry_run", [True, False])
    def test_not_a_user(self, contest: Contest, database: str, what: Act, dry_run: bool) -> None:
        user, game = contest.user(), contest.game()
        before = everything(database)
        for role in ("user", "admin"):  # the second: a token issued before the role was removed
            answer = act(user, what, game, SCORES.get(what), role=role, dry_run=dry_run)
            answer.problem(403, "ROLE_REQUIRED")
        assert everything(database) == before

    @each_act
    def test_not_who_has_no_account(self, contest: Contest, what: Act) -> None:
        act(99, what, contest.game(), SCORES.get(what)).problem(401, "UNAUTHENTICATED")

    def test_not_an_administrator_whose_account_is_erased(self, contest: Contest, database: str, admin: int) -> None:
        with psycopg.connect(database) as connection:
            connection.execute(
                "UPDATE users SET role = 'user', email = NULL, password_hash = NULL, erased_at = %s WHERE id = %s",
                (OVER, admin),
            )
        act(admin, "void", contest.game()).problem(401, "UNAUTHENTICATED")

    def test_not_a_program(self, contest: Contest, admin: int) -> None:
        answer = call(
            "void_game",
            "POST",
            f"/admin/games/{contest.game()}/void",
            body={"reason": REASON},
            user=(admin, "the-admin"),
            role="admin",
            scopes="picks:read picks:write",
        )
        answer.problem(403, "API_KEY_NOT_ACCEPTED")

    def test_an_administrator_again(self, contest: Contest, database: str, admin: int) -> None:
        promote(database, admin, "user")
        promote(database, admin)
        assert act(admin, "void", contest.game()).status == 200


class TestRefused:
    @each_act
    def test_a_game_that_is_not_there(self, admin: int, what: Act) -> None:
        act(admin, what, 2**63 - 1, SCORES.get(what)).problem(404, "GAME_NOT_FOUND")

    def test_a_score_before_tip_off(self, contest: Contest, database: str, admin: int) -> None:
        game = contest.game()
        moneyline(contest, contest.user(), game)
        before = everything(database)
        just_before = TIP_OFF - timedelta(microseconds=1)
        for dry_run in (True, False):
            act(admin, "result", game, (1, 0), at=just_before, dry_run=dry_run).problem(409, "GAME_NOT_STARTED")
        assert everything(database) == before
        assert act(admin, "result", game, (1, 0), at=TIP_OFF).status == 200

    def test_what_is_so_already(self, contest: Contest, admin: int) -> None:
        game = contest.game()
        assert act(admin, "result", game, (100, 90)).status == 200
        act(admin, "result", game, (100, 90)).problem(409, "RESULT_UNCHANGED")
        assert act(admin, "void", game).status == 200
        act(admin, "void", game).problem(409, "RESULT_UNCHANGED")

    def test_what_has_no_result(self, contest: Contest, admin: int) -> None:
        game = contest.game()
        for what in ("reopen", "regrade"):
            act(admin, what, game).problem(409, "NO_RESULT")
        act(admin, "void", game)
        assert act(admin, "reopen", game).status == 200
        for what in ("reopen", "regrade"):
            act(admin, what, game).problem(409, "NO_RESULT")  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("what", "body", "field"),
        [
            ("void", {"reason": None}, "reason"),
            ("void", {"reason": "no"}, "reason"),
            ("void", {"reason": "x" * 501}, "reason"),
            ("void", {"reason": "a\nb c"}, "reason"),
            ("void", {"dry_run": "yes"}, "dry_run"),
            ("void", {"points": 1}, "points"),
            ("reopen", {"reason": None, "dry_run": True}, "reason"),
            ("regrade", {"reason": None}, "reason"),
            ("regrade", {"reason": None, "dry_run": False}, "reason"),
            ("result", {}, "home_score"),
            ("result", {"home_score": -1, "away_score": 0}, "home_score"),
            ("result", {"home_score": 0, "away_score": 1000}, "away_score"),
            ("result", {"home_score": 0, "away_score": 1.5}, "away_score"),
            ("result", {"home_score": True, "away_score": 0}, "home_score"),
        ],
    )
    def test_values(self, contest: Contest, admin: int, what: Act, body: dict[str, Any], field: str) -> None:
        answer = act(admin, what, contest.game(), **body)
        answer.problem(422, "INVALID_VALUE")
        assert field in answer.fields()

    @pytest.mark.parametrize("game", [0, -1, 2**63, "one"])
    def test_what_is_no_id(self, admin: int, game: object) -> None:
        answer = act(admin, "void", game)
        answer.problem(422, "INVALID_VALUE")
        assert answer.fields() == {"game_id"}


def test_the_public_sees_that_an_administrator_said_so_and_why(
    contest: Contest, admin: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pick_rules(monkeypatch)
    game, anna = contest.game(), contest.user()
    pick = moneyline(contest, anna, game)
    assert act(admin, "result", game, (100, 90)).status == 200
    result = call("get_game", "GET", f"/games/{game}").body["result"]
    assert (result["source"], result["reason"], result["home_score"]) == ("admin", REASON, 100)
    [entry] = explain(anna, pick, OVER).body["entries"]
    assert (entry["cause"]["source"], entry["cause"]["reason"]) == ("admin", REASON)
    assert entry["reckoning"]["agrees"] is True
