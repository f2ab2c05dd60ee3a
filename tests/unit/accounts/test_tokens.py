import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.accounts import tokens
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock
from pickvs.core.errors import ConfigurationError, Unauthenticated

NOW = datetime(2024, 1, 15, 19, 30, 0, 700_000, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ADA = Subject(41, "Ada", "user")
SECRET = {"current_kid": "new", "current_key": "n" * 32, "previous_kid": "old", "previous_key": "o" * 32}
KEYS = SigningKeys.from_secret(SECRET)
SESSION = "3f2b8c1e-5a44-4e0b-9a3c-0d6a1f7e9b21"
HEADER = {"alg": "HS256", "typ": "JWT", "kid": "new"}
CLAIMS = {
    "iss": "pickvs",
    "aud": "pickvs-api",
    "sub": "41",
    "username": "Ada",
    "role": "user",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 1800,
    "jti": "1",
}


def forged(claims, header=HEADER, key=b"n" * 32, digest=hashlib.sha256):
    """Sign by hand, as an attacker without our library would."""

    def part(value):
        return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(b"=")

    signed = part(header) + b"." + part(claims)
    return (signed + b"." + part(hmac.digest(key, signed, digest))).decode()


def reason(token, *, at=NOW, keys=KEYS):
    with clock.held_at(at), pytest.raises(Unauthenticated) as refused:
        tokens.verify(token, keys)
    return refused.value.detail


def test_a_token_says_of_whom_it_speaks():
    token = tokens.issue(ADA, KEYS, at=NOW)
    with clock.held_at(NOW):
        assert tokens.verify(token, KEYS).subject == ADA


def test_it_carries_the_claims_and_the_key_s_id():
    token = tokens.issue(ADA, KEYS, at=NOW)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims.pop("jti") != jwt.decode(tokens.issue(ADA, KEYS, at=NOW), options={"verify_signature": False})["jti"]
    assert claims == {name: value for name, value in CLAIMS.items() if name != "jti"}
    assert jwt.get_unverified_header(token) == HEADER


def test_it_names_its_session():
    subject = replace(ADA, session=UUID(SESSION))
    token = tokens.issue(subject, KEYS, at=NOW)
    assert jwt.decode(token, options={"verify_signature": False})["sid"] == SESSION
    with clock.held_at(NOW):
        assert tokens.verify(token, KEYS).subject == subject


def test_a_token_from_before_tokens_named_theirs_is_good():
    assert "sid" not in CLAIMS
    with clock.held_at(NOW):
        assert tokens.verify(forged(CLAIMS), KEYS).subject.session is None


def test_a_hand_made_token_with_the_right_key_is_good():
    with clock.held_at(NOW):
        assert tokens.verify(forged(CLAIMS), KEYS).subject == ADA


@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=29, seconds=59)])
def test_it_is_good_for_thirty_minutes(age):
    with clock.held_at(NOW + age):
        assert tokens.verify(tokens.issue(ADA, KEYS, at=NOW), KEYS).subject == ADA


@pytest.mark.parametrize("age", [timedelta(minutes=30), timedelta(minutes=31), timedelta(days=400)])
def test_and_not_longer(age):
    assert reason(tokens.issue(ADA, KEYS, at=NOW), at=NOW + age) == "expired"


def test_the_exact_end_is_the_exp_claim():
    end = datetime.fromtimestamp(CLAIMS["exp"], UTC)
    with clock.held_at(end - timedelta(microseconds=1)):
        assert tokens.verify(forged(CLAIMS), KEYS) == tokens.Verified(ADA, CLAIMS["exp"])
    assert reason(forged(CLAIMS), at=end) == "expired"


def test_a_host_whose_clock_is_a_little_ahead_is_believed():
    with clock.held_at(NOW - tokens.CLOCK_SKEW + SECOND):
        assert tokens.verify(tokens.issue(ADA, KEYS, at=NOW), KEYS).subject == ADA
    assert reason(tokens.issue(ADA, KEYS, at=NOW), at=NOW - tokens.CLOCK_SKEW - SECOND) == "not valid yet"


def test_a_token_for_later_is_refused_until_then():
    token = forged({**CLAIMS, "nbf": CLAIMS["iat"] + 600})
    assert reason(token) == "not valid yet"
    with clock.held_at(NOW + timedelta(minutes=11)):
        assert tokens.verify(token, KEYS).subject == ADA


