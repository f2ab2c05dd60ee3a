"""`python -m tools.certificates` writes the Amazon RDS root certificates, which functions verify Aurora with."""

import sys

from pickvs.core.database_address import RDS_ROOTS
from tools.certificates.roots import CertificatesError, packaged, text


def main(arguments: list[str]) -> int:
    """Write the file and return the exit status."""
    if arguments:
        sys.stderr.write("usage: python -m tools.certificates\n")
        return 2
    try:
        RDS_ROOTS.write_text(text(packaged()), encoding="ascii")
    except CertificatesError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
