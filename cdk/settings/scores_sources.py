"""Second sources of scores: asked only for finals that The Odds API lacks. `docs/sources.md` has their terms."""

import re
from dataclasses import dataclass

from cdk.errors import DeploymentError

_CONTACT = re.compile(r"[!-'*-~]{3,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresSources:
    """Which second sources the stage asks, and whom they are told to turn to."""

    espn: bool = False
    """Whether ESPN's public scoreboard is asked. It is undocumented, and nobody has permitted or promised anything."""

    contact: str = ""
    """Mail address or web address of the operator, without blanks and parentheses. It stands in the User-Agent."""

    espn_base_url: str = "https://site.api.espn.com"
    """URL of the source, without a trailing slash."""

    def __post_init__(self) -> None:
        """Reject a source that is asked without saying who asks. Raises DeploymentError."""
        if self.espn and not self.contact:
            raise DeploymentError("scores_sources.espn needs scores_sources.contact: the source is told who asks")
        if self.contact and not _CONTACT.fullmatch(self.contact):
            raise DeploymentError(f"scores_sources.contact {self.contact!r} is no address; write it without blanks")

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the settings to a function."""
        if not self.espn:
            return {"SCORES_ESPN": "off"}
        return {"SCORES_ESPN": "on", "SCORES_CONTACT": self.contact, "ESPN_BASE_URL": self.espn_base_url}
