"""Registration, login, session refresh and logout."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from pickvs.accounts import passwords, queries, tokens
from pickvs.accounts.config import signing_keys_secret
from pickvs.accounts.limits import service as limits
from pickvs.accounts.queries import Account, User
from pickvs.accounts.requests import Credentials, Logout, Registration, Renewal
from pickvs.accounts.rules import (
    ACCESS_TOKEN_LIFETIME,
    REFRESH_GRACE,
    REFRESH_TOKEN_LIFETIME,
    is_repeat,
    is_simultaneous,
)
from pickvs.accounts.schemas import Tokens
from pickvs.accounts.sessions import queries as sessions
from pickvs.accounts.sessions.rules import device
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock, database
from pickvs.core.errors import Conflict, FieldError, Unauthenticated
from pickvs.core.logging import logger
from pickvs.core.secrets import get_secret


def register(registration: Registration, address: str, user_agent: str | None = None) -> Tokens:
    """Create an account, open its first session, and mail a token that confirms the e-mail address.

    Does the same whether or not the e-mail address is somebody else's (see `accounts.emails`).

    address: source IP address of the request. Raises Conflict (USERNAME_TAKEN) and TooManyRequests.
    """
    from pickvs.accounts.emails.service import mail_confirmation  # logins and refreshes tell nobody

    limits.admit_registration(address)
    keys = signing_keys()
    # Hashing takes as long as everything else together, so it runs outside the transaction.
    password_hash = passwords.make_hash(registration.password)
    now = clock.now()
    name, email = registration.username, registration.email
    with database.transaction() as connection:
        user_id = queries.insert_user(connection, username=name, email=email, password_hash=password_hash, at=now)
        if user_id is None:
            errors = (FieldError("username", "already in use, regardless of case"),)
            raise Conflict("USERNAME_TAKEN", "This username is in use; choose another.", errors)
        mail_confirmation(connection, user_id, name, email, address, now)
        return open_session(connection, Subject(user_id, name, "user"), keys, now, user_agent=user_agent)


def login(credentials: Credentials, address: str, user_agent: str | None = None) -> Tokens:
    """Check the password and open a session.

    address: source IP address of the request. Raises Unauthenticated (INVALID_CREDENTIALS) and TooManyRequests. An
    unknown account and a wrong password get the same error after the same work. So does a password that is changed in
    the meantime: it must not open a session that the change has not ended.
    """
    name = credentials.name
    limits.admit_password(address, name)
    keys = signing_keys()
    with database.transaction() as connection:
        accounts = queries.find_accounts(connection, name)
    account = _opened_by(credentials.password, accounts, most=2 if "@" in name else 1)
    if account is None:
        raise _invalid_credentials()
    limits.login_was_right(address, name)
    new_hash = passwords.make_hash(credentials.password) if passwords.is_outdated(account.password_hash) else None
    now = clock.now()
    with database.transaction() as connection:
        if not queries.lock_proven(connection, account.id, account.password_hash):
            raise _invalid_credentials()  # erased or changed since the account was read
        if new_hash:
            queries.set_password_hash(connection, account.id, new_hash)
        return open_session(connection, _subject(account), keys, now, user_agent=user_agent)


def refresh(renewal: Renewal, user_agent: str | None = None) -> Tokens:
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

    Raises Unauthenticated (INVALID_REFRESH_TOKEN) if the token is unknown, expired, revoked or used, without saying
    which.
    """
    keys = signing_keys()
    token_hash = tokens.hash_refresh_token(renewal.refresh_token)
    now = clock.now()
    pair = None
    with database.transaction() as connection:
        owner = queries.lock_owner(connection, token_hash)
        session = _continued_session(connection, owner.id, token_hash, now) if owner else None
        if owner and session:
            subject = _subject(owner, session)
            pair = open_session(connection, subject, keys, now, user_agent=user_agent)
    # After the transaction, so that a revocation is committed.
    if pair is None:
        raise Unauthenticated("INVALID_REFRESH_TOKEN", "The refresh token is not valid; log in again.")
    return pair


