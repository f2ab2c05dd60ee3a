"""Requests that are made to break something: texts that cannot be stored, sums without proportion, strangers' ids."""

from typing import Any

import pytest

from pickvs.core import clock
from tests.support.contests import add_contest, ask_run
from tests.support.dfs import NOW, Lounge
from tests.support.gateway import Answer, call


def ask(user: tuple[int, str], operation: str, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
    with clock.held_at(NOW):
        return call(operation, method, path, user=user, body=body)


@pytest.mark.parametrize("text", ["a\0b", "a\nb", "\u202egnp"])
@pytest.mark.parametrize("field", ["name", "external_id"])
def test_a_contest_is_named_in_one_line(lounge: Lounge, field: str, text: str) -> None:
    answer = add_contest(lounge, lounge.ada, lounge.slate(lounge.ada).slate, **{field: text})
    problem = answer.problem(422, "INVALID_VALUE")
    assert problem["errors"] == [{"field": field, "message": "must be one line without control characters"}]


def test_a_prize_is_in_proportion_to_the_fee(lounge: Lounge) -> None:
    slate = lounge.slate(lounge.ada).slate
    payouts = [{"first": 1, "last": 1, "cents": 10**8 + 1}]
    add_contest(lounge, lounge.ada, slate, size=2, fee_cents=1, payouts=payouts).problem(422, "PAYOUTS_DO_NOT_ADD_UP")
    assert add_contest(lounge, lounge.ada, slate, size=2, fee_cents=0, payouts=payouts).status == 201
    assert add_contest(lounge, lounge.ada, slate, size=2, fee_cents=2, payouts=payouts).status == 201


def test_signs_that_stand_for_many_letters_are_counted(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    body = {"slate_id": made.slate, "player_id": made.ids[0], "alias": "\ufdfa" * 60}
    ask(lounge.ada, "save_alias", "PUT", "/dfs/aliases", body).problem(422, "INVALID_VALUE")


def test_nothing_of_a_stranger_s_can_be_used_or_seen(lounge: Lounge) -> None:
    hers, his, public = lounge.slate(lounge.ada), lounge.slate(lounge.bob, seed=2), lounge.slate(None, seed=3)
    build, own = lounge.build(lounge.ada, hers, count=3), lounge.build(lounge.bob, his, count=3)
    lounge.work()
    contest = int(add_contest(lounge, lounge.ada, hers.slate).body["id"])
    mine = int(add_contest(lounge, lounge.bob, his.slate).body["id"])
    run = int(ask_run(lounge, lounge.ada, contest, build).body["id"])
    edited = {"kind": "edited", "changes": [{"player_id": public.ids[0], "points": 1}]}
    made = ask(
        lounge.ada, "create_projection_set", "POST", "/dfs/projection-sets",
        {**edited, "slate_id": public.slate, "parent": public.projections},
    )  # fmt: skip
    assert made.status == 201, made.body
    her_set = int(made.body["id"])
    bob = lounge.bob
    answers = [
        lounge.ask(bob, hers),
        lounge.ask(bob, his, projection_set_id=hers.projections),
        lounge.ask(bob, public, projection_set_id=her_set),
        lounge.ask(bob, his, exclude_builds=[build]),
        lounge.ask(bob, his, locks=[hers.ids[0]]),
        add_contest(lounge, bob, hers.slate),
        ask_run(lounge, bob, contest, own),
        ask_run(lounge, bob, mine, build),
        ask(bob, "cancel_build", "DELETE", f"/dfs/builds/{build}"),
        ask(bob, "cancel_contest_run", "DELETE", f"/dfs/contest-runs/{run}"),
        ask(
            bob, "create_projection_set", "POST", "/dfs/projection-sets",
            {**edited, "slate_id": public.slate, "parent": her_set},
        ),
        *(
            lounge.get(bob, path, operation)
            for operation, path in (
                ("get_slate", f"/dfs/slates/{hers.slate}"),
                ("get_slate_weather", f"/dfs/slates/{hers.slate}/weather"),
                ("list_slate_players", f"/dfs/slates/{hers.slate}/players"),
                ("get_projection_set", f"/dfs/projection-sets/{her_set}"),
                ("get_build", f"/dfs/builds/{build}"),
                ("list_lineups", f"/dfs/builds/{build}/lineups"),
                ("list_lineups_csv", f"/dfs/builds/{build}/lineups.csv"),
                ("export_build", f"/dfs/builds/{build}/export"),
                ("get_contest", f"/dfs/contests/{contest}"),
                ("get_contest_run", f"/dfs/contest-runs/{run}"),
                ("list_contest_run_lineups", f"/dfs/contest-runs/{run}/lineups"),
            )
        ),
    ]  # fmt: skip
    assert {(answer.status, answer.body["code"].rpartition("_")[2]) for answer in answers} == {
        (404, "FOUND"),
        (422, "VALUE"),
    }
    for operation, path, query in (
        ("list_builds", "/dfs/builds", {}),
        ("list_contests", "/dfs/contests", {}),
        ("list_contest_runs", "/dfs/contest-runs", {}),
        ("list_projection_sets", "/dfs/projection-sets", {"slate_id": str(public.slate)}),
    ):
        pages = [lounge.get(user, path, operation, **query).body for user in (lounge.ada, bob)]
        [key] = [name for name, value in pages[0].items() if isinstance(value, list)]
        owned, seen = ({each["id"] for each in page[key]} - {public.projections} for page in pages)
        assert owned, operation
        assert owned.isdisjoint(seen), operation
