"""Whether every value of one JSON schema is also one of another: what a change of a body or parameter comes down to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.openapi.raw import Json

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_FORMS = ("pattern", "format", "multipleOf", "uniqueItems")


@dataclass(frozen=True)
class Side:
    """A schema's document: where its references lead."""

    document: Mapping[str, Any]

    def resolved(self, schema: Json) -> Json:
        """Return the schema with its reference, if it is one, replaced by what that says and what stands beside it."""
        while "$ref" in schema:
            found: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            fields = {**found.get("properties", {}), **schema.get("properties", {})}
            schema = {**found, **{name: value for name, value in schema.items() if name != "$ref"}}
            schema = {**schema, "properties": fields} if fields else schema
        return schema

    def variants(self, schema: Json) -> list[Json]:
        """Return the alternatives of a schema, each of one type or of any."""
        schema = self.resolved(schema)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return [variant for each in schema[keyword] for variant in self.variants(each)]
        if isinstance(schema.get("type"), list):
            return [{**schema, "type": kind} for kind in schema["type"]]
        return [schema]


@dataclass(frozen=True)
class Fit:
    """Compares values that are `given` with what is `taken`.

    Requests are given by the old document and taken by the new one, answers given by the new and taken by the old one.
    """

    given: Side
    taken: Side
    is_answer: bool
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def misfits(self, given: Json, taken: Json, at: str) -> Iterator[str]:
        """Yield why a value of `given` may be none of `taken`; `at` says where that is."""
        pair = (given.get("$ref", ""), taken.get("$ref", ""))
        if all(pair):
            if pair in self._seen:
                return
            self._seen.add(pair)
        accepted = self.taken.variants(taken)
        for variant in self.given.variants(given):
            tries = [list(self._of_one(variant, each, at)) for each in accepted]
            if [] not in tries:
                yield from min(tries, key=len)

    def _of_one(self, given: Json, taken: Json, at: str) -> Iterator[str]:
        kind, wanted = given.get("type"), taken.get("type")
        if wanted is not None and kind != wanted and (kind, wanted) != ("integer", "number"):
            yield f"{at}: the type is {kind or 'any'}, not {wanted}"
            return
        yield from self._values(given, taken, at)
        yield from _bounds(given, taken, at)
        if "items" in taken and kind == "array":
            yield from self.misfits(given.get("items", {}), taken["items"], f"{at}[]")
        if kind == "object":
            yield from self._fields(given, taken, at)

    def _values(self, given: Json, taken: Json, at: str) -> Iterator[str]:
        wanted = _listed(taken)
        if wanted is None:
            return
        found = _listed(given)
        if found is None:
            yield f"{at}: any value, not one of {wanted}"
        elif unknown := [value for value in found if value not in wanted]:
            yield f"{at}: {unknown} not among {wanted}"

    def _fields(self, given: Json, taken: Json, at: str) -> Iterator[str]:
        found, wanted = given.get("properties", {}), taken.get("properties", {})
        for name in sorted(set(taken.get("required", [])) - set(given.get("required", []))):
            yield f"{at}.{name}: " + ("not always there any more" if self.is_answer else "has become required")
        for name, schema in found.items():
            if name in wanted:
                yield from self.misfits(schema, wanted[name], f"{at}.{name}")
            elif taken.get("additionalProperties") is False:
                yield f"{at}.{name}: is refused now"
        if self.is_answer:
            yield from (f"{at}.{name}: is gone" for name in wanted if name not in found)
        others = given.get("additionalProperties"), taken.get("additionalProperties")
        if isinstance(others[0], dict) and isinstance(others[1], dict):
            yield from self.misfits(others[0], others[1], f"{at}.*")


def _listed(schema: Json) -> list[Any] | None:
    """Return all values of a schema that lists them."""
    found: list[Any] | None = [schema["const"]] if "const" in schema else schema.get("enum")
    return found


def _bounds(given: Json, taken: Json, at: str) -> Iterator[str]:
    for keyword in (*_LOWER, *_UPPER):
        if keyword not in taken:
            continue
        bound, wanted = given.get(keyword), taken[keyword]
        if bound is None or (bound < wanted if keyword in _LOWER else bound > wanted):
            yield f"{at}: {keyword} is {bound}, not {wanted}"
    for keyword in _FORMS:
        if keyword in taken and given.get(keyword) != taken[keyword]:
            yield f"{at}: {keyword} is {given.get(keyword)}, not {taken[keyword]}"
