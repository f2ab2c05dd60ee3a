"""Registration, login, session refresh and logout."""

from datetime import datetime
from uuid import UUID, uuid4

from pickvs.accounts import passwords, queries, tokens
from pickvs.accounts.config import signing_keys_secret
from pickvs.accounts.limits import service as limits
from pickvs.accounts.requests import Credentials, Logout, Registration, Renewal
from pickvs.accounts.rules import (
    ACCESS_TOKEN_LIFETIME,
    REFRESH_GRACE,
    REFRESH_TOKEN_LIFETIME,
    is_repeat,
    is_simultaneous,
)
from pickvs.accounts.schemas import Tokens
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock, database
from pickvs.core.errors import Conflict, FieldError, Unauthenticated
from pickvs.core.logging import logger
from pickvs.core.secrets import get_secret


def register(registration: Registration, address: str) -> Tokens:
    """Create an account and open its first session.

    address: source IP address of the request. Raises Conflict (USERNAME_TAKEN, EMAIL_TAKEN) and TooManyRequests.
    """
    limits.admit_registration(address)
    keys = _signing_keys()
    # Hashing takes as long as everything else together, so it runs outside the transaction.
    password_hash = passwords.make_hash(registration.password)
    now = clock.now()
    with database.transaction() as connection:
        user_id = queries.insert_user(
            connection,
            username=registration.username,
            email=registration.email,
            password_hash=password_hash,
            at=now,
        )
        if user_id is None:
            raise _taken(is_name=queries.is_username_taken(connection, registration.username))
        session = uuid4()
        refresh_token = _add_refresh_token(connection, user_id, session, now)
    return _tokens(Subject(user_id, registration.username, "user", session), refresh_token, keys, now)


def _taken(*, is_name: bool) -> Conflict:
    if is_name:
        field, code, detail = "username", "USERNAME_TAKEN", "This username is in use; choose another."
    else:
        field, code, detail = "email", "EMAIL_TAKEN", "An account with this e-mail address exists; log in instead."
    return Conflict(code, detail, (FieldError(field, "already in use, regardless of case"),))


def login(credentials: Credentials, address: str) -> Tokens:
    """Check the password and open a session.

    address: source IP address of the request. Raises Unauthenticated (INVALID_CREDENTIALS) and TooManyRequests. An
    unknown e-mail address and a wrong password get the same error after the same work.
    """
    limits.admit_login(address, credentials.email)
    keys = _signing_keys()
    with database.transaction() as connection:
        account = queries.find_account(connection, credentials.email)
    is_right = passwords.verify(credentials.password, account.password_hash if account else None)
    if account is None or not is_right:
        raise _invalid_credentials()
    new_hash = passwords.make_hash(credentials.password) if passwords.is_outdated(account.password_hash) else None
    now = clock.now()
    with database.transaction() as connection:
        if not queries.lock_user(connection, account.id):
            raise _invalid_credentials()  # erased since the account was read
        if new_hash:
            queries.replace_password_hash(connection, account.id, old=account.password_hash, new=new_hash)
        session = uuid4()
        refresh_token = _add_refresh_token(connection, account.id, session, now)
        limits.password_was_right(connection, credentials.email)
    return _tokens(Subject(account.id, account.username, account.role, session), refresh_token, keys, now)


