"""Rotates secrets on demand, in the four steps of a Secrets Manager rotation function."""

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
    """The rotations that the template declares. Their schedules do not run here; the user starts each rotation.

    `keep` is called with the name and the new value of each rotated secret.
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
        """Rotate the secret whose name ends with `name` and return the outcome of the last step that ran.

        A step that fails ends the rotation; the next call resumes it with the same version. Returns None if no secret
        with a rotation has that name.
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
            # moto returns the default version if a request names none, and does not move it with AWSCURRENT.
            secret.set_default_version_id(version)
            self._keep(spec.secret_name, secret.versions[version]["secret_string"])
        return outcome


def stage_version(name: str) -> str:
    """Start a rotation as RotateSecret does: return the id of a version with the label AWSPENDING and no value.

    Returns the pending version of an earlier attempt if there is one.
    """
    # moto's RotateSecret runs the function in Docker, or else makes the empty version the current one.
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
