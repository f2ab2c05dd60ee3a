"""Access tokens (JWT, HS256) and refresh tokens (random; only a hash is stored).

Two keys are accepted, and one of them signs. A rotation (`pickvs.accounts.rotation`) creates a new `current` key, which
starts to sign at the moment stated in the secret. By then every function has read the key and accepts its tokens. Until
then the `previous` key signs; it is accepted until the next rotation.

Light on imports: the authorizer needs little else.
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
"""Maximum time by which the issuing host's clock may be ahead. Does not extend a token: `exp` is compared exactly."""

_ALGORITHM = "HS256"
_MINIMUM_KEY_BYTES = 32  # RFC 7518, 3.2: at least the size of the hash
_CLAIMS = ("exp", "iat", "sub", "aud", "iss", "jti")
# Three base64url parts, and at most the length of an issued token. Anything else is rejected without decoding.
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_TOKEN_MAX = 2_048
# The library reads the system clock, which tests and replays cannot freeze. `_check_times` uses `core.clock` instead.
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
    """The user and the session of a token."""

    user_id: int
    username: str
    role: str
    session: UUID | None = None
    """Family id of the session's refresh tokens. None in tokens issued before tokens carried their session."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A valid token: its subject and expiry time."""

    subject: Subject
    expires_at: int
    """The `exp` claim: seconds since 1970."""


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """Signing keys by id (`kid`), the id of the newest, and the moment at which it starts to sign."""

    current: str
    keys: Mapping[str, bytes]
    current_from: datetime | None = None
    """Moment before which the previous key signs. None: the current key signs."""

    @classmethod
    def from_secret(cls, secret: Mapping[str, str]) -> "SigningKeys":
        """Parse the signing keys' secret: current_kid, current_key, previous_kid, previous_key, current_from.

        The fields of the previous key are empty if there is none. current_from is empty if the current key already
        signs. Raises ConfigurationError if a field is missing, a key is shorter than 32 bytes, both keys have the same
        id, or current_from is not an ISO 8601 moment with an offset.
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
        """Return the id of the key that signs at `at`."""
        if self.current_from is None or at >= self.current_from:
            return self.current
        return next((kid for kid in self.keys if kid != self.current), self.current)


def issue(subject: Subject, keys: SigningKeys, *, at: datetime) -> str:
    """Return an access token for `subject` that expires ACCESS_TOKEN_LIFETIME after `at`.

    The token cannot be revoked: it is verified without the database and outlives a logout.
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
    """Verify an access token, and return its subject and expiry time.

    Raises Unauthenticated if it was not signed by one of `keys` for this API, has expired or is not valid yet. The
    error's detail is the reason, for the log, and never repeats the token.
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
    """Return a new refresh token (256 random bits, base64url) and its SHA-256. Only the hash may be stored."""
    token = secrets.token_urlsafe(32)
    return token, hash_refresh_token(token)


def hash_refresh_token(token: str) -> bytes:
    """Return the SHA-256 to store for a refresh token. 256 random bits need no salt and no slow hash."""
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
        raise _refused("not valid yet")


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
