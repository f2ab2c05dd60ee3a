"""How a stage tells its users: mails and webhooks."""

import re
from dataclasses import dataclass

from cdk.errors import DeploymentError

_DOMAIN = re.compile(r"([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")
_LOCAL_PART = re.compile(r"[a-z0-9.+-]{1,64}")
_NAME = re.compile(r"[A-Za-z0-9 .-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """From where a stage's mails come. Raises DeploymentError for what is no sender."""

    domain: str
    """Domain of the sender. SES sends for it when its owner has set the DNS records that the stack names."""

    local_part: str = "notices"
    """Part of the sender's address before the `@`."""

    name: str = "PickVs"
    """Name of the sender."""

    def __post_init__(self) -> None:
        """Reject what would not be one address."""
        if not _DOMAIN.fullmatch(self.domain):
            raise DeploymentError(f"mail domain {self.domain!r} is no name; write it like mail.pickvs.example")
        if not _LOCAL_PART.fullmatch(self.local_part) or not _NAME.fullmatch(self.name):
            raise DeploymentError(f"{self.name!r} <{self.local_part!r}> is no sender; use letters, digits, '.' and '-'")

    @property
    def sender(self) -> str:
        """The sender with its name."""
        return f"{self.name} <{self.local_part}@{self.domain}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTargets:
    """Where webhooks may lead."""

    public_only: bool = True
    """Whether only to public hosts, by https to port 443. False is for a laptop, where receivers run beside us."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass this to a function."""
        return {"WEBHOOK_TARGETS": "public" if self.public_only else "any"}
