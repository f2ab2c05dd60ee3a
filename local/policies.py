"""Evaluates IAM policy documents: whether they allow an action on a resource."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any


class Decision(Enum):
    """The result of policy evaluation."""

    ALLOWED = "allowed"
    DENIED = "explicitly denied"
    NOT_MENTIONED = "not allowed"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy document. Its patterns may contain IAM's wildcards `*` and `?`."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    actions_are_exceptions: bool
    resources_are_exceptions: bool
    is_conditional: bool

    def applies_to(self, action: str, resource: str) -> bool:
        """Return whether the statement applies to `action` (case-insensitive) on `resource` (case-sensitive)."""
        names_action = any(_pattern(pattern.lower()).fullmatch(action.lower()) for pattern in self.actions)
        names_resource = any(_pattern(pattern).fullmatch(resource) for pattern in self.resources)
        return names_action != self.actions_are_exceptions and names_resource != self.resources_are_exceptions


def read_statements(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """Return the statements of a policy document. Raises ValueError or TypeError if it is invalid."""
    if not isinstance(document, Mapping):
        raise TypeError("a policy document is an object")
    statements = document.get("Statement", [])
    return tuple(_statement(body) for body in ([statements] if isinstance(statements, Mapping) else statements))


def decide(statements: Iterable[Statement], action: str, resource: str) -> Decision:
    """Evaluate `statements`: one explicit deny overrides every allow.

    Conditions are not evaluated. To be safe, a conditional Allow never applies and a conditional Deny always does.
    """
    decision = Decision.NOT_MENTIONED
    for statement in statements:
        if not statement.applies_to(action, resource):
            continue
        if statement.effect == "Deny":
            return Decision.DENIED
        if not statement.is_conditional:
            decision = Decision.ALLOWED
    return decision


def _statement(body: Mapping[str, Any]) -> Statement:
    if body["Effect"] not in ("Allow", "Deny"):
        raise ValueError(f"the effect of a statement is Allow or Deny, not {body['Effect']!r}")
    return Statement(
        effect=body["Effect"],
        actions=_strings(body["NotAction"] if "NotAction" in body else body["Action"]),
        resources=_strings(body["NotResource"] if "NotResource" in body else body["Resource"]),
        actions_are_exceptions="NotAction" in body,
        resources_are_exceptions="NotResource" in body,
        is_conditional=bool(body.get("Condition")),
    )


def _strings(value: Any) -> tuple[str, ...]:
    values = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(item, str) for item in values):
        raise TypeError("actions and resources are strings")
    return values


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
