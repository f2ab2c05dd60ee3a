"""All kinds of API callers: without credentials, with valid credentials of each kind, and with spent ones."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property, partial
from itertools import count
from typing import Any, Self

import jwt

from cdk.routes.model import Scope
from tests.e2e.client import Client
from tests.e2e.offers import pick_of
from tests.support.gateway import Answer
from tests.support.laptop import Laptop
from tests.support.race_weeks import SEASON

PASSWORD = "correct horse battery"
RECEIVER = "http://127.0.0.1:9/"
"""Where nobody listens."""
LIVES = (2, 4, 8, 16)
"""Lifetimes in seconds of credentials that expire once made, or used. If one is too short, the next is tried."""


type Post = Callable[[str, Any], dict[str, Any]]
type Get = Callable[[str], dict[str, Any]]


def key_body(scope: Scope) -> dict[str, Any]:
    return {"name": "matrix", "scopes": [scope.value], "password": PASSWORD}


class Kind(StrEnum):
    """A kind of caller."""

    NOBODY = "nobody"
    GARBAGE = "garbage"
    GARBAGE_KEY = "garbage in the form of a key"
    EXPIRED_TOKEN = "expired token"
    EXPIRED_KEY = "expired key"
    REVOKED_KEY = "revoked key"
    OUTLIVED_TOKEN = "token that has expired since its use"
    OUTLIVED_KEY = "key that has expired since its use"
    READING_KEY = "key for picks:read"
    WRITING_KEY = "key for picks:write"
    FORECASTS_KEY = "key for predictions:read"
    ROOM_KEY = "key for drafts:read"
    DRAFTING_KEY = "key for drafts:write"
    SLATES_KEY = "key for dfs:read"
    BUILDING_KEY = "key for dfs:write"
    USER = "user"
    OTHER_USER = "other user"
    ENDED_SESSION = "admin whose session has ended"
    ADMIN = "admin"
    ADMINS_KEY = "key of an admin"
    DEMOTED = "admin whose role was taken since"
    ERASED = "admin whose account was erased since"


SCOPE = {
    Kind.READING_KEY: Scope.PICKS_READ,
    Kind.WRITING_KEY: Scope.PICKS_WRITE,
    Kind.FORECASTS_KEY: Scope.PREDICTIONS_READ,
    Kind.ROOM_KEY: Scope.DRAFTS_READ,
    Kind.DRAFTING_KEY: Scope.DRAFTS_WRITE,
    Kind.SLATES_KEY: Scope.DFS_READ,
    Kind.BUILDING_KEY: Scope.DFS_WRITE,
    Kind.ADMINS_KEY: Scope.PICKS_READ,
}
"""Scopes of the valid keys."""

STRANGERS = frozenset(
    {
        Kind.NOBODY,
        Kind.GARBAGE,
        Kind.GARBAGE_KEY,
        Kind.EXPIRED_TOKEN,
        Kind.EXPIRED_KEY,
        Kind.REVOKED_KEY,
        Kind.OUTLIVED_TOKEN,
        Kind.OUTLIVED_KEY,
    }
)
"""Kinds whose credentials are not, or no longer, valid."""

_ADMINS = frozenset({Kind.ADMIN, Kind.ADMINS_KEY, Kind.DEMOTED, Kind.ERASED, Kind.ENDED_SESSION})

_MADE_UP = {Kind.NOBODY: None, Kind.GARBAGE: "garbage", Kind.GARBAGE_KEY: "pvk_garbage"}


class Account:
    """A user whose resources are made when a request first names them: a sealed pick, an unused API key, and so on."""

    def __init__(self, name: str, session: Mapping[str, Any], post: Post, get: Get, pick: dict[str, Any]) -> None:
        """`post` and `get` send with the session's token and return the answer; `pick` can be made once."""
        self.name = name
        self.token = str(session["token"])
        self.refresh_token = str(session["refresh_token"])
        self.session = str(jwt.decode(self.token, options={"verify_signature": False})["sid"])
        self._post = post
        self._get = get
        self._pick = pick

    @cached_property
    def pick_id(self) -> int:
        return int(self._post("/picks", {"picks": [self._pick]})["picks"][0]["id"])

    @cached_property
    def key_id(self) -> int:
        return int(self._post("/api-keys", key_body(Scope.PICKS_READ))["id"])

    @cached_property
    def _group(self) -> dict[str, Any]:
        return self._post("/groups", {"name": "of the matrix"})

    @property
    def group_id(self) -> int:
        return int(self._group["id"])

    @property
    def group_code(self) -> str:
        return str(self._group["code"])

    @cached_property
    def league_id(self) -> int:
        """A private league that forms."""
        body = {"name": f"League of {self.name}", "season": SEASON, "team_name": "Late Brakers"}
        return int(self._post("/leagues", body)["id"])

    @cached_property
    def constructor_id(self) -> int:
        [constructor] = self._get(f"/leagues/{self.league_id}/constructors")["constructors"]
        return int(constructor["id"])

    @cached_property
    def invitation_id(self) -> int:
        return int(self._post(f"/leagues/{self.league_id}/invitations", {})["id"])

    @cached_property
    def webhook_id(self) -> int:
        return int(self._post("/webhooks", {"url": RECEIVER})["id"])

    @cached_property
    def delivery_id(self) -> int:
        return int(self._post(f"/webhooks/{self.webhook_id}/test", None)["id"])

    def complete(self) -> Self:
        """Make all of them now, because the token is about to lose what it takes."""
        for name, part in vars(Account).items():
            if isinstance(part, cached_property):
                getattr(self, name)
        return self


