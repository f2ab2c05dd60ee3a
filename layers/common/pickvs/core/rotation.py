"""The common part of secret rotations: Secrets Manager's four steps and the staging labels of versions.

Secrets Manager may repeat a step or run two at once. Steps are idempotent.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pickvs.core.errors import ConfigurationError, PickvsError
from pickvs.core.requests import Worded
from pickvs.core.secrets import CURRENT, PENDING, SecretVersions
from pickvs.core.wording import field_errors

type Step = Literal["createSecret", "setSecret", "testSecret", "finishSecret"]


class RotationRefused(PickvsError):
    """A rotation step was refused. The message says why, and what to do."""


class RotationStep(BaseModel):
    """A rotation event from Secrets Manager, for one of the four steps. Unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, strict=True)

    step: Step = Field(alias="Step")
    secret: str = Field(alias="SecretId")
    """ARN of the secret."""
    version: Annotated[
        str,
        Field(alias="ClientRequestToken", pattern=r"^[A-Za-z0-9-]{32,64}$"),
        Worded("must be 32 to 64 letters, digits and -"),
    ]
    """Id of the version that the rotation creates."""


def take_step(
    event: object, *, secret: str, holds: str, work: Mapping[Step, Callable[[SecretVersions, str], None]]
) -> RotationStep:
    """Run the step of a Secrets Manager event, and return the parsed event.

    Does nothing if the version is already current.

    secret: ARN of the only secret that the function rotates. holds: what the secret contains, for error messages.
    work: action of each step on a pending version; steps without an action are absent. Raises RotationRefused if the
    event is malformed or for another secret, or if the version is neither pending nor current.
    """
    try:
        step = RotationStep.model_validate(event)
    except ValidationError as error:
        wrong = "; ".join(f"{found.field}: {found.message}" for found in field_errors(error, whole="event"))
        raise RotationRefused(f"this is not a rotation event: {wrong}") from None
    if step.secret != secret:
        raise RotationRefused(f"the event is for a secret other than {holds}")
    versions = SecretVersions(step.secret)
    labels = versions.labels(step.version)
    if CURRENT not in labels:
        if PENDING not in labels:
            raise RotationRefused(f"no rotation is making the version {step.version}; begin one with RotateSecret")
        if step.step in work:
            work[step.step](versions, step.version)
    return step


def made(versions: SecretVersions, version: str) -> dict[str, str]:
    """Return the fields of the pending version. Raises RotationRefused if createSecret has not run yet."""
    fields = versions.pending(version)
    if fields is None:
        raise RotationRefused(f"the version {version} has no value yet: createSecret comes first")
    return fields


def put_in_force(versions: SecretVersions, version: str, *, instead_of: str) -> None:
    """Make `version` current in place of `instead_of`.

    Raises ConfigurationError if another version has become current in the meantime.
    """
    try:
        versions.make_current(version, instead_of=instead_of)
    except ConfigurationError:
        # A concurrent delivery of the same step may have finished first.
        if CURRENT not in versions.labels(version):
            raise
