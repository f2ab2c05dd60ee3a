"""What an endpoint's function asks for, read off its signature once, and found in each request."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin

import msgspec

from pickvs.core.errors import FieldError, Invalid
from pickvs.core.types import ResponseBody
from pickvs.http import body
from pickvs.http.parameters import Header, Parameter, Path, Query, Read, reader

type Event = Mapping[str, Any]
type Endpoint = Callable[..., Any]

_LONGEST_NAME = 100  # an unknown parameter's name is the caller's own text
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""A NUL, and half a surrogate pair."""


class FromEvent:
    """A parameter that is no part of the contract: what `find` returns for the gateway's event. For Annotated."""

    def __init__(self, find: Callable[[Event], Any]) -> None:
        self.find = find


class _Asked(msgspec.Struct, frozen=True):
    """A parameter of the function: its name there and in the request, and how it is read."""

    argument: str
    name: str
    read: Read
    required: bool


class Route:
    """One path with one method and the function behind it.

    function: each of its parameters is annotated as a Path, Query or Header parameter, as FromEvent, or with the
    RequestBody that it is. responses: what the API's document says of an answer that is no JSON of a type of ours.
    Raises TypeError for a parameter that is none of these.
    """

    def __init__(
        self, method: str, path: str, function: Endpoint, status: int, responses: Mapping[int, Any] | None
    ) -> None:
        self.method = method
        self.path = path
        self.function = function
        self.status = status
        self.responses = responses
        self._segments = path.split("/")
        self._path: list[_Asked] = []
        self._query: dict[str, _Asked] = {}
        self._headers: list[_Asked] = []
        self._from_event: list[tuple[str, FromEvent]] = []
        self._body: tuple[str, Any, bool] | None = None
        signature = inspect.signature(function)
        for argument in signature.parameters.values():
            self._add(argument)
        promised = signature.return_annotation
        self._promised = promised if isinstance(promised, type) and issubclass(promised, ResponseBody) else object

    def _add(self, argument: inspect.Parameter) -> None:
        annotation, name = argument.annotation, argument.name
        required = argument.default is inspect.Parameter.empty
        said = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
        for each in said:
            if isinstance(each, FromEvent):
                self._from_event.append((name, each))
                return
        places = [each for each in said if isinstance(each, Parameter)]
        if not places:
            if not hasattr(annotation, "model_validate"):  # a RequestBody: its module is not imported for nothing
                raise TypeError(f"{self.function.__name__}: where is {name} in the request?")
            self._body = (name, annotation, required)
            return
        place = places[-1]
        asked = _Asked(name, place.alias or name, reader(annotation, place), required)
        match place:
            case Path():
                self._path.append(asked)
            case Query():
                self._query[asked.name] = asked
            case Header():
                self._headers.append(asked)

    def matches(self, method: str, path: str) -> dict[str, str] | None:
        """Return the texts of the path's parameters; None if this is not the route of the request."""
        segments = path.split("/")
        if method != self.method or len(segments) != len(self._segments):
            return None
        texts: dict[str, str] = {}
        for ours, theirs in zip(self._segments, segments, strict=True):
            if ours.startswith("<") and theirs:
                texts[ours[1:-1]] = theirs
            elif ours != theirs:
                return None
        return texts

    def call(self, event: Event, path_texts: Mapping[str, str]) -> Any:
        """Return what the function returns for the event.

        Raises Invalid, with every value at fault, for what is not as the function asks for it, and BadRequest for a
        body that is not JSON; TypeError for an answer that is not what the function promises; and whatever it raises.
        """
        wanted: dict[str, Any] = {}
        wrong: list[FieldError] = []
        query = event.get("multiValueQueryStringParameters") or {}
        self._refuse_unknown(query)
        for asked in self._path:
            _take(asked, [path_texts[asked.name]], wanted, wrong)
        for name, asked in self._query.items():
            _take(asked, query.get(name), wanted, wrong)
        if self._headers:
            sent = {name.lower(): texts for name, texts in (event.get("multiValueHeaders") or {}).items()}
            for asked in self._headers:
                _take(asked, sent.get(asked.name.lower()), wanted, wrong)
        if self._body is not None:
            name, kind, required = self._body
            text = body.text_of(event)
            if text or required:
                wanted[name] = body.read(kind, text, wrong)
        if wrong:
            raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", tuple(wrong))
        for name, source in self._from_event:
            wanted[name] = source.find(event)
        answer = self.function(**wanted)
        if not isinstance(answer, self._promised):
            raise TypeError(f"{self.function.__name__} answers with a {type(answer).__name__}")
        return answer

    def _refuse_unknown(self, query: Mapping[str, list[str]]) -> None:
        """Refuse a query parameter that the route does not have, and one that no text in the database can hold.

        A misspelt filter must not read as no filter.
        """
        wrong = []
        for name, texts in sorted(query.items()):
            if name not in self._query:
                known = ", ".join(sorted(self._query)) or "none"
                readable = name[:_LONGEST_NAME].encode(errors="replace").decode()
                wrong.append(FieldError(readable, f"unknown parameter; known are: {known}"))
            elif any(_UNSTORABLE.search(text) for text in texts or () if text is not None):
                wrong.append(FieldError(name, "has a character that is not allowed"))
        if wrong:
            raise Invalid("INVALID_VALUE", "Some query parameters are not valid; see errors.", tuple(wrong))


def _take(asked: _Asked, texts: list[str] | None, wanted: dict[str, Any], wrong: list[FieldError]) -> None:
    """Add what the request has of a parameter to `wanted`, or what is wrong with it to `wrong`."""
    texts = [text for text in texts or () if text is not None]
    if not texts:
        if asked.required:
            wrong.append(FieldError(asked.name, "is missing"))
        return
    if len(texts) > 1:
        wrong.append(FieldError(asked.name, "is given more than once"))
        return
    try:
        wanted[asked.argument] = asked.read(texts[0])
    except ValueError as error:
        wrong.append(FieldError(asked.name, str(error)))
