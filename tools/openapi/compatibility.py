"""Checks whether every value that matches one JSON schema also matches another."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema_rs import Draft202012Validator

from tools.openapi.client_types import DEFAULT
from tools.openapi.raw import Json

type Schema = Json | bool

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_FORMS = ("pattern", "format", "multipleOf", "uniqueItems")
_CHOICES = ("anyOf", "oneOf")
_UNDERSTOOD = frozenset(
    {*_LOWER, *_UPPER, *_FORMS, "type", "enum", "const", "items", "properties", "required", "additionalProperties"}
)
_ANNOTATIONS = frozenset(
    {"title", "description", "example", "examples", "deprecated", "default", DEFAULT, "discriminator"}
)
"""Keywords that reject no value. `Fit.defaults` compares the defaults of optional fields."""


@dataclass(frozen=True)
class Side:
    """A schema's document, which resolves its references."""

    document: Mapping[str, Any]

    def resolved(self, schema: Schema) -> Json:
        """Return the schema with its own `$ref` replaced by the referenced schema merged with its sibling keywords.

        A reference alone in `allOf` is followed as well: so the document writes one that has sibling keywords.
        """
        schema = _as_object(schema)
        while True:
            match schema:
                case {"allOf": [{"$ref": str()} as reference], **others} if len(reference) == 1:
                    schema = self._followed({**reference, **others})
                case {"$ref": str()}:
                    schema = self._followed(schema)
                case _:
                    return schema

    def variants(self, schema: Schema) -> list[Json]:
        """Return the alternatives of a schema, merged with its other keywords. Each has one type or none."""
        schema = self.resolved(schema)
        for keyword in _CHOICES:
            if keyword in schema:
                beside = {name: value for name, value in schema.items() if name != keyword}
                possible = [each for each in schema[keyword] if not _exclude_each_other(beside, _as_object(each))]
                return [variant for each in possible for variant in self.variants(_both(beside, each))]
        if isinstance(schema.get("type"), list):
            return [{**schema, "type": kind} for kind in schema["type"]]
        return [schema]

    def spelled_out(self, value: Any, inside: tuple[str, ...] = ()) -> Any:
        """Return the value of a keyword with all references expanded, except those that are recursive."""
        if isinstance(value, list):
            return [self.spelled_out(each, inside) for each in value]
        if not isinstance(value, dict):
            return value
        name = value.get("$ref")
        if isinstance(name, str) and name not in inside:
            return self.spelled_out(self._followed(value), (*inside, name))
        return {key: self.spelled_out(each, inside) for key, each in value.items()}

    def _followed(self, schema: Json) -> Json:
        found: Any = self.document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return _both(found, {name: value for name, value in schema.items() if name != "$ref"})


