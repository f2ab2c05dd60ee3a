"""What the rotation of any secret has in common: Secrets Manager's four steps, and what its labels say about them.

Each step may come again, and two may come at once: what has been done is found done, and stays.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pickvs.core.errors import ConfigurationError, PickvsError
from pickvs.core.secrets import CURRENT, PENDING, SecretVersions

type Step = Literal["createSecret", "setSecret", "testSecret", "finishSecret"]


class RotationRefused(PickvsError):
    """This step of the rotation is not taken; the text says why, and what to do."""


class RotationStep(BaseModel):
    """One of the four steps of a rotation, as Secrets Manager asks for it. Members that AWS adds are let through."""

    model_config = ConfigDict(frozen=True, strict=True)

    step: Step = Field(alias="Step")
    secret: str = Field(alias="SecretId")
    """The secret's ARN."""
    version: str = Field(alias="ClientRequestToken", pattern=r"^[A-Za-z0-9-]{32,64}$")
    """The version that the rotation makes."""


def take_step(
    event: object, *, secret: str, holds: str, work: Mapping[Step, Callable[[SecretVersions, str], None]]
) -> RotationStep:
    """Take the step that an event of Secrets Manager describes, and return which it was.

    secret: the ARN of the one secret that the function rotates. holds: what it holds, for the text of a refusal.
    work: what each step does for a version that is being made and not in force; a step that does nothing is not there.
    Raises RotationRefused for an event that is none, and for a version that no rotation is making.
    """
    try:
        step = RotationStep.model_validate(event)
    except ValidationError as error:
        wrong = "; ".join(f"{found['loc'][0]}: {found['msg']}" for found in error.errors() if found["loc"])
        raise RotationRefused(f"this is no event of a rotation: {wrong or 'not an object'}") from None
    if step.secret != secret:
        raise RotationRefused(f"the event is about another secret than {holds}")
    versions = SecretVersions(step.secret)
    labels = versions.labels(step.version)
    if CURRENT not in labels:
        if PENDING not in labels:
            raise RotationRefused(f"no rotation is making the version {step.version}; begin one with RotateSecret")
        if step.step in work:
            work[step.step](versions, step.version)
    return step


def made(versions: SecretVersions, version: str) -> dict[str, str]:
    """Return the fields of the version that is being made. Raises RotationRefused before createSecret was taken."""
    fields = versions.pending(version)
    if fields is None:
        raise RotationRefused(f"the version {version} has no value yet: createSecret comes first")
    return fields


def put_in_force(versions: SecretVersions, version: str, *, instead_of: str) -> None:
    """Let `version` be in force, where the version `instead_of` is now.

    Raises ConfigurationError if meanwhile it is another.
    """
    try:
        versions.make_current(version, instead_of=instead_of)
    except ConfigurationError:
        # Another who takes the same step was first.
        if CURRENT not in versions.labels(version):
            raise