def refresh(renewal: Renewal, address: str) -> Tokens:
    """Exchange a refresh token for a new pair of tokens, with the user's current name and role.

    A refresh token can be used once. Reuse means that someone else has a copy, so it revokes the session, and the owner
    must log in again. Exception: within rules.REFRESH_GRACE (60 s) of the first use, a repeat counts as the same
    request, whose answer was lost, and gets a new pair of the same session. The first answer is never sent again: only
    hashes are stored.

    The grace gives a thief no second life. Once a token of any of the answers is used, the answer has arrived: the
    repeated token and the tokens of its other answers are closed, and the use of a closed token revokes the session
    without grace. A repeat later than rules.AT_ONCE (10 s) closes the tokens of the earlier answers itself, because
    nobody but a thief has them. Until then, tabs that refreshed at the same moment may keep either answer. So the
    copies of a session have one living token among them from the next refresh at the latest, and a thief's and the
    owner's cannot both go on.

    address: source IP address of the request. Raises Unauthenticated (INVALID_REFRESH_TOKEN) if the token is unknown,
    expired, revoked or used, without saying which, and TooManyRequests.
    """
    limits.admit_refresh(address)
    keys = _signing_keys()
    token_hash = tokens.hash_refresh_token(renewal.refresh_token)
    now = clock.now()
    pair = None
    with database.transaction() as connection:
        owner = queries.lock_owner(connection, token_hash)
        session = _continued_session(connection, owner.id, token_hash, now) if owner else None
        if owner and session:
            refresh_token = _add_refresh_token(connection, owner.id, session, now)
            pair = _tokens(Subject(owner.id, owner.username, owner.role, session), refresh_token, keys, now)
    # After the transaction, so that a revocation is committed.
    if pair is None:
        raise Unauthenticated("INVALID_REFRESH_TOKEN", "The refresh token is not valid; log in again.")
    return pair


def logout(user_id: int, session: UUID | None, request: Logout) -> None:
    """Permanently revoke the refresh tokens of the session, or of all the user's sessions. Idempotent.

    Issued access tokens stay valid until they expire, at most rules.ACCESS_TOKEN_LIFETIME (30 minutes) later. Raises
    Conflict (SESSION_UNKNOWN) if only this session is to end and the access token was issued before tokens carried
    their session.
    """
    if session is None and not request.everywhere:
        raise Conflict(
            "SESSION_UNKNOWN",
            'This access token does not name its session. Refresh it first, or send {"everywhere": true}.',
        )
    with database.transaction() as connection:
        queries.lock_user(connection, user_id)
        queries.revoke_sessions(connection, user_id, None if request.everywhere else session, clock.now())


def _invalid_credentials() -> Unauthenticated:
    return Unauthenticated("INVALID_CREDENTIALS", "The e-mail address or the password is incorrect.")


def _signing_keys() -> SigningKeys:
    return SigningKeys.from_secret(get_secret(signing_keys_secret()))


def _continued_session(connection: database.Connection, user_id: int, token_hash: bytes, now: datetime) -> UUID | None:
    """Use the refresh token, and return its session. None if it is not valid; revokes the session if it was reused."""
    session = queries.use_refresh_token(connection, token_hash, now, grace=REFRESH_GRACE)
    if session is not None:
        return session
    known = queries.find_refresh_token(connection, token_hash)
    if known is None or known.revoked_at is not None or known.used_at is None:
        return None
    if known.closed_at is None and is_repeat(known.used_at, now):
        if known.expires_at <= now:
            return None
        if not is_simultaneous(known.used_at, now):
            queries.close_unused_tokens(connection, known.family_id, now)
        return known.family_id
    queries.revoke_sessions(connection, user_id, known.family_id, now)
    logger().warning("refresh token reused, session revoked", user_id=user_id, session=str(known.family_id))
    return None


def _add_refresh_token(connection: database.Connection, user_id: int, session: UUID, now: datetime) -> str:
    refresh_token, token_hash = tokens.new_refresh_token()
    queries.insert_refresh_token(
        connection,
        token_hash=token_hash,
        user_id=user_id,
        family_id=session,
        issued_at=now,
        expires_at=now + REFRESH_TOKEN_LIFETIME,
    )
    return refresh_token


def _tokens(subject: Subject, refresh_token: str, keys: SigningKeys, now: datetime) -> Tokens:
    return Tokens(
        token=tokens.issue(subject, keys, at=now),
        refresh_token=refresh_token,
        expires_in=int(ACCESS_TOKEN_LIFETIME.total_seconds()),
    )
