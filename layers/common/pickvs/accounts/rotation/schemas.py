"""What Secrets Manager sends to a rotation function."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class RotationStep(BaseModel):
    """One of the four steps of a rotation. Members that AWS adds are let through."""

    model_config = ConfigDict(frozen=True, strict=True)

    step: Literal["createSecret", "setSecret", "testSecret", "finishSecret"] = Field(alias="Step")
    secret: str = Field(alias="SecretId")
    """The secret's ARN."""
    version: str = Field(alias="ClientRequestToken", pattern=r"^[A-Za-z0-9-]{32,64}$")
    """The version that the rotation makes; it becomes the `kid` of the new key."""