@dataclass(frozen=True)
class Caller:
    """The credentials of a request, and the account whose resources it names: the caller's own, or another user's."""

    credentials: str | None
    account: Account


class Callers:
    """Creates callers on a laptop cloud that offers `game`, without throttling. One of each kind is kept for reuse."""

    def __init__(self, laptop: Laptop, api: Client, game: dict[str, Any], signing_key: tuple[str, str]) -> None:
        self.game = game
        self._laptop = laptop
        self._base = api.base
        self._signing_key = signing_key
        self._numbers = count(1)
        self._kept: dict[Kind, Caller] = {}

    def kept(self, kind: Kind) -> Caller:
        """Return the kept caller of this kind, for requests that do not change the account."""
        if kind not in self._kept:
            self._kept[kind] = self.make(kind)
        return self._kept[kind]

    @cached_property
    def another(self) -> Account:
        """The account of somebody else, for requests that do not get at it."""
        return self.account()

    def fresh(self, kind: Kind) -> Caller:
        """Return a caller of this kind for a request that uses up the account that it names, or the credentials.

        The credentials of a stranger are good for nothing that could be used up.
        """
        return Caller(self.kept(kind).credentials, self.account()) if kind in STRANGERS else self.make(kind)

    def make(self, kind: Kind) -> Caller:
        """Create a caller of this kind with a new account."""
        if kind is Kind.OTHER_USER:
            return Caller(self.account().token, self.account())
        account = self.account(is_admin=kind in _ADMINS)
        return Caller(self._credentials(kind, account), account)

    def send(self, credentials: str | None, method: str, path: str, body: Any = None) -> Answer:
        return Client(self._base, credentials).send(method, path, body=body)

    def account(self, *, is_admin: bool = False) -> Account:
        """Create an account with an unused refresh token."""
        name = f"caller-{next(self._numbers)}"
        session = self._good(
            None, "/auth/register", {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        )
        if is_admin:
            self._grant(name, "admin")
            session = self._good(None, "/auth/login", {"email": f"{name}@example.com", "password": PASSWORD})
        token = session["token"]
        post, get = partial(self._good, token), partial(self._read, token)
        return Account(name, session, post, get, pick_of(self.game, "moneyline", "home"))

    def _credentials(self, kind: Kind, account: Account) -> str | None:
        match kind:
            case Kind.NOBODY | Kind.GARBAGE | Kind.GARBAGE_KEY:
                return _MADE_UP[kind]
            case Kind.EXPIRED_TOKEN:
                return self._token(account, ends_in=-1800)
            case Kind.OUTLIVED_TOKEN | Kind.OUTLIVED_KEY:
                return self._outlived(kind, account)
            case Kind.DEMOTED:
                account.complete()
                self._grant(account.name, "user")
            case Kind.ERASED:
                account.complete()
                assert self.send(account.token, "DELETE", "/users/me", {"password": PASSWORD}).status == 204
            case Kind.ENDED_SESSION:
                account.complete()
                assert self.send(account.token, "POST", "/auth/logout", {"everywhere": True}).status == 204
            case Kind.EXPIRED_KEY | Kind.REVOKED_KEY:
                return self._spent_key(kind, account.token)
        return str(self._key(account.token, SCOPE[kind])["key"]) if kind in SCOPE else account.token

    def _spent_key(self, kind: Kind, token: str) -> str:
        """Return a key that was valid once and was never used, so that no gateway has cached it."""
        if kind is Kind.REVOKED_KEY:
            key = self._key(token, Scope.PICKS_READ)
            assert self.send(token, "DELETE", f"/api-keys/{key['id']}").status == 204
            return str(key["key"])
        for life in LIVES:
            end = datetime.now(UTC) + timedelta(seconds=life)
            made = self._key_until(token, end)
            while datetime.now(UTC) <= end:
                time.sleep(0.1)
            if made.status == 201:
                return str(made.body["key"])
        raise AssertionError("no key was made in time")

    def _outlived(self, kind: Kind, account: Account) -> str:
        """Return credentials that were valid for seconds and used in that time, so that the gateway has cached them."""
        for life in LIVES:
            end = datetime.now(UTC) + timedelta(seconds=life)
            if kind is Kind.OUTLIVED_TOKEN:
                credentials = self._token(account, ends_in=life)
            else:
                made = self._key_until(account.token, end)
                credentials = str(made.body.get("key"))
            was_good = self.send(credentials, "GET", "/picks/me").status == 200
            while datetime.now(UTC) <= end:
                time.sleep(0.1)
            if was_good:
                return credentials
        raise AssertionError(f"no {kind} was used in time")

    def _good(self, credentials: str | None, path: str, body: Any) -> dict[str, Any]:
        answer = self.send(credentials, "POST", path, body)
        assert answer.status in {200, 201, 202}, (path, answer.body)
        return dict(answer.body)

    def _read(self, credentials: str, path: str) -> dict[str, Any]:
        answer = self.send(credentials, "GET", path)
        assert answer.status == 200, (path, answer.body)
        return dict(answer.body)

    def _key(self, token: str, scope: Scope) -> dict[str, Any]:
        return self._good(token, "/api-keys", key_body(scope))

    def _key_until(self, token: str, end: datetime) -> Answer:
        """Return the answer to the request for a key that expires at `end`, which may be too soon."""
        return self.send(token, "POST", "/api-keys", key_body(Scope.PICKS_READ) | {"expires_at": end.isoformat()})

    def _token(self, account: Account, *, ends_in: int) -> str:
        """Return a token of the account, issued at such a time that it expires `ends_in` seconds from now."""
        kid, key = self._signing_key
        claims = jwt.decode(account.token, key, ["HS256"], audience="pickvs-api")
        end = int(time.time()) + ends_in
        moments = {"iat": end - (claims["exp"] - claims["iat"]), "exp": end}
        return jwt.encode(claims | moments, key, "HS256", headers={"kid": kid})

    def _grant(self, name: str, role: str) -> None:
        wanted = {"command": "grant_role", "username": name, "role": role, "reason": "for the authorization matrix"}
        self._laptop.invoke("operator", wanted)
