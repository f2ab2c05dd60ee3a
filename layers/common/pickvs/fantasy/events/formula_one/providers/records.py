"""Reads the records of f1db: the small part of YAML in which they are written, and nothing beyond it.

A record is a list of mappings, or one mapping, of names to plain values. Whatever is written otherwise is refused, so
that nothing is misread.
"""

import json
import re
from decimal import Decimal
from typing import Any

from pickvs.jobs.errors import BadAnswer

_LINE = re.compile(r"(?P<lead>- |  |)(?P<name>[A-Za-z0-9]+):(?: (?P<value>\S.*))?")
_WHOLE, _DECIMAL = re.compile(r"-?[0-9]{1,9}"), re.compile(r"-?[0-9]{1,9}\.[0-9]{1,9}")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/])*"')
_PLAIN = re.compile(r"[^\s\"'#&*!|>%@`\[\]{},?:-](?:[^#:]|:(?=\S)|(?<=\S)#)*")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None}


def read_record(text: str) -> list[dict[str, Any]] | dict[str, Any]:
    """Return a record: a list if its entries begin with a dash. Raises BadAnswer for anything else."""
    rows: list[dict[str, Any]] = []
    single: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line == "---":
            continue
        found = _LINE.fullmatch(line.rstrip())
        if found is None:
            raise BadAnswer(f"line {number} of a record cannot be read")
        if found["lead"] == "- ":
            rows.append({})
        elif found["lead"] == "  " and not rows:
            raise BadAnswer(f"line {number} of a record belongs to nothing")
        target = rows[-1] if found["lead"] else single
        if found["name"] in target:
            raise BadAnswer(f"line {number} of a record names {found['name']} twice")
        target[found["name"]] = _value(found["value"], number)
    if rows and single:
        raise BadAnswer("a record is a list and a mapping at once")
    return single or rows


def _value(raw: str | None, number: int) -> Any:
    if raw is None or raw in _WORDS:
        return _WORDS.get(raw or "null")
    if _WHOLE.fullmatch(raw):
        return int(raw)
    if _DECIMAL.fullmatch(raw):
        return Decimal(raw)
    if _QUOTED.fullmatch(raw):
        return json.loads(raw)
    if not _PLAIN.fullmatch(raw):
        raise BadAnswer(f"line {number} of a record has a value that cannot be read")
    return raw