def logout(user_id: int, session: UUID | None, request: Logout) -> None:
    """End the session, or all the user's sessions and API keys, permanently. Idempotent.

    From then on they make no picks and no keys. For other requests, issued access tokens stay valid until they expire,
    at most rules.ACCESS_TOKEN_LIFETIME (30 minutes) later, and the gateway may accept a key for 5 more minutes. Raises
    Conflict (SESSION_UNKNOWN) if only this session is to end and the access token was issued before tokens carried
    their session. Raises Unauthenticated if all are to end and this session has ended: whoever was shut out ends
    nothing.
    """
    if session is None and not request.everywhere:
        raise Conflict(
            "SESSION_UNKNOWN",
            'This access token does not name its session. Refresh it first, or send {"everywhere": true}.',
        )
    from pickvs.accounts.keys.service import end_keys
    from pickvs.accounts.presence import require_session
    from pickvs.accounts.telling import tell

    with database.transaction() as connection:
        queries.lock_user(connection, user_id)
        user = queries.find_user(connection, user_id)
        if user is None:
            return  # an erased account has no sessions
        if request.everywhere:
            require_session(connection, user_id, session)
        now = clock.now()
        had_any = sessions.revoke_sessions(connection, user_id, None if request.everywhere else session, now)
        if request.everywhere and (end_keys(connection, user_id, now) or had_any):
            tell(connection, user_id, "sessions_ended", now, data={"username": user.username})


def signing_keys() -> SigningKeys:
    """Return the keys that sign access tokens. Raises ConfigurationError if their secret is not usable."""
    return SigningKeys.from_secret(get_secret(signing_keys_secret()))


def open_session(
    connection: database.Connection, subject: Subject, keys: SigningKeys, now: datetime, *, user_agent: str | None
) -> Tokens:
    """Return a pair of tokens of the subject's session; of a new one, if it has none.

    user_agent: header of the request, for the list of sessions. The caller holds the lock of the user's row.
    """
    session = subject.session or uuid4()
    refresh_token, token_hash = tokens.new_refresh_token()
    sessions.insert_refresh_token(
        connection,
        token_hash=token_hash,
        user_id=subject.user_id,
        family_id=session,
        issued_at=now,
        expires_at=now + REFRESH_TOKEN_LIFETIME,
        device=device(user_agent),
    )
    return Tokens(
        token=tokens.issue(replace(subject, session=session), keys, at=now),
        refresh_token=refresh_token,
        expires_in=int(ACCESS_TOKEN_LIFETIME.total_seconds()),
    )


def _subject(user: Account | User, session: UUID | None = None) -> Subject:
    return Subject(user.id, user.username, user.role, session)


def _opened_by(password: str, accounts: list[Account], *, most: int) -> Account | None:
    """Return the first account whose password this is. None if there is none.

    most: number of hashes to compute, however many accounts there are and whichever it is, so that the time tells
    nothing.
    """
    found = [passwords.verify(password, account.password_hash) for account in accounts]
    for _ in range(most - len(accounts)):
        passwords.verify(password, None)
    return next((account for account, is_right in zip(accounts, found, strict=True) if is_right), None)


def _invalid_credentials() -> Unauthenticated:
    return Unauthenticated("INVALID_CREDENTIALS", "The e-mail address, the username or the password is incorrect.")


def _continued_session(connection: database.Connection, user_id: int, token_hash: bytes, now: datetime) -> UUID | None:
    """Use the refresh token, and return its session. None if it is not valid; revokes the session if it was reused."""
    session = sessions.use_refresh_token(connection, token_hash, now, grace=REFRESH_GRACE)
    if session is not None:
        return session
    known = sessions.find_refresh_token(connection, token_hash)
    if known is None or known.revoked_at is not None or known.used_at is None:
        return None
    if known.closed_at is None and is_repeat(known.used_at, now):
        if known.expires_at <= now:
            return None
        if not is_simultaneous(known.used_at, now):
            sessions.close_unused_tokens(connection, known.family_id, now)
        return known.family_id
    sessions.revoke_sessions(connection, user_id, known.family_id, now)
    logger().warning("refresh token reused, session revoked", user_id=user_id, session=str(known.family_id))
    return None
