"""The written lists of what the deployment allows and promises.

`python -m tests.infra.written_lists` writes them anew from the templates. Reasons stay; a statement without one gets
MISSING, which a test refuses until somebody writes why it is there.
"""

import json
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from cdk.config import stage_config
from tests.infra.assembly import EVERY, Assembly, synthesise
from tests.infra.conftest import furnish
from tests.infra.permissions import permissions
from tests.infra.promises import promises

type Facts = dict[str, set[str]]
"""What is said, and of whom."""

FOLDER = Path(__file__).parent / "written"
FURNISHED = "prod-furnished"
"""`prod` with all optional settings."""
NAMES = (*("-".join(each) for each in EVERY), FURNISHED)
MISSING = "?"


def read_permissions(assembly: Assembly) -> Facts:
    """Return the statements of all policies, each with the roles or services that it is about."""
    return _gathered(
        (f"{each.effect} {each.actions} on {each.on}" + (f" if {each.when}" if each.when else ""), each.who)
        for each in permissions(assembly)
    )


def read_promises(assembly: Assembly) -> Facts:
    """Return the promises, each with the resources that keep it."""
    return _gathered((f"{kind} {said}", name) for kind, name, said in promises(assembly))


def _gathered(pairs: Iterator[tuple[str, str]]) -> Facts:
    found: Facts = {}
    for said, who in pairs:
        found.setdefault(said, set()).add(who)
    return found


LISTS: dict[str, Callable[[Assembly], Facts]] = {"permissions": read_permissions, "promises": read_promises}


def entries(kind: str) -> list[dict[str, object]]:
    """Return the entries of a written list."""
    file = FOLDER / f"{kind}.toml"
    return list(tomllib.loads(file.read_text(encoding="utf-8"))["entry"]) if file.exists() else []


def written(kind: str, name: str) -> Facts:
    """Return what the list says of the assembly with this name."""
    found: Facts = {}
    for each in entries(kind):
        if name in each.get("only", NAMES):  # type: ignore[operator]
            found.setdefault(str(each["says"]), set()).update(each["of"])  # type: ignore[call-overload]
    return found


def text_of(kind: str, found: Mapping[str, Facts]) -> str:
    """Return a list as text: an entry for each statement, and for each set of assemblies in which it is made."""
    reasons = {each["says"]: each.get("why") for each in entries(kind)}
    where: dict[tuple[str, str], list[str]] = {}
    for name in NAMES:
        for said, everybody in found[name].items():
            for who in everybody:
                where.setdefault((said, who), []).append(name)
    together: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (said, who), names in where.items():
        together.setdefault((said, tuple(names)), []).append(who)
    blocks = []
    for (said, names), everybody in sorted(together.items()):
        lines = ["[[entry]]", f"says = {_quoted(said)}", f"of = [{_joined(everybody)}]"]
        lines += [] if names == NAMES else [f"only = [{_joined(names)}]"]
        lines += [f"why = {_quoted(reasons.get(said) or MISSING)}"] if kind == "permissions" else []
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: object) -> str:
    """Return a TOML string, as the text is written if that is possible."""
    return f"'{text}'" if '"' in str(text) and "'" not in str(text) else json.dumps(text, ensure_ascii=False)


def _joined(names: list[str] | tuple[str, ...]) -> str:
    line = ", ".join(map(_quoted, sorted(names)))
    return line if len(line) < 100 else "\n" + "".join(f"  {_quoted(each)},\n" for each in sorted(names))


def write_lists() -> None:
    """Synthesise every stage, and write the lists."""
    with tempfile.TemporaryDirectory() as folder:
        configs = {"-".join(each): stage_config(each[0], database=each[1]) for each in EVERY}
        configs[FURNISHED] = furnish(stage_config("prod"))
        made = {name: synthesise(config, Path(folder) / name) for name, config in configs.items()}
        for kind, read in LISTS.items():
            text = text_of(kind, {name: read(replace(each, folder=None)) for name, each in made.items()})
            (FOLDER / f"{kind}.toml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_lists()
