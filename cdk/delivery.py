"""Who, beside an engineer with credentials, may deploy a stage: GitHub Actions, for one repository."""

import re
from dataclasses import dataclass

from cdk.errors import DeploymentError

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The repository whose workflows deploy the stage, from the environment of GitHub's that has the stage's name."""

    repository: str
    """`owner/name`, letter by letter as GitHub's tokens have it: `owner@id/name@id` where their subjects are immutable,
    as in repositories that were made after July 2026. `gh api repos/owner/name/actions/oidc/customization/sub` says."""

    provider_exists: bool
    """Whether the account has GitHub's OIDC provider already, from another stage or project: it can have one."""

    @property
    def address(self) -> str:
        """Where the repository is, for a browser."""
        return "https://github.com/" + "/".join(part.partition("@")[0] for part in self.repository.split("/"))

    def __post_init__(self) -> None:
        """Refuse what is no repository; a `*` in it would let in others. Raises DeploymentError."""
        if not _REPOSITORY.fullmatch(self.repository):
            raise DeploymentError(f"repository {self.repository!r} is none; write it like owner/name")
