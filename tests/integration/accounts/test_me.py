"""GET /users/me through the deployed file."""

from datetime import timedelta
from decimal import Decimal

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call

AT = TIP_OFF + timedelta(hours=4)
NOTHING = {
    "rank": None,
    "total_units": 0.0,
    "total_wagered": 0.0,
    "roi": None,
    "wins": 0,
    "losses": 0,
    "pushes": 0,
    "picks": 0,
    "win_rate": None,
    "clv_percent": None,
}


def settle_now() -> None:
    with transaction() as connection:
        settle(connection, AT)


def me(user: int, name: str) -> Answer:
    return call("get_me", "GET", "/users/me", user=(user, name))


def test_a_newcomer_has_a_profile_and_nothing_graded(contest: Contest) -> None:
    anna = contest.user("anna")
    answer = me(anna, "anna")
    assert answer.status == 200, answer.body
    assert answer.body == {
        "id": anna,
        "username": "anna",
        "email": "anna@example.com",
        "email_confirmed_at": None,
        "role": "user",
        "created_at": "2023-10-07T00:30:00Z",
        "totals": NOTHING,
    }


def test_totals_are_those_of_the_board(contest: Contest) -> None:
    game = contest.game()
    users = {name: contest.user(name) for name in ("anna", "bert", "carl")}
    home = contest.quote(game, "moneyline", "home", None, -110)
    for name, stake in (("anna", "1.5"), ("bert", "2"), ("carl", "1.5")):
        contest.pick(users[name], home, Decimal(stake))
    contest.pick(users["anna"], contest.quote(game, "total", "under", Decimal(200), -110))
    contest.pick(users["carl"], contest.quote(game, "total", "over", Decimal(210), -110))
    contest.final(game, 120, 90)
    settle_now()
    board = {row["username"]: row for row in call("get_leaderboard", "GET", "/leaderboard").body["leaderboard"]}
    assert [row["rank"] for row in board.values()] == [1, 2, 3]
    for name, user in users.items():
        totals = me(user, name).body["totals"]
        assert totals == {field: board[name][field] for field in totals}
    assert me(users["carl"], "carl").body["totals"] == {
        "rank": 2,
        "total_units": 1.3636,
        "total_wagered": 2.5,
        "roi": 54.54,
        "wins": 1,
        "losses": 0,
        "pushes": 1,
        "picks": 2,
        "win_rate": 100.0,
        "clv_percent": None,
    }


def test_who_has_only_voids_has_no_rank(contest: Contest) -> None:
    game, anna = contest.game(), contest.user("anna")
    contest.pick(anna, contest.quote(game, "moneyline", "home", None, 150))
    contest.void(game)
    settle_now()
    assert me(anna, "anna").body["totals"] == NOTHING


def test_name_and_role_are_those_of_now_and_not_of_the_token(contest: Contest) -> None:
    anna = contest.user("anna")
    contest.connection.execute("UPDATE users SET username = 'annabel', role = 'admin'")
    body = me(anna, "anna").body
    assert (body["username"], body["role"]) == ("annabel", "admin")


def test_nothing_of_anybody_else_and_no_password(contest: Contest) -> None:
    anna, _ = contest.user("anna"), contest.user("bert")
    text = str(me(anna, "anna").body)
    assert "bert" not in text
    assert "argon2" not in text


def test_a_user_who_is_gone_is_401(contest: Contest) -> None:
    anna = contest.user("anna")
    contest.connection.execute("DELETE FROM users")
    me(anna, "anna").problem(401, "UNAUTHENTICATED")


def test_nobody_is_401(contest: Contest) -> None:
    assert contest
    call("get_me", "GET", "/users/me").problem(401, "UNAUTHENTICATED")
