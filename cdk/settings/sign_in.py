from dataclasses import dataclass

from cdk.errors import DeploymentError
from cdk.settings.rates import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLimits:
    """Rate limits for registrations, logins and token refreshes. All addresses of an IPv6 /64 count as one."""

    registrations_per_address: Rate = Rate(10, 3600)
    """Registrations from one address."""

    logins_per_address: Rate = Rate(30, 600)
    """Login attempts from one address."""

    tries_per_account: Rate = Rate(10, 900)
    """Wrong passwords for one account, from any address. An attacker can exhaust this limit and lock the owner out of
    new logins until it resets. Existing sessions are not affected."""

    refreshes_per_address: Rate = Rate(300, 600)
    """Token refreshes from one address."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the limits to a function."""
        return {
            "REGISTRATIONS_PER_ADDRESS": str(self.registrations_per_address),
            "LOGINS_PER_ADDRESS": str(self.logins_per_address),
            "TRIES_PER_ACCOUNT": str(self.tries_per_account),
            "REFRESHES_PER_ADDRESS": str(self.refreshes_per_address),
        }


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
