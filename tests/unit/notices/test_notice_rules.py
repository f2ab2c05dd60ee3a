"""Kinds of notices, their words, and when deliveries are tried again."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.notices.preferences.rules import is_genuine, read_token, write_token
from pickvs.notices.rules import CHANNELS, CHOOSABLE_KINDS, GIVEN_UP_AFTER, KINDS, WAITS, Channel, next_attempt
from pickvs.notices.words import one_line, token_page, words_of
from tests.support.contest import TIP_OFF

FACTS: dict[str, Any] = {
    "pick_id": 7, "game_id": 8, "home_team": "Boston Celtics", "away_team": "Miami Heat", "market": "spread",
    "selection": "home", "line": -4.5, "price": -110, "stake_units": 1, "result": "win", "units": 0.9091,
    "void_reason": None, "before": {"result": "loss", "units": -1.0}, "username": "ada", "name": "my model",
    "started_at": "2026-03-14T23:10:00+00:00", "starts_at": "2026-03-15T00:40:00+00:00",
}  # fmt: skip


@pytest.mark.parametrize("chosen", [None, True, False])
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", KINDS)
def test_a_choice_counts_where_there_is_one(name: str, channel: Channel, chosen: bool | None) -> None:
    kind = KINDS[name]
    on = kind.is_on(channel, chosen=chosen)
    if channel in kind.always:
        assert on
    elif channel in kind.never:
        assert not on
    else:
        assert on == (channel in kind.by_default if chosen is None else chosen)
    assert kind.is_choosable(channel) == (kind.is_on(channel, chosen=True) != kind.is_on(channel, chosen=False))


def test_what_concerns_the_safety_of_an_account_always_comes_by_mail() -> None:
    account = {name for name in KINDS if name.startswith("account.")}
    assert {name for name, kind in KINDS.items() if "email" in kind.always} == account
    assert not [name for name in CHOOSABLE_KINDS if not KINDS[name].in_feed]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("data", [FACTS, {}, {"line": None, "units": None, "selection": "draw", "before": None}])
def test_every_kind_has_words_whatever_its_data_has(name: str, data: dict[str, Any]) -> None:
    words = words_of(name, data)
    assert 0 < len(words.title) <= 150
    assert words.text.endswith(".")
    assert (words.title, words.text) == (one_line(words.title), one_line(words.text))
    assert "None" not in words.title + words.text


@pytest.mark.parametrize(
    ("kind", "more", "title"),
    [
        ("pick.settled", {}, "Your pick won: Boston Celtics -4.5 (+0.91 units)"),
        ("pick.settled", {"result": "push", "units": 0}, "Your pick pushed: Boston Celtics -4.5 (0 units)"),
        ("pick.settled", {"line": None, "selection": "away"}, "Your pick won: Miami Heat to win (+0.91 units)"),
        ("pick.settled", {"line": 220.5, "selection": "over"}, "Your pick won: over 220.5 (+0.91 units)"),
        ("pick.settled", {"line": None, "selection": "draw"}, "Your pick won: draw (+0.91 units)"),
        ("pick.regraded", {}, "Your pick was graded again: Boston Celtics -4.5 (+0.91 units)"),
        ("game.moved", {}, "New time: Miami Heat at Boston Celtics"),
    ],
)
def test_the_title_says_what_happened(kind: str, more: dict[str, Any], title: str) -> None:
    assert words_of(kind, FACTS | more).title == title


def test_the_moved_game_s_times_are_in_utc() -> None:
    assert (
        "now starts at Sun 15 Mar 2026 00:40 UTC instead of Sat 14 Mar 2026 23:10 UTC"
        in words_of("game.moved", FACTS).text
    )


@given(st.text())
def test_no_name_adds_a_line(name: str) -> None:
    words = words_of("account.api_key_made", {"name": name, "username": name})
    assert all(character.isprintable() for character in words.title + words.text)


def test_only_mails_with_a_token_lead_to_a_page() -> None:
    assert {name for name in KINDS if token_page(name)} == {"account.confirm_email", "account.password_forgotten"}


def test_attempts_become_rarer_and_end_after_a_day() -> None:
    at, attempts, waits = TIP_OFF, 0, []
    while (again := next_attempt(attempts := attempts + 1, TIP_OFF, at)) is not None:
        waits.append(again - at)
        at = again
    assert waits[: len(WAITS)] == list(WAITS)
    assert waits == sorted(waits)
    assert timedelta(hours=18) < at - TIP_OFF <= GIVEN_UP_AFTER


KEY, OTHER_KEY = bytes(32), bytes([1] * 32)
TOKEN = write_token(41, "pick.settled", KEY)


def test_a_link_is_for_one_user_and_one_kind() -> None:
    assert read_token(TOKEN) == (41, "pick.settled")
    assert is_genuine(TOKEN, KEY)
    assert not is_genuine(TOKEN, OTHER_KEY)
    _, _, signature = TOKEN.rpartition(".")
    other = "0" if TOKEN[-1] != "0" else "1"
    for forged in (f"42.pick.settled.{signature}", f"41.pick.voided.{signature}", TOKEN[:-1] + other):
        assert read_token(forged)
        assert not is_genuine(forged, KEY)


NO_SIGNATURE = "0" * 32


@pytest.mark.parametrize(
    "token",
    [
        *("", "41", "41.pick", f"x{TOKEN}", f"{TOKEN}0", TOKEN.upper(), f"{TOKEN}\n"),
        *(f"0.pick.settled.{NO_SIGNATURE}", f"{2**63}.pick.settled.{NO_SIGNATURE}"),
    ],
)
def test_anything_else_is_no_link(token: str) -> None:
    assert read_token(token) is None
