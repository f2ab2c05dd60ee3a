"""Opening an account, and opening a session on one."""

from datetime import datetime
from uuid import uuid4

from psycopg.errors import UniqueViolation

from pickvs.accounts import passwords, queries, tokens
from pickvs.accounts.rules import ACCESS_TOKEN_LIFETIME, REFRESH_TOKEN_LIFETIME
from pickvs.accounts.schemas import Credentials, Registration, Tokens
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock, database
from pickvs.core.config import settings
from pickvs.core.errors import Conflict, FieldError, Unauthenticated
from pickvs.core.secrets import get_secret

_TAKEN = {
    "users_username_key": ("username", "USERNAME_TAKEN", "This username is in use; choose another."),
    "users_email_key": ("email", "EMAIL_TAKEN", "This e-mail address has an account already; log in instead."),
}
"""Field, code and detail by the unique index that was violated: of two who come at once, the database refuses one."""


def register(registration: Registration) -> Tokens:
    """Store a new user and open the first session.

    Raises Conflict (USERNAME_TAKEN, EMAIL_TAKEN).
    """
    keys = _signing_keys()
    # Hashing takes as long as everything else together: no transaction waits for it.
    password_hash = passwords.make_hash(registration.password)
    now = clock.now()
    try:
        with database.transaction() as connection:
            user_id = queries.insert_user(
                connection,
                username=registration.username,
                email=registration.email,
                password_hash=password_hash,
                at=now,
            )
            refresh_token = _open_session(connection, user_id, now)
    except UniqueViolation as error:
        field, code, detail = _TAKEN[str(error.diag.constraint_name)]
        raise Conflict(code, detail, (FieldError(field, "in use, without regard to case"),)) from None
    return _tokens(Subject(user_id, registration.username, "user"), refresh_token, keys, now)


def login(credentials: Credentials) -> Tokens:
    """Open a session for who knows the password.

    Raises Unauthenticated (INVALID_CREDENTIALS), the same and after the same work for an address that nobody has and
    for a wrong password.
    """
    keys = _signing_keys()
    with database.transaction() as connection:
        account = queries.find_account(connection, credentials.email)
    is_right = passwords.verify(credentials.password, account.password_hash if account else None)
    if account is None or not is_right:
        raise Unauthenticated("INVALID_CREDENTIALS", "The e-mail address or the password is not right.")
    new_hash = passwords.make_hash(credentials.password) if passwords.is_outdated(account.password_hash) else None
    now = clock.now()
    with database.transaction() as connection:
        if new_hash:
            queries.replace_password_hash(connection, account.id, old=account.password_hash, new=new_hash)
        refresh_token = _open_session(connection, account.id, now)
    return _tokens(Subject(account.id, account.username, account.role), refresh_token, keys, now)


def _signing_keys() -> SigningKeys:
    return SigningKeys.from_secret(get_secret(settings().signing_keys_secret))


def _open_session(connection: database.Connection, user_id: int, now: datetime) -> str:
    refresh_token, token_hash = tokens.new_refresh_token()
    queries.insert_refresh_token(
        connection,
        token_hash=token_hash,
        user_id=user_id,
        family_id=uuid4(),
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
