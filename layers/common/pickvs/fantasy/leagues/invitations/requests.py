"""Request bodies of the invitation endpoints."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from pickvs.accounts.requests import Email
from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN, USERNAME_WORDS
from pickvs.core.requests import Identifier, RequestBody, Worded
from pickvs.fantasy.leagues.invitations.rules import CODE_PATTERN, CODE_WORDS, LIFE, read_code
from pickvs.fantasy.leagues.requests import TeamName, WantedConstructor
from pickvs.fantasy.leagues.rules import CONSTRUCTORS

Username = Annotated[
    str, Field(min_length=USERNAME_MIN, max_length=USERNAME_MAX, pattern=USERNAME_PATTERN), Worded(USERNAME_WORDS)
]
Code = Annotated[
    str,
    Field(
        max_length=512,
        pattern=CODE_PATTERN,
        description="An invitation code, or a link that ends with `#` and the code.",
        examples=["4F7KA-9QXMB"],
    ),
    Worded(CODE_WORDS),
    AfterValidator(read_code),
]
_ONE_WAY = "name one of username and email, or neither for a code"


class WantedInvitation(RequestBody):
    """Whom to invite: a user, whoever has confirmed an e-mail address, or, without either, whoever gets the code."""

    username: Username | None = None
    email: Email | None = None
    max_uses: Annotated[int, Field(ge=1, lt=CONSTRUCTORS.stop, description="Of a code.")] = 10
    expires_in_days: Annotated[int, Field(ge=1, le=LIFE.days)] = LIFE.days

    @model_validator(mode="after")
    def _names_one(self) -> "WantedInvitation":
        if self.username is not None and self.email is not None:
            raise ValueError(_ONE_WAY)
        return self

    @property
    def is_for_somebody(self) -> bool:
        """Whether a user or an address is invited, and not whoever gets a code."""
        return self.username is not None or self.email is not None


class WantedHandover(RequestBody):
    """The member who is to become the commissioner."""

    username: Username


class WantedEntry(WantedConstructor):
    """Who wants to join a league. code: of an invitation; without it only into a public league."""

    code: Annotated[Code | None, Field(repr=False)] = None


class Acceptance(RequestBody):
    """The invitation that is accepted: by its code, or, of one's own, by its id."""

    code: Annotated[Code | None, Field(repr=False)] = None
    invitation_id: Identifier | None = None
    team_name: Annotated[TeamName | None, Field(description="Of the new constructor. Not for a hand-over.")] = None

    @model_validator(mode="after")
    def _names_one(self) -> "Acceptance":
        if (self.code is None) == (self.invitation_id is None):
            raise ValueError("name either code or invitation_id")
        return self


class Refusal(RequestBody):
    """The invitation that is declined."""

    invitation_id: Identifier