def test_the_previous_key_is_good_and_does_not_sign():
    old = SigningKeys("old", {"old": b"o" * 32})
    with clock.held_at(NOW):
        assert tokens.verify(tokens.issue(ADA, old, at=NOW), KEYS).subject == ADA
    assert reason(tokens.issue(ADA, KEYS, at=NOW), keys=old) == "unknown key"


REFUSED = {
    "nothing": "",
    "garbage": "garbage",
    "three parts of garbage": "a.b.c",
    "too many parts": forged(CLAIMS) + ".e30",
    "no signature": forged(CLAIMS).rsplit(".", 1)[0] + ".",
    "a signature of another token": forged(CLAIMS).rsplit(".", 1)[0]
    + "."
    + forged({**CLAIMS, "jti": "2"}).rsplit(".", 1)[1],
    "a longer text than any token": "a" * 700 + "." + "b" * 700 + "." + "c" * 700,
    "white space": " " + forged(CLAIMS),
    "a line break at the end": forged(CLAIMS) + "\n",
    "half a surrogate pair": "a.b.\ud800",
    "letters beyond ASCII": "ä.b.c",
    "a header that is no object": forged(CLAIMS, header=[]),
    "a header of endless nesting": base64.urlsafe_b64encode(b"[" * 900).decode().rstrip("=") + ".e30.e30",
    "claims that are no object": forged([]),
    "claims that are no JSON": forged(b"sub=41"),
    "claims that are no text": forged(b"\xff\xfe"),
    "another key": forged(CLAIMS, key=b"x" * 32),
    "the key of the other id": forged(CLAIMS, key=b"o" * 32),
    "no key at all": forged(CLAIMS, key=b""),
    "no kid": forged(CLAIMS, header={"alg": "HS256", "typ": "JWT"}),
    "a kid of nobody": forged(CLAIMS, header={**HEADER, "kid": "newer"}),
    "an empty kid": forged(CLAIMS, header={**HEADER, "kid": ""}),
    "a kid that is no text": forged(CLAIMS, header={**HEADER, "kid": ["new"]}),
    "alg none": forged(CLAIMS, header={**HEADER, "alg": "none"}),
    "alg none, unsigned": forged(CLAIMS, header={**HEADER, "alg": "none"}).rsplit(".", 1)[0] + ".",
    "no alg": forged(CLAIMS, header={"kid": "new"}),
    "alg HS512": forged(CLAIMS, header={**HEADER, "alg": "HS512"}, digest=hashlib.sha512),
    "alg RS256": forged(CLAIMS, header={**HEADER, "alg": "RS256"}),
    "alg in another case": forged(CLAIMS, header={**HEADER, "alg": "hs256"}),
    "a critical extension": forged(CLAIMS, header={**HEADER, "crit": ["exp"], "exp": 1}),
    "another issuer": forged({**CLAIMS, "iss": "pickvs-dev"}),
    "a part of the issuer": forged({**CLAIMS, "iss": "pick"}),
    "a list of issuers": forged({**CLAIMS, "iss": ["pickvs"]}),
    "another audience": forged({**CLAIMS, "aud": "another-api"}),
    "more audiences": forged({**CLAIMS, "aud": ["pickvs-api", "another-api"]}),
    "exp as text": forged({**CLAIMS, "exp": str(CLAIMS["exp"])}),
    "exp as a fraction": forged({**CLAIMS, "exp": CLAIMS["exp"] + 0.5}),
    "exp as truth": forged({**CLAIMS, "exp": True}),
    "exp without end": forged({**CLAIMS, "exp": float("inf")}),
    "exp null": forged({**CLAIMS, "exp": None}),
    "iat as text": forged({**CLAIMS, "iat": str(CLAIMS["iat"])}),
    "nbf as text": forged({**CLAIMS, "nbf": "0"}),
    "nbf null": forged({**CLAIMS, "nbf": None}),
    "sub as a number": forged({**CLAIMS, "sub": 41}),
    "sub of nobody": forged({**CLAIMS, "sub": "0"}),
    "sub below zero": forged({**CLAIMS, "sub": "-41"}),
    "sub with a line break": forged({**CLAIMS, "sub": "41\n"}),
    "sub in other digits": forged({**CLAIMS, "sub": "٤١"}),
    "sub too large": forged({**CLAIMS, "sub": "1" * 20}),
    "username as a number": forged({**CLAIMS, "username": 1}),
    "sid as a number": forged({**CLAIMS, "sid": 1}),
    "sid as a list": forged({**CLAIMS, "sid": [SESSION]}),
    "sid that is no id": forged({**CLAIMS, "sid": "1"}),
    "an empty sid": forged({**CLAIMS, "sid": ""}),
    "role as a list": forged({**CLAIMS, "role": ["admin"]}),
    **{f"no {name}": forged({key: value for key, value in CLAIMS.items() if key != name}) for name in CLAIMS},
}


@pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_a_good_token_is_refused(token):
    assert reason(token)


def test_the_reason_repeats_nothing_of_the_token():
    assert {reason(token) for token in REFUSED.values()} == {
        "not a token",
        "DecodeError",
        "InvalidTokenError",
        "InvalidSignatureError",
        "InvalidAlgorithmError",
        "InvalidIssuerError",
        "InvalidAudienceError",
        "InvalidSubjectError",
        "MissingRequiredClaimError",
        "unknown key",
        "a time is not a whole number of seconds",
        "a claim about the user is missing",
        "the session's claim is not an id",
    }


@given(st.integers(min_value=0), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_token_with_one_character_changed_is_refused(position, character):
    token = forged(CLAIMS)
    position %= len(token)
    if token[position] != character:
        assert reason(token[:position] + character + token[position + 1 :])


@given(st.text(max_size=100))
def test_any_text_is_refused(text):
    assert reason(text)


@pytest.mark.parametrize(
    "change",
    [
        {"current_kid": ""},
        {"current_key": ""},
        {"current_key": "n" * 31},
        {"previous_kid": ""},
        {"previous_key": ""},
        {"previous_key": "o" * 31},
        {"previous_kid": "new"},
        {"current_kid": 1},
        {"current_key": ["n" * 32]},
        {"current_from": "soon"},
        {"current_from": "2024-01-15T19:30:00"},
    ],
)
def test_keys_that_cannot_be_used_are_a_fault_of_the_deployment(change):
    with pytest.raises(ConfigurationError) as refused:
        SigningKeys.from_secret({**SECRET, **change})
    assert not any(value in str(refused.value) for value in ("nnn", "ooo"))


@pytest.mark.parametrize("missing", ["current_kid", "current_key", "previous_kid", "previous_key"])
def test_half_a_key_is_a_fault_of_the_deployment(missing):
    with pytest.raises(ConfigurationError):
        SigningKeys.from_secret({name: value for name, value in SECRET.items() if name != missing})


@pytest.mark.parametrize("none", [{}, {"previous_kid": "", "previous_key": ""}])
def test_there_need_be_no_previous_key(none):
    keys = SigningKeys.from_secret({"current_kid": "new", "current_key": "n" * 32, **none})
    assert keys == SigningKeys("new", {"new": b"n" * 32})


def test_before_its_moment_the_current_key_does_not_sign():
    keys = SigningKeys.from_secret({**SECRET, "current_from": NOW.isoformat()})
    for at, kid in ((NOW - SECOND, "old"), (NOW, "new"), (NOW + SECOND, "new")):
        token = tokens.issue(ADA, keys, at=at)
        assert jwt.get_unverified_header(token)["kid"] == kid
        with clock.held_at(at):
            assert tokens.verify(token, keys).subject == tokens.verify(token, KEYS).subject == ADA


def test_the_only_key_signs_whatever_its_moment():
    alone = {"current_kid": "new", "current_key": "n" * 32, "current_from": NOW.isoformat()}
    token = tokens.issue(ADA, SigningKeys.from_secret(alone), at=NOW - SECOND)
    assert jwt.get_unverified_header(token)["kid"] == "new"


def test_a_key_is_as_long_as_its_bytes():
    keys = SigningKeys.from_secret({"current_kid": "new", "current_key": "é" * 16})
    assert len(keys.keys["new"]) == 32


def test_a_refresh_token_is_256_random_bits_of_which_the_hash_is_kept():
    made = {tokens.new_refresh_token() for _ in range(100)}
    assert len({token for token, _ in made}) == 100
    for token, stored in made:
        assert len(base64.urlsafe_b64decode(token + "=")) == 32
        assert stored == hashlib.sha256(token.encode()).digest()
