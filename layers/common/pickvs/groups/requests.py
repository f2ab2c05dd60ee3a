"""Request bodies of the group endpoints."""

from typing import Annotated

from pydantic import AfterValidator, Field

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN, USERNAME_WORDS
from pickvs.core.requests import RequestBody, Worded
from pickvs.groups.rules import CODE_PATTERN, CODE_WORDS, NAME_MAX, NAME_PATTERN, NAME_WORDS, read_code


class WantedGroup(RequestBody):
    """A group's name."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=NAME_MAX,
            pattern=NAME_PATTERN,
            description="Need not be unique.",
            examples=["Thursday night"],
        ),
        Worded(NAME_WORDS),
    ]


class Invitation(RequestBody):
    """The invitation to a group."""

    code: Annotated[
        str,
        Field(
            max_length=512,
            pattern=CODE_PATTERN,
            repr=False,
            description="The invitation code, or a link that ends with `#` and the code. Case, hyphens and spaces make "
            "no difference.",
            examples=["4F7K-9QXM-2TZC"],
        ),
        Worded(CODE_WORDS),
        AfterValidator(read_code),
    ]


class Successor(RequestBody):
    """The member who becomes the owner."""

    username: Annotated[
        str,
        Field(min_length=USERNAME_MIN, max_length=USERNAME_MAX, pattern=USERNAME_PATTERN),
        Worded(USERNAME_WORDS),
    ]
