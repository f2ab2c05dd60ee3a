#!/bin/sh
# Pins every requirements file to versions and hashes, without a registry address.
set -eu
cd "$(dirname "$0")/.."
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
wanted=$(cat .python-version)
pin() {
  .uv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-emit-index-url \
    --python-version "$wanted" "$1.in" -o "$1.txt"
}
pin requirements/uv
pin layers/common/requirements
pin layers/numeric/requirements
pin layers/training/requirements
pin functions/migrate/requirements
pin functions/ingest_injuries/requirements
pin local/runtime
pin requirements/dev
pin requirements/peers
pin requirements/lineups_peer
pin requirements/clients
PATH="$PWD/.venv/bin:$PATH" npm install --silent --no-progress --package-lock-only
PATH="$PWD/.venv/bin:$PATH" npm install --silent --no-progress --package-lock-only --prefix tests/clients
# npm writes where each package asks for money: addresses, which a lock has none of.
.venv/bin/python - tests/clients/package-lock.json <<'END'
import json, pathlib, sys

file = pathlib.Path(sys.argv[1])
lock = json.loads(file.read_text(encoding="utf-8"))
for package in lock["packages"].values():
    package.pop("funding", None)
file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
END
