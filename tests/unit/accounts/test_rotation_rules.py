"""A rotation never causes a valid token to be refused, at any moment and with any permitted staleness of a function."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.accounts import tokens
from pickvs.accounts.rotation.rules import earliest_rotation, obstacle, successor
from pickvs.accounts.rules import ACCESS_TOKEN_LIFETIME
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock
from tests.support.examples import examples

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CACHE = timedelta(minutes=5)
DELAY = timedelta(hours=1)
FIRST = {"current_kid": "0", "current_key": "0" * 40, "previous_kid": "", "previous_key": ""}
ADA = Subject(41, "Ada", "user")


@dataclass(frozen=True)
class Reign:
    """A value of the secret, and the time it came into force."""

    began: datetime
    secret: dict[str, str]


def rotated(reign: Reign, number: int, *, made: datetime, took: timedelta) -> Reign:
    """Return the next value, created and put in force at the given times. Fails if the rules forbid it."""
    secret = successor(reign.secret, kid=str(number), key=str(number) * 40, signs_from=made + DELAY)
    began = made + took
    assert obstacle(reign.secret, secret, signs_from=made + DELAY, at=began, cache=CACHE) is None
    return Reign(began, secret)


def held(reigns: list[Reign], at: datetime, age: timedelta) -> SigningKeys:
    """Return the keys held at `at` by a function that read the secret `age` ago."""
    return SigningKeys.from_secret([reign.secret for reign in reigns if reign.began <= at - age][-1])


# Fraction of the permitted range (time within a rotation, pause since the last one, staleness, age), with both limits.
SHARE = st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1)


@settings(max_examples=examples(300))
@given(
    took=st.lists(SHARE, min_size=3, max_size=3),
    pauses=st.lists(st.sampled_from([0, 1, 40, 100_000]), min_size=3, max_size=3),
    turn=st.integers(0, 8),
    offset=st.floats(-1.2, 1.2),
    issuer_age=SHARE,
    life=st.sampled_from([CACHE, ACCESS_TOKEN_LIFETIME - 2 * SECOND]),
    used=SHARE,
    reader_age=SHARE,
)
def test_no_token_is_refused_while_it_lives(took, pauses, turn, offset, issuer_age, life, used, reader_age):
    reigns = [Reign(NOW - timedelta(days=1), FIRST)]
    turns, made = [], NOW
    for number, (share, pause) in enumerate(zip(took, pauses, strict=True), start=1):
        reigns.append(rotated(reigns[-1], number, made=made, took=share * (DELAY - 2 * CACHE)))
        turns += [reigns[-1].began, made + DELAY, made + DELAY + ACCESS_TOKEN_LIFETIME]
        made = earliest_rotation(made + DELAY, cache=CACHE) + pause * SECOND
    at = turns[turn] + offset * CACHE
    token = tokens.issue(ADA, held(reigns, at, issuer_age * CACHE), at=at)
    later = at + used * life
    with clock.held_at(later):
        assert tokens.verify(token, held(reigns, later, reader_age * CACHE)).subject == ADA


def test_the_property_sees_keys_change():
    reigns = [Reign(NOW - timedelta(days=1), FIRST)]
    reigns.append(rotated(reigns[-1], 1, made=NOW, took=SECOND))
    moments = [NOW, NOW + DELAY - SECOND, NOW + DELAY, NOW + timedelta(days=1)]
    assert [held(reigns, at, CACHE).signing_kid(at) for at in moments] == ["0", "0", "1", "1"]
    assert all(before.secret != after.secret for before, after in pairwise(reigns))


def test_the_new_key_follows_the_current_one():
    current = {"current_kid": "b", "current_key": "B", "previous_kid": "a", "previous_key": "A"}
    assert successor(current, kid="c", key="C", signs_from=NOW) == {
        "current_kid": "c",
        "current_key": "C",
        "current_from": "2026-11-20T08:00:00+00:00",
        "previous_kid": "b",
        "previous_key": "B",
    }


@pytest.mark.parametrize(
    ("change", "left", "reason"),
    [
        ({}, 2 * CACHE, None),
        ({}, 2 * CACHE - SECOND, "it would sign before every function has read it"),
        ({}, -DELAY, "it would sign before every function has read it"),
        ({"current_kid": "x"}, DELAY, "another value was put in force since it was made"),
        ({"current_key": "x" * 40}, DELAY, "another value was put in force since it was made"),
    ],
)
def test_what_keeps_a_key_from_coming_into_force(change, left, reason):
    pending = successor(FIRST, kid="1", key="1" * 40, signs_from=NOW + left)
    assert obstacle({**FIRST, **change}, pending, signs_from=NOW + left, at=NOW, cache=CACHE) == reason


def test_the_next_rotation_waits_until_the_last_token_of_the_key_that_goes():
    assert earliest_rotation(NOW, cache=CACHE) == NOW + timedelta(minutes=35)
