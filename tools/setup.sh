#!/bin/sh
# Installs all dependencies of the project into its own folder, from lists with pinned versions and hashes:
#   .uv/           the installer
#   .venv/         Python 3.13: deployment, laptop cloud, tests (and Node, as a wheel)
#   .runtime/      Python 3.13 with the packages of AWS's managed runtime, for the functions on the laptop
#   node_modules/  the AWS CDK command line
#   .clients/, tests/clients/node_modules/  the generators of clients, for the test that generates them
# Requires python3 (3.9 or later). Stops with a one-line message if something is missing.
set -eu
cd "$(dirname "$0")/.."
fail() { printf 'pickvs: %s\n' "$1" >&2; exit 1; }
wanted=$(cat .python-version)

command -v python3 >/dev/null || fail "python3 is not installed; install any Python from 3.9 on and try again"
if [ ! -x .uv/bin/uv ] || ! .uv/bin/uv --version | grep -q "$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements/uv.txt)"; then
  rm -rf .uv
  python3 -m venv .uv >/dev/null 2>&1 ||
    fail "python3 cannot make a virtual environment; install its venv module (Debian: python3-venv) and try again"
  .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt ||
    fail "uv could not be installed; is the Python package registry reachable?"
fi

# Use the system's certificate store: behind a company proxy only that store has the proxy's authority.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" NODE_USE_SYSTEM_CA="${NODE_USE_SYSTEM_CA:-1}"

# Use an interpreter of the wanted version from PATH or pyenv; uv downloads one if there is none.
python=$(.uv/bin/uv python find --no-project "$wanted" 2>/dev/null || true)
for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$wanted"*/bin/python"$wanted"; do
  [ -n "$python" ] || [ ! -x "$candidate" ] || python=$candidate
done
[ -x .venv/bin/python ] && .venv/bin/python -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$wanted')" 2>/dev/null ||
  .uv/bin/uv venv --quiet --clear --no-project --python "${python:-$wanted}" .venv ||
  fail "Python $wanted is not on this machine and could not be downloaded; install it and try again"
.uv/bin/uv pip sync --quiet --python .venv --require-hashes --only-binary :all: requirements/dev.txt ||
  fail "the Python packages could not be installed; is the package registry reachable?"

[ -x .runtime/bin/python ] || .uv/bin/uv venv --quiet --clear --no-project --python .venv/bin/python .runtime
.uv/bin/uv pip sync --quiet --python .runtime --compile-bytecode --require-hashes --only-binary :all: local/runtime.txt ||
  fail "the Lambda runtime's packages could not be installed; is the package registry reachable?"

PATH="$PWD/.venv/bin:$PATH" npm ci --silent --no-progress ||
  fail "the AWS CDK command line could not be installed; is the npm registry reachable?"

# Only one test needs these. Without them it is skipped, and everything else works.
{ [ -x .clients/bin/python ] || .uv/bin/uv venv --quiet --clear --no-project --python .venv/bin/python .clients; } &&
  .uv/bin/uv pip sync --quiet --python .clients --require-hashes --only-binary :all: requirements/clients.txt &&
  PATH="$PWD/.venv/bin:$PATH" npm ci --silent --no-progress --prefix tests/clients ||
  printf 'pickvs: the generators of clients could not be installed; tests/e2e/test_generated_clients.py is skipped\n' >&2
