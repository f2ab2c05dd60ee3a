"""Setting, voiding, reopening and regrading: the effect on picks and ranks. A dry run reports exactly that effect."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pickvs.operations.administration.results import effects
from tests.support.administration import OVER, REASON, Act, act, audit_log, hold_to_the_ledger, tried_and_done
from tests.support.contest import TIP_OFF, Contest
from tests.support.examples import examples
from tests.support.games import game as game_of
from tests.support.games import reasons, score
from tests.support.ledger import settle_now
from tests.support.snapshot import everything, row, rows

PENDING = {"result": None, "units": None, "closing_line": None, "closing_price": None, "clv_percent": None}


def state(result: str, units: float) -> dict[str, Any]:
    return PENDING | {"result": result, "units": units}


@pytest.mark.parametrize("dry_run", [True, False])
def test_picks_stay_sealed_until_the_tip_off(contest: Contest, admin: int, *, dry_run: bool) -> None:
    game = contest.game()
    contest.pick(contest.user(), contest.quote(game, "moneyline", "home", None, 150))
    for what in ("void", "reopen"):
        answer = act(admin, what, game, at=TIP_OFF - timedelta(seconds=1), dry_run=dry_run and what == "void")
        assert answer.status == (409 if dry_run and what == "reopen" else 200), answer.body
        if answer.status == 200:
            told = 0 if dry_run else 1
            assert (answer.body["sealed"], answer.body["picks_changed"], answer.body["picks"]) == (True, told, [])
    [pick] = act(admin, "void", game, at=TIP_OFF, dry_run=True).body["picks"]
    assert pick["after"]["result"] == "void"


def test_a_game_that_comes_back_is_offered_as_before(contest: Contest, admin: int) -> None:
    game = contest.game()
    quote = contest.quote(game, "moneyline", "home", None, 150)
    moved = contest.quote(game, "total", "over", Decimal(200), -110, superseded_at=TIP_OFF - timedelta(hours=6))
    for what in ("void", "reopen"):
        assert act(admin, what, game, at=TIP_OFF - timedelta(hours=1)).status == 200
        in_force = [
            row["id"] for row in contest.connection.execute("SELECT id FROM quotes WHERE superseded_at IS NULL")
        ]
        assert in_force == ([] if what == "void" else [quote])
    assert moved not in in_force


class Evening:
    """One game, finished 100:90. Anna picked home at +150, Bert away at -150, Carl the over of 200 at -110."""

    def __init__(self, contest: Contest) -> None:
        self.game = contest.game()
        self.users = {name: contest.user(name) for name in ("anna", "bert", "carl", "dora")}
        self.anna = contest.pick(self.users["anna"], contest.quote(self.game, "moneyline", "home", None, 150))
        self.bert = contest.pick(self.users["bert"], contest.quote(self.game, "moneyline", "away", None, -150))
        self.carl = contest.pick(self.users["carl"], contest.quote(self.game, "total", "over", Decimal(200), -110))
        contest.final(self.game, 100, 90)
        settle_now()


@pytest.fixture
def evening(contest: Contest) -> Evening:
    return Evening(contest)


class TestWhatChanges:
    def test_a_corrected_score(self, evening: Evening, admin: int, database: str) -> None:
        changes = tried_and_done(database, admin, "result", evening.game, (90, 100))
        assert changes["game_id"] == evening.game
        final = {"status": "finished", "outcome": "final"}
        assert changes["before"] == final | {"home_score": 100, "away_score": 90, "began_at": None, "source": "test"}
        assert changes["after"] == final | {
            "home_score": 90,
            "away_score": 100,
            "began_at": "2024-01-05T00:30:00Z",
            "source": f"admin:{admin}",
        }
        # Carl's pick on the total is lost as before. Unchanged picks are not listed.
        assert changes["picks_changed"] == 2
        [anna, bert] = changes["picks"]
        assert anna == {
            "pick_id": evening.anna,
            "username": "anna",
            "market": "moneyline",
            "selection": "home",
            "line": None,
            "price": 150,
            "stake_units": 1,
            "before": state("win", 1.5),
            "after": state("loss", -1),
        }
        assert (bert["username"], bert["before"], bert["after"]) == ("bert", state("loss", -1), state("win", 0.6667))
        assert changes["ranks_changed"] == 2
        assert changes["ranks"] == [
            {"username": "bert", "before": 2, "after": 1, "units_before": -1, "units_after": 0.6667},
            {"username": "anna", "before": 1, "after": 2, "units_before": 1.5, "units_after": -1},
        ]
        assert score(database, evening.game) == ("finished", 90, 100)

    def test_a_void(self, evening: Evening, admin: int, database: str) -> None:
        changes = tried_and_done(database, admin, "void", evening.game)
        assert [pick["after"] for pick in changes["picks"]] == [state("void", 0)] * 3
        assert [(row["username"], row["before"], row["after"]) for row in changes["ranks"]] == [
            ("anna", 1, None),
            ("bert", 2, None),
            ("carl", 2, None),
        ]
        assert {row["units_after"] for row in changes["ranks"]} == {0}
        assert score(database, evening.game) == ("cancelled", None, None)
        assert reasons(database, evening.game) == [("final", None), ("void", REASON)]

    def test_a_reopening(self, evening: Evening, admin: int, database: str) -> None:
        changes = tried_and_done(database, admin, "reopen", evening.game)
        assert [pick["after"] for pick in changes["picks"]] == [PENDING] * 3
        assert changes["ranks_changed"] == 3
        assert score(database, evening.game) == ("live", None, None)

    def test_a_first_score(self, contest: Contest, admin: int, database: str) -> None:
        game, anna = contest.game(), contest.user("anna")
        contest.pick(anna, contest.quote(game, "moneyline", "home", None, 150))
        changes = tried_and_done(database, admin, "result", game, (1, 0))
        assert changes["before"] == {
            "status": "scheduled",
            "outcome": None,
            "home_score": None,
            "away_score": None,
            "began_at": None,
            "source": None,
        }
        assert [(pick["before"], pick["after"]) for pick in changes["picks"]] == [(PENDING, state("win", 1.5))]
        assert changes["ranks"] == [
            {"username": "anna", "before": None, "after": 1, "units_before": 0, "units_after": 1.5}
        ]

    def test_who_did_nothing_may_move_too(self, evening: Evening, contest: Contest, admin: int, database: str) -> None:
        other = contest.game()
        contest.pick(evening.users["dora"], contest.quote(other, "moneyline", "home", None, 100))
        contest.final(other, 1, 0)
        settle_now()
        changes = tried_and_done(database, admin, "result", evening.game, (90, 100))
        ranks = {row["username"]: (row["before"], row["after"]) for row in changes["ranks"]}
        assert ranks == {"dora": (2, 1), "bert": (3, 2), "anna": (1, 3)}
        [dora] = [row for row in changes["ranks"] if row["username"] == "dora"]
        assert dora["units_before"] == dora["units_after"] == 1

    def test_a_regrade_that_finds_nothing_to_change(self, evening: Evening, admin: int, database: str) -> None:
        changes = tried_and_done(database, admin, "regrade", evening.game)
        assert (changes["picks_changed"], changes["picks"], changes["ranks_changed"], changes["ranks"]) == (
            0,
            [],
            0,
            [],
        )
        # A result of an earlier release had no start; it now has the tip-off.
        start = {"began_at": "2024-01-05T00:30:00Z"}
        assert changes["after"] == {**changes["before"], **start, "source": f"admin:{admin}"}
        entries = rows(database, "SELECT sign, result FROM settlement_ledger WHERE pick_id = %s", evening.anna)
        assert [(entry["sign"], entry["result"]) for entry in entries] == [(1, "win"), (-1, "win"), (1, "win")]

    def test_a_regrade_by_rules_that_have_changed(
        self, evening: Evening, contest: Contest, admin: int, database: str
    ) -> None:
        """If a draw was quoted, a tie is a loss. Before, it was void."""
        contest.final(evening.game, 95, 95)
        settle_now()
        contest.quote(evening.game, "moneyline", "draw", None, 1200)
        changes = tried_and_done(database, admin, "regrade", evening.game)
        assert [(pick["username"], pick["before"], pick["after"]) for pick in changes["picks"]] == [
            ("anna", state("void", 0), state("loss", -1)),
            ("bert", state("void", 0), state("loss", -1)),
        ]

    def test_a_regrade_that_only_finds_another_close(
        self, evening: Evening, contest: Contest, admin: int, database: str
    ) -> None:
        contest.quote(
            evening.game, "moneyline", "home", None, 130, made_at=TIP_OFF - timedelta(minutes=9), superseded_at=TIP_OFF
        )
        [pick] = tried_and_done(database, admin, "regrade", evening.game)["picks"]
        assert pick["before"] == state("win", 1.5)
        assert pick["after"] == state("win", 1.5) | {"closing_price": 130, "clv_percent": 25}

    def test_a_voided_game_that_had_not_started_takes_no_picks(
        self, contest: Contest, admin: int, database: str
    ) -> None:
        game = contest.game()
        quote = contest.quote(game, "moneyline", "home", None, -110)
        early = TIP_OFF - timedelta(hours=2)
        assert act(admin, "void", game, at=early).status == 200
        assert score(database, game) == ("cancelled", None, None)
        assert row(database, "SELECT superseded_at FROM quotes WHERE id = %s", quote)["superseded_at"] == early
        assert act(admin, "reopen", game, at=early).body["after"]["status"] == "scheduled"

    def test_what_else_is_due_is_settled_and_not_this_acts_doing(
        self, evening: Evening, contest: Contest, admin: int, database: str
    ) -> None:
        other = contest.game()
        contest.pick(evening.users["dora"], contest.quote(other, "moneyline", "home", None, 100))
        contest.final(other, 1, 0)
        changes = tried_and_done(database, admin, "regrade", evening.game)
        assert (changes["picks"], changes["ranks"]) == ([], [])
        assert game_of(database, other)["settled_result_id"] is not None


class TestLists:
    def test_are_cut_and_say_how_many_there_are(
        self, evening: Evening, admin: int, database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(effects, "MOST_LISTED", 2)
        changes = tried_and_done(database, admin, "void", evening.game)
        assert [pick["pick_id"] for pick in changes["picks"]] == [evening.anna, evening.bert]
        assert changes["picks_changed"] == changes["ranks_changed"] == 3
        assert len(changes["ranks"]) == 2
        [entry] = audit_log(admin).body["entries"]
        assert (entry["after"]["picks_changed"], entry["after"]["ranks_changed"]) == (3, 3)


class TestWords:
    def test_each_act_is_in_the_log_with_before_after_and_reason(
        self, evening: Evening, admin: int, database: str
    ) -> None:
        answers = [
            act(admin, "result", evening.game, (90, 100), reason="a scorer's error").body,
            act(admin, "void", evening.game, reason="a protest").body,
            act(admin, "reopen", evening.game, reason="the protest was refused").body,
        ]
        entries = audit_log(admin).body["entries"]
        assert [(entry["action"], entry["reason"]) for entry in entries] == [
            ("reopen_game", "the protest was refused"),
            ("void_game", "a protest"),
            ("set_result", "a scorer's error"),
        ]
        for entry, answer in zip(reversed(entries), answers, strict=True):
            counts = {"picks_changed": answer["picks_changed"], "ranks_changed": answer["ranks_changed"]}
            assert (entry["before"], entry["after"]) == (answer["before"], answer["after"] | counts)
            assert (entry["actor"], entry["game_id"], entry["subject"]) == ("the-admin", evening.game, None)
            assert entry["at"] == f"{OVER:%Y-%m-%dT%H:%M:%SZ}"
        written = rows(database, "SELECT result_id FROM audit_log ORDER BY id")
        results = rows(database, "SELECT id FROM game_results WHERE source LIKE 'admin:%%' ORDER BY id")
        assert [entry["result_id"] for entry in written] == [result["id"] for result in results]

    def test_a_dry_run_of_a_regrade_needs_no_reason(self, evening: Evening, admin: int, database: str) -> None:
        before = everything(database)
        assert act(admin, "regrade", evening.game, reason=None, dry_run=True).status == 200
        assert act(admin, "regrade", evening.game, reason=None).fields() == {"reason"}
        assert everything(database) == before


ACTS: tuple[Act, ...] = get_args(Act.__value__)

acts = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(ACTS), st.tuples(st.integers(95, 99), st.integers(95, 99))),
    min_size=1,
    max_size=8,
)


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=acts)
def test_whatever_is_done_a_dry_run_has_said_it(
    contest: Contest, database: str, admin: int, steps: list[tuple[int, Act, tuple[int, int]]]
) -> None:
    games = [contest.game() for _ in range(2)]
    users = [contest.user() for _ in range(3)]
    for game in games:
        for market, side, line in (("moneyline", "home", None), ("spread", "away", Decimal(1)), ("total", "over", 194)):
            quote = contest.quote(game, market, side, None if line is None else Decimal(line), 120)
            for turn, user in enumerate(users):
                if (turn + game) % 3 or market == "total":
                    contest.pick(user, quote, Decimal(1 + turn))
    for chosen, what, points in steps:
        given_score = points if what == "result" else None
        before = everything(database)
        dry = act(admin, what, games[chosen], given_score, dry_run=True)
        assert everything(database) == before
        done = act(admin, what, games[chosen], given_score)
        assert done.status == dry.status
        if done.status == 200:
            assert dry.body == {**done.body, "dry_run": True}
        else:
            assert dry.body == done.body
            assert everything(database) == before
        hold_to_the_ledger(database)
