"""Routes. Derives an endpoint's parameters from its function's signature once, and binds them for each request."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin
from urllib.parse import unquote

import msgspec

from pickvs.core.errors import FieldError, Invalid
from pickvs.core.types import ResponseBody
from pickvs.http import body
from pickvs.http.parameters import File, Header, Parameter, Path, Query, Read, reader

type Event = Mapping[str, Any]
type Endpoint = Callable[..., Any]

_LONGEST_NAME = 100  # the caller chooses the names of unknown parameters
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""Characters that PostgreSQL cannot store: NUL and unpaired surrogates."""


class FromEvent:
    """A parameter whose value `find` computes from the gateway's event. Not part of the API contract. For Annotated."""

    def __init__(self, find: Callable[[Event], Any]) -> None:
        self.find = find


class _Asked(msgspec.Struct, frozen=True):
    """A parameter: its names in the function and in the request, and its parser."""

    argument: str
    name: str
    read: Read
    required: bool


class Route:
    """A method and path with the function that handles it.

    function: each parameter must be annotated as a Path, Query or Header parameter, as a File, as FromEvent, or with
    its RequestBody class. responses: OpenAPI descriptions of responses that are not ResponseBody classes. Raises
    TypeError for any other parameter.
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
        self._file: tuple[str, File, bool] | None = None
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
            if isinstance(each, File):
                self._file = (name, each, required)
                return
        places = [each for each in said if isinstance(each, Parameter)]
        if not places:
            if not hasattr(annotation, "model_validate"):  # a RequestBody, recognized without importing pydantic
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
        """Return the texts of the path parameters, decoded. None if the request does not match this route.

        A REST API passes a path as it was sent. Many clients encode more than they must, such as the @ of `weekend@1`.
        """
        segments = path.split("/")
        if method != self.method or len(segments) != len(self._segments):
            return None
        texts: dict[str, str] = {}
        for ours, theirs in zip(self._segments, segments, strict=True):
            if ours.startswith("<") and theirs:
                texts[ours[1:-1]] = unquote(theirs)
            elif ours != theirs:
                return None
        return texts

    def call(self, event: Event, path_texts: Mapping[str, str]) -> Any:
        """Call the function with the parameters of the event, and return its result.

        Raises Invalid with all invalid values, BadRequest if the body is not JSON, TypeError if the result is not of
        the declared return type, and whatever the function raises.
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
        self._take_body(event, wanted, wrong)
        if wrong:
            raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", tuple(wrong))
        for name, source in self._from_event:
            wanted[name] = source.find(event)
        answer = self.function(**wanted)
        if not isinstance(answer, self._promised):
            raise TypeError(f"{self.function.__name__} answers with a {type(answer).__name__}")
        return answer

    @property
    def file(self) -> tuple[File, bool] | None:
        """The file that is the body, and whether it is required. None if the body is none."""
        return self._file[1:] if self._file is not None else None

    def _take_body(self, event: Event, wanted: dict[str, Any], wrong: list[FieldError]) -> None:
        if self._body is not None:
            name, kind, required = self._body
            text = body.text_of(event)
            if text or required:
                wanted[name] = body.read(kind, text, wrong)
        if self._file is not None:
            name, file, required = self._file
            content = body.file_of(event, file.media_type, file.most_bytes)
            if content:
                wanted[name] = content
            elif required:
                wrong.append(FieldError("body", "is missing"))

    def _refuse_unknown(self, query: Mapping[str, list[str]]) -> None:
        """Raise Invalid for unknown query parameters and for values that PostgreSQL cannot store.

        Unknown parameters are errors because a misspelled filter would otherwise be ignored silently.
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
    """Add a parameter's value to `wanted`, or its error to `wrong`. Adds nothing for an absent optional parameter."""
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
