from dataclasses import dataclass, fields

from cdk.errors import DeploymentError
from cdk.settings.rates import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLimits:
    """Rate limits for registrations, logins and token refreshes. All addresses of an IPv6 /64 count as one."""

    registrations_per_address: Rate = Rate(10, 3600)
    """Registrations from one address."""

    logins_per_address: Rate = Rate(30, 600)
    """Login attempts from one address; as many requests for a mail with a token, and uses of such a token."""

    tries_per_account_and_address: Rate = Rate(10, 900)
    """Wrong passwords for one account, from one address."""

    daily_tries_per_account_and_address: Rate = Rate(40, 86_400)
    """The same over a day. A fraction of `tries_per_account`, so that no address alone exhausts that limit."""

    tries_per_account: Rate = Rate(200, 86_400)
    """Wrong passwords for one account, from all addresses. Who exhausts this limit keeps the owner from new logins; a
    reset of the password by mail clears it. Existing sessions are not affected."""

    refreshes_per_address: Rate = Rate(300, 600)
    """Token refreshes from one address."""

    mails_per_account: Rate = Rate(3, 3600)
    """Requests for a mail that resets a password: for one name, and for one e-mail address to which mails then go."""

    confirmations_per_email_and_address: Rate = Rate(5, 86_400)
    """Mails that confirm one e-mail address and are asked for from one address. A fraction of those of all."""

    confirmations_per_email: Rate = Rate(20, 86_400)
    """Mails that confirm one e-mail address, whoever asks for them."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the limits to a function."""
        return _variables(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLimits:
    """Rate limits of what a signed-in user does. Nobody else can use them up."""

    passwords_per_user: Rate = Rate(10, 900)
    """Wrong passwords in requests with the user's own access token: erasure, changes of the account, making a key."""

    submissions_per_user: Rate = Rate(600, 3600)
    """Submissions of picks that are stored."""

    keys_per_user: Rate = Rate(20, 86_400)
    """API keys made."""

    export_pages_per_user: Rate = Rate(300, 3600)
    """Pages of an export. A page has up to 100 rows."""

    email_changes_per_user: Rate = Rate(10, 86_400)
    """Requests for a mail that confirms an e-mail address, to any address."""

    confirmations_per_user_and_email: Rate = Rate(3, 3600)
    """Such requests of one user for one address."""

    webhook_orders_per_user: Rate = Rate(60, 3600)
    """Tests of webhooks and replays of deliveries."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the limits to a function."""
        return _variables(self)


def _variables(limits: SignInLimits | UserLimits) -> dict[str, str]:
    """Return a variable for each limit, with its name in capitals."""
    return {each.name.upper(): str(getattr(limits, each.name)) for each in fields(limits)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeys:
    """Rotation of the keys that sign access tokens."""

    rotation_days: int = 30
    """Days between rotations."""

    delay_seconds: int = 3600
    """Seconds between publishing a new key and signing with it. At least four times `secrets_cache_seconds`: a rotation
    aborts if less than two times `secrets_cache_seconds` remain before the key takes effect."""

    def check(self, *, secrets_cache_seconds: int) -> None:
        """Reject a delay that is too short for every function to load the new key. Raises DeploymentError."""
        if self.delay_seconds < 4 * secrets_cache_seconds:
            raise DeploymentError("signing_keys.delay_seconds must be at least four times secrets_cache_seconds")
