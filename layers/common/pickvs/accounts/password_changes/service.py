"""Changes and resets passwords."""

from datetime import datetime
from uuid import UUID

from pickvs.accounts import passwords, queries
from pickvs.accounts import service as accounts
from pickvs.accounts.emails.service import take_email
from pickvs.accounts.keys.service import end_keys
from pickvs.accounts.limits import service as limits
from pickvs.accounts.one_time_tokens import service as one_time_tokens
from pickvs.accounts.password_changes.requests import ForgottenPassword, PasswordChange, PasswordReset
from pickvs.accounts.presence import lock_caller
from pickvs.accounts.proof import prove_password, wrong_password
from pickvs.accounts.queries import Account, User
from pickvs.accounts.schemas import Tokens
from pickvs.accounts.sessions import queries as sessions
from pickvs.accounts.telling import tell
from pickvs.accounts.tokens import Subject
from pickvs.accounts.weak_passwords.checks import refuse_weak
from pickvs.agenda import service as agenda
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import FieldError, Invalid
from pickvs.core.pacing import paced
from pickvs.notices.service import DELIVER_NOTICES
from pickvs.notices.webhooks.removal import delete_webhooks

FORGOTTEN_SECONDS = 0.5
"""Duration of the answer to a forgotten password: far more than writing a notice and waking its delivery take."""


def change_password(user_id: int, session: UUID | None, change: PasswordChange) -> None:
    """Replace the password, and end the user's other sessions. API keys stay: programs go on.

    Raises Forbidden (WRONG_PASSWORD), Invalid (INVALID_VALUE) if the new password is weak, TooManyRequests,
    Unauthenticated if the account or the session has ended, and Conflict (SESSION_UNKNOWN).
    """
    account = prove_password(user_id, session, change.current_password)
    _refuse_weak("new_password", change.new_password, username=account.username, email=account.email)
    new = passwords.make_hash(change.new_password)
    with transaction() as connection:
        user = lock_caller(connection, user_id, session)
        if not queries.replace_password_hash(connection, user_id, old=account.password_hash, new=new):
            raise wrong_password()  # it has changed since it was checked
        at = clock.now()
        sessions.revoke_sessions(connection, user_id, None, at, but=session)
        _password_has_changed(connection, user, at)


def mail_reset(forgotten: ForgottenPassword) -> None:
    """Mail a token to the e-mail address of the account, if there is one.

    If nobody has confirmed an address, its owner may be the oldest account that claims it or the newest. Then each gets
    a mail, which names the account. So whoever forgot the password chooses the own account, and not a stranger's.

    Nothing tells whether there is an account: the same answer comes after the same time, and the delivery of notices is
    woken in any case. An address gets the mails of so many requests (mails_per_account); further ones mail nothing.
    Raises TooManyRequests if this name was sent too often, for unknown accounts as well.
    """
    limits.admit_reset(forgotten.login)
    with paced(FORGOTTEN_SECONDS), transaction() as connection:
        at = clock.now()
        claimants = queries.find_accounts(connection, forgotten.login)
        if claimants and claimants[0].email_confirmed:
            del claimants[1:]
        held = [account for account in claimants if queries.hold_account(connection, account.id)]
        if held and limits.count_reset(connection, held[0].email, at):
            for account in held:
                _mail_token(connection, account, at)
        agenda.wake(connection, DELIVER_NOTICES)


def reset_password(reset: PasswordReset, address: str, user_agent: str | None = None) -> Tokens:
    """Set the password by a mailed token, end all the account has opened, and open a session.

    The reason may be a theft, so nothing that was opened before goes on: sessions and API keys end, webhooks and other
    tokens are deleted. The token proves that its holder reads the account's mail, so the e-mail address is confirmed,
    unless it is another account's by now, and the counted guesses at the password are forgotten.

    address: source IP address of the request. Raises Forbidden (INVALID_TOKEN), and Invalid (INVALID_VALUE) if the
    password is weak.
    """
    keys = accounts.signing_keys()
    with transaction() as connection:
        user_id = one_time_tokens.owner(connection, reset.token, "reset_password", clock.now())
        user = queries.find_user(connection, user_id)
    if user is None:
        raise one_time_tokens.invalid_token()
    _refuse_weak("password", reset.password, username=user.username, email=user.email)
    new = passwords.make_hash(reset.password)
    at = clock.now()
    with transaction() as connection:
        user = _proven_owner(connection, user_id, reset.token, at)
        queries.set_password_hash(connection, user_id, new)
        sessions.revoke_sessions(connection, user_id, None, at)
        end_keys(connection, user_id, at)
        delete_webhooks(connection, user_id)
        limits.forget_tries(connection, address, user.email, user.username)
        _password_has_changed(connection, user, at)
        return accounts.open_session(
            connection, Subject(user.id, user.username, user.role), keys, at, user_agent=user_agent
        )


def _proven_owner(connection: Connection, user_id: int, token: str, at: datetime) -> User:
    """Lock the user's row, use the token, confirm the e-mail address, and return the user.

    An address that another account has confirmed stays that account's. Raises Forbidden (INVALID_TOKEN).
    """
    queries.lock_user(connection, user_id)
    user = queries.find_user(connection, user_id)
    email = one_time_tokens.use(connection, user_id, token, "reset_password", at)
    if user is None or email.lower() != user.email.lower():
        raise one_time_tokens.invalid_token()
    take_email(connection, user_id, user.email, at)
    return user


def _mail_token(connection: Connection, account: Account, at: datetime) -> None:
    token = one_time_tokens.issue(connection, account.id, "reset_password", account.email, at)
    data = one_time_tokens.told_with("reset_password", account.username, at)
    tell(connection, account.id, "password_forgotten", at, data=data, to=(account.email,), secret=token)


def _password_has_changed(connection: Connection, user: User, at: datetime) -> None:
    """Tell the user, and end the tokens that were asked for with the old password."""
    one_time_tokens.end(connection, user.id, "reset_password")
    one_time_tokens.end(connection, user.id, "confirm_email", but_to=user.email)
    tell(connection, user.id, "password_changed", at, data={"username": user.username})


def _refuse_weak(field: str, password: str, *, username: str, email: str) -> None:
    try:
        refuse_weak(password, username=username, email=email)
    except ValueError as error:
        problem = FieldError(field, str(error))
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,)) from None
