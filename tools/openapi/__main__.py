"""`python -m tools.openapi` writes docs/openapi.json; with `release`, also the reference for breaking changes."""

import sys

from tools.openapi.document import DOCUMENT, RELEASED, document, text


def main(arguments: list[str]) -> int:
    """Write the documents that `arguments` select and return the exit status."""
    if arguments not in ([], ["release"]):
        sys.stderr.write("usage: python -m tools.openapi [release]\n")
        return 2
    now = text(document())
    for path in (DOCUMENT, RELEASED) if arguments else (DOCUMENT,):
        path.write_text(now, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
