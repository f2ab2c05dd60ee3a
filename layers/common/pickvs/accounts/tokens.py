"""Access tokens (JWT, HS256) and refresh tokens (random, of which only a hash is kept).

Two keys are accepted, one signs. A rotation (`pickvs.accounts.rotation`) makes a new `current` key, which signs only
from the moment that the secret names: by then every function has read it, and accepts what it signs. Until then
`previous` goes on signing, and it is accepted until the rotation after. Light on imports: the authorizer needs this
module and little else.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt

from pickvs.accounts.rules import ACCESS_TOKEN_LIFETIME
from pickvs.core import clock
from pickvs.core.errors import ConfigurationError, Unauthenticated

ISSUER = "pickvs"
AUDIENCE = "pickvs-api"

CLOCK_SKEW = timedelta(seconds=10)
"""How far ahead of ours the issuing host's clock may be. It does not prolong a token: `exp` is compared exactly."""

_ALGORITHM = "HS256"
_MINIMUM_KEY_BYTES = 32  # RFC 7518, 3.2: a key of the hash's size or larger
_CLAIMS = ("exp", "iat", "sub", "aud", "iss", "jti")
# Three base64url parts and no more text than any token of ours has: what else is sent is not worth decoding.
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_TOKEN_MAX = 2_048
# The library asks the system's clock; ours is the one that a test or a replay can hold, so `_check_times` asks it.
_JWT = jwt.PyJWT(
    {
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
        "require": list(_CLAIMS),
        "strict_aud": True,
        "enforce_minimum_key_length": True,
    }
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The user of whom a token speaks, and the session that it belongs to."""

    user_id: int
    username: str
    role: str
    session: UUID | None = None
    """The family of the session's refresh tokens; None in a token from before tokens named their session."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that is good: of whom it speaks, and until when."""

    subject: Subject
    expires_at: int
    """Its `exp`: seconds since 1970."""


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The keys by their id (`kid`), the id of the newest, and from when on that one signs."""

    current: str
    keys: Mapping[str, bytes]
    current_from: datetime | None = None
    """Before this moment the other key signs; None is long ago."""

    @classmethod
    def from_secret(cls, secret: Mapping[str, str]) -> "SigningKeys":
        """Read the signing keys' secret: current_kid, current_key, previous_kid, previous_key, current_from.

        Both fields of the previous key are empty when there is none, and current_from when the current key signs
        already. Raises ConfigurationError when a field is missing, a key is shorter than 32 bytes, both have one id or
        current_from is no moment with its offset (ISO 8601).
        """
        keys: dict[str, bytes] = {}
        for which in ("current", "previous"):
            kid, key = secret.get(f"{which}_kid"), secret.get(f"{which}_key")
            if which == "previous" and not kid and not key:
                continue
            if not isinstance(kid, str) or not isinstance(key, str) or not kid or kid in keys:
                raise ConfigurationError(f"the signing keys' secret has no usable {which}_kid and {which}_key")
            keys[kid] = key.encode()
            if len(keys[kid]) < _MINIMUM_KEY_BYTES:
                raise ConfigurationError(f"the {which} signing key is shorter than {_MINIMUM_KEY_BYTES} bytes")
        return cls(current=secret["current_kid"], keys=keys, current_from=_moment(secret.get("current_from", "")))

    def signing_kid(self, at: datetime) -> str:
        """Return the id of the key that signs at the moment `at`."""
        if self.current_from is None or at >= self.current_from:
            return self.current
        return next((kid for kid in self.keys if kid != self.current), self.current)


def issue(subject: Subject, keys: SigningKeys, *, at: datetime) -> str:
    """Return an access token for `subject` that expires ACCESS_TOKEN_LIFETIME after `at`.

    Nothing ends it earlier: it is verified without a look at the database, and so outlives a logout.
    """
    issued = int(at.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(subject.user_id),
        "username": subject.username,
        "role": subject.role,
        "iat": issued,
        "exp": issued + int(ACCESS_TOKEN_LIFETIME.total_seconds()),
        "jti": uuid4().hex,
    }
    if subject.session is not None:
        claims["sid"] = str(subject.session)
    kid = keys.signing_kid(at)
    return _JWT.encode(claims, keys.keys[kid], _ALGORITHM, headers={"kid": kid})


def verify(token: str, keys: SigningKeys) -> Verified:
    """Return what `token` says, if one of `keys` signed it for this API and it is in force now.

    Raises Unauthenticated otherwise; its detail is the reason, for the log, and repeats nothing of the token.
    """
    if len(token) > _TOKEN_MAX or not _TOKEN.fullmatch(token):
        raise _refused("not a token")
    try:
        key = keys.keys.get(jwt.get_unverified_header(token).get("kid", ""))
        if key is None:
            raise _refused("unknown key")
        claims = _JWT.decode(token, key, [_ALGORITHM], audience=AUDIENCE, issuer=ISSUER)
    except jwt.InvalidTokenError as error:
        raise _refused(type(error).__name__) from None
    _check_times(claims)
    return Verified(_subject(claims), claims["exp"])


def new_refresh_token() -> tuple[str, bytes]:
    """Return a new refresh token (256 random bits, base64url) and its SHA-256, the only thing that is stored."""
    token = secrets.token_urlsafe(32)
    return token, hash_refresh_token(token)


def hash_refresh_token(token: str) -> bytes:
    """Return the SHA-256 under which a refresh token is stored; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ConfigurationError("the signing keys' secret has no usable current_from")
    return moment


def _check_times(claims: Mapping[str, Any]) -> None:
    moments = {name: claims[name] for name in ("exp", "iat", "nbf") if name in claims}
    if any(type(moment) is not int for moment in moments.values()):
        raise _refused("a time is not a whole number of seconds")
    now = clock.now().timestamp()
    if moments["exp"] <= now:
        raise _refused("expired")
    if max(moments["iat"], moments.get("nbf", 0)) > now + CLOCK_SKEW.total_seconds():
        raise _refused("not in force yet")


def _subject(claims: Mapping[str, Any]) -> Subject:
    user, username, role = claims["sub"], claims.get("username"), claims.get("role")
    if not re.fullmatch(r"[1-9][0-9]{0,18}", user) or not isinstance(username, str) or not isinstance(role, str):
        raise _refused("a claim about the user is missing")
    return Subject(int(user), username, role, _session(claims.get("sid")))


def _session(sid: Any) -> UUID | None:
    if sid is None:
        return None
    try:
        return UUID(sid)
    except (AttributeError, TypeError, ValueError):
        raise _refused("the session's claim is not an id") from None


def _refused(reason: str) -> Unauthenticated:
    return Unauthenticated("UNAUTHENTICATED", reason)
