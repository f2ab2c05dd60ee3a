"""Deployment of a stage by GitHub Actions, from one repository. Engineers with credentials can always deploy."""

import re
from dataclasses import dataclass

from cdk.errors import DeploymentError

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Repository whose workflows deploy the stage. They run in the GitHub environment with the stage's name."""

    repository: str
    """`owner/name`, exactly as in the subject of GitHub's tokens. Repositories created after July 2026 have immutable
    subjects: `owner@id/name@id`. `gh api repos/owner/name/actions/oidc/customization/sub` shows the form."""

    provider_exists: bool
    """Whether another stage or project has already created GitHub's OIDC provider. An account can have only one."""

    @property
    def address(self) -> str:
        """URL of the repository for a browser."""
        return "https://github.com/" + "/".join(part.partition("@")[0] for part in self.repository.split("/"))

    def __post_init__(self) -> None:
        """Reject an invalid repository. A `*` in it would admit other repositories. Raises DeploymentError."""
        if not _REPOSITORY.fullmatch(self.repository):
            raise DeploymentError(f"repository {self.repository!r} is none; write it like owner/name")