@dataclass(frozen=True)
class Fit:
    """Compares the values that one side produces (`given`) with those that the other side accepts (`taken`).

    For requests, the old document is given and the new one taken. For responses, the new one is given and the old one
    taken. A difference in a keyword that is not understood is a misfit too: a false alarm costs less than a missed
    breaking change.
    """

    given: Side
    taken: Side
    is_answer: bool
    open_values: frozenset[str] = frozenset()
    """Places of enumerations to which values may be added."""
    _in_progress: set[str] = field(default_factory=set)

    def misfits(self, given: Schema, taken: Schema, at: str) -> list[str]:
        """Return the reasons why a value of `given` may not match `taken`. `at` is the location for messages."""
        pair = json.dumps([given, taken], sort_keys=True)
        if pair in self._in_progress:  # a recursive schema: the outer call reports its misfits
            return []
        self._in_progress.add(pair)
        accepted, variants = self.taken.variants(taken), self.given.variants(given)
        named = frozenset(name for each in variants for name in each.get("properties", {}))
        found = [reason for each in variants for reason in self._closest(each, accepted, named, at)]
        self._in_progress.discard(pair)
        return found

    def defaults(self, given: Schema, taken: Schema, at: str) -> Iterator[str]:
        """Yield a misfit if the default has changed, because omitting the field would then change the meaning."""
        before, now = _default(self.given.resolved(given)), _default(self.taken.resolved(taken))
        if before != now:
            yield f"{at}: the default is {now}, not {before}"

    def _closest(self, given: Json, accepted: list[Json], named: frozenset[str], at: str) -> list[str]:
        """Return the misfits with the most similar alternative. Empty if one alternative fits.

        `named` are the fields that the given schema or an alternative to it names.
        """
        tries = [
            (each.get("type") != given.get("type"), list(self._of_one(given, each, named, at))) for each in accepted
        ]
        return min(tries, key=lambda tried: (bool(tried[1]), tried[0], len(tried[1])))[1]

    def _of_one(self, given: Json, taken: Json, named: frozenset[str], at: str) -> Iterator[str]:
        kind, wanted = given.get("type"), taken.get("type")
        if wanted is not None and kind != wanted and (kind, wanted) != ("integer", "number"):
            yield f"{at}: the type is {kind or 'any'}, not {wanted}"
            return
        yield from self._values(given, taken, at)
        yield from _bounds(given, taken, at)
        yield from self._not_understood(given, taken, at)
        if "items" in taken and kind in {"array", None}:
            yield from self.misfits(given.get("items", True), taken["items"], f"{at}[]")
        if kind in {"object", None}:
            yield from self._fields(given, taken, named, at)

    def _values(self, given: Json, taken: Json, at: str) -> Iterator[str]:
        wanted = _listed(taken)
        if wanted is None:
            return
        found = _listed(given)
        if found is None:
            yield f"{at}: any value, not one of {wanted}"
        elif at not in self.open_values and (unknown := [value for value in found if value not in wanted]):
            yield f"{at}: {unknown} not among {wanted}"

    def _not_understood(self, given: Json, taken: Json, at: str) -> Iterator[str]:
        for keyword in sorted((given.keys() | taken.keys()) - _UNDERSTOOD - _ANNOTATIONS):
            if self.given.spelled_out(given.get(keyword)) != self.taken.spelled_out(taken.get(keyword)):
                yield f"{at}: {keyword} has changed"

    def _fields(self, given: Json, taken: Json, named: frozenset[str], at: str) -> Iterator[str]:
        found, wanted = given.get("properties", {}), taken.get("properties", {})
        always = given.get("required", [])
        for name in sorted(set(taken.get("required", [])) - set(always)):
            yield f"{at}.{name}: " + ("not always there any more" if self.is_answer else "has become required")
        for name in (each for each in found if each in wanted):
            yield from self.misfits(found[name], wanted[name], f"{at}.{name}")
            if not self.is_answer and name not in always:
                yield from self.defaults(found[name], wanted[name], f"{at}.{name}")
        yield from self._other_fields(given, taken, named, at)

    def _other_fields(self, given: Json, taken: Json, named: frozenset[str], at: str) -> Iterator[str]:
        """Compare the fields that only one side names, and the additional properties."""
        found, wanted = given.get("properties", {}), taken.get("properties", {})
        found_others, wanted_others = (each.get("additionalProperties", True) for each in (given, taken))
        for name in (each for each in found if each not in wanted):
            if wanted_others is False:
                yield f"{at}.{name}: " + ("is one more than there can be" if self.is_answer else "is refused now")
            else:
                yield from self._misfits_unless_free(found[name], wanted_others, f"{at}.{name}")
        for name in (each for each in wanted if each not in found):
            if self.is_answer:
                if name not in named:
                    yield f"{at}.{name}: is gone"
            elif found_others is not False:
                yield from self._misfits_unless_free(found_others, wanted[name], f"{at}.{name}")
        if found_others is False:
            return
        if wanted_others is False:
            yield f"{at}.*: " + ("additional fields may be present now" if self.is_answer else "is refused now")
        else:
            yield from self._misfits_unless_free(found_others, wanted_others, f"{at}.*")

    def _misfits_unless_free(self, given: Schema, taken: Schema, at: str) -> list[str]:
        return [] if taken in (True, {}) else self.misfits(given, taken, at)


def _as_object(schema: Schema) -> Json:
    """Return the boolean schemas `true` (any value) and `false` (no value) as objects; return others unchanged."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    return schema


def _both(one: Schema, other: Schema) -> Json:
    """Return a schema for values that match both. If both have a keyword, `other` wins; it should be the narrower."""
    one, other = _as_object(one), _as_object(other)
    made = {**one, **other}
    if "required" in one and "required" in other:
        made["required"] = sorted({*one["required"], *other["required"]})
    if "properties" in one and "properties" in other:
        known = one["properties"]
        added = {name: _both(known.get(name, True), each) for name, each in other["properties"].items()}
        made["properties"] = {**known, **added}
    return made


def _exclude_each_other(one: Json, other: Json) -> bool:
    """Return whether no value can match both, because each has one type and the types differ."""
    kinds = {one.get("type"), other.get("type")}
    return len(kinds) > 1 and all(isinstance(kind, str) for kind in kinds) and kinds != {"integer", "number"}


def _default(schema: Json) -> Any:
    """Return the value that is used when the field is left out; None if the schema names none."""
    return schema.get("default", schema.get(DEFAULT))


def _listed(schema: Json) -> list[Any] | None:
    """Return the values that a schema enumerates; None if it enumerates none."""
    found: list[Any] | None = [schema["const"]] if "const" in schema else schema.get("enum")
    return found


def _bounds(given: Json, taken: Json, at: str) -> Iterator[str]:
    values = _listed(given)
    if values is not None:
        limits = Draft202012Validator({name: taken[name] for name in (*_LOWER, *_UPPER, *_FORMS) if name in taken})
        yield from (f"{at}: {value} is refused now" for value in values if not limits.is_valid(value))
        return
    for keyword in (*_LOWER, *_UPPER):
        if keyword not in taken:
            continue
        bound, wanted = given.get(keyword), taken[keyword]
        if bound is None or (bound < wanted if keyword in _LOWER else bound > wanted):
            yield f"{at}: {keyword} is {bound}, not {wanted}"
    for keyword in _FORMS:
        if keyword in taken and given.get(keyword) != taken[keyword]:
            yield f"{at}: {keyword} is {given.get(keyword)}, not {taken[keyword]}"
