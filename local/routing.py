"""Matches a request to a route as API Gateway does: a fixed segment wins over `{name}`, which wins over `{name+}`."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from local.api_blueprint import Route


@dataclass(slots=True)
class _Node:
    fixed: dict[str, "_Node"] = field(default_factory=dict)
    parameter: tuple[str, "_Node"] | None = None
    rest: tuple[str, "_Node"] | None = None
    methods: dict[str, Route] = field(default_factory=dict)


class Router:
    """A tree of path segments."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            node = self._root
            for segment in _segments(route.resource):
                node = _descend(node, segment)
            node.methods[route.method] = route

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route and its percent-encoded path parameters, or None. A trailing slash is ignored."""
        found = _find(self._root, _segments(path))
        if found is None:
            return None
        node, parameters = found
        route = node.methods.get(method) or node.methods.get("ANY")
        return None if route is None else (route, parameters)


def _segments(path: str) -> list[str]:
    trimmed = path.strip("/")
    return trimmed.split("/") if trimmed else []


def _descend(node: _Node, segment: str) -> _Node:
    if segment.startswith("{") and segment.endswith("+}"):
        node.rest = node.rest or (segment[1:-2], _Node())
        return node.rest[1]
    if segment.startswith("{") and segment.endswith("}"):
        node.parameter = node.parameter or (segment[1:-1], _Node())
        return node.parameter[1]
    return node.fixed.setdefault(segment, _Node())


def _find(node: _Node, segments: list[str]) -> tuple[_Node, dict[str, str]] | None:
    if not segments:
        return (node, {}) if node.methods else None
    first, remaining = segments[0], segments[1:]
    if first in node.fixed and (found := _find(node.fixed[first], remaining)):
        return found
    if node.parameter is not None and first and (found := _find(node.parameter[1], remaining)):
        return found[0], {node.parameter[0]: first, **found[1]}
    if node.rest is not None:
        return node.rest[1], {node.rest[0]: "/".join(segments)}
    return None
