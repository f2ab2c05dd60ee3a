"""Rotates secrets on demand, in the four steps in which Secrets Manager asks a rotation function to do it."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from local.assembly import ACCOUNT, REGION
from local.blueprint import RotationSpec
from local.environments import Outcome
from local.functions import Functions

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")

_PENDING, _CURRENT = "AWSPENDING", "AWSCURRENT"


class Rotations:
    """The rotations that the template declares. Their schedules do not run here: somebody asks.

    `keep` is called with the name of a secret that was rotated, and its new value.
    """

    def __init__(
        self, specs: Sequence[RotationSpec], functions: Functions, *, keep: Callable[[str, str], None]
    ) -> None:
        self._specs = {spec.secret_name: spec for spec in specs}
        self._functions = functions
        self._keep = keep
        self._lock = threading.Lock()

    @property
    def names(self) -> list[str]:
        """The names of the secrets that can be rotated."""
        return sorted(self._specs)

    def rotate(self, name: str) -> Outcome | None:
        """Rotate the secret whose name ends with `name`, and return the outcome of the last step that was taken.

        A step that fails ends the rotation, which goes on with the same version when it is asked for again. None is
        the answer for a secret without a rotation.
        """
        spec = next((spec for known, spec in self._specs.items() if known == name or known.endswith(f"/{name}")), None)
        if spec is None:
            return None
        with self._lock:
            version = stage_version(spec.secret_name)
            function = self._functions.by_arn(spec.function)
            for step in STEPS:
                event = {"Step": step, "SecretId": spec.secret_arn, "ClientRequestToken": version}
                outcome = function.invoke(json.dumps(event).encode())
                if outcome.failure is not None:
                    return outcome
            secret = _secret(spec.secret_name)
            # moto does not move it with the label, and answers with it who asks for no version.
            secret.set_default_version_id(version)
            self._keep(spec.secret_name, secret.versions[version]["secret_string"])
        return outcome


def stage_version(name: str) -> str:
    """Begin a rotation as RotateSecret does: return the id of a version that has the label AWSPENDING and no value.

    The version that an earlier attempt left behind is taken up again.
    """
    # moto's own RotateSecret wants a function that moto runs, in Docker, or else puts the empty version in force.
    versions: dict[str, dict[str, Any]] = _secret(name).versions
    for known, version in versions.items():
        if _PENDING in version["version_stages"] and _CURRENT not in version["version_stages"]:
            return known
    for version in versions.values():
        version["version_stages"] = [label for label in version["version_stages"] if label != _PENDING]
    made = str(uuid.uuid4())
    versions[made] = {"createdate": int(time.time()), "version_id": made, "version_stages": [_PENDING]}
    return made


def _secret(name: str) -> Any:
    from moto.secretsmanager.models import secretsmanager_backends

    return secretsmanager_backends[ACCOUNT][REGION].secrets[name]
