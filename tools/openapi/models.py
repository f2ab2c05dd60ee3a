"""Translates an endpoint's types for powertools, which generates the OpenAPI document.

At runtime, responses are msgspec structs and parameters are our own classes, so that requests load neither pydantic nor
powertools for them. Here each becomes the equivalent pydantic model or powertools parameter.
"""

import inspect
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAliasType, Union, get_args, get_origin

import msgspec
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi import params
from pydantic import BaseModel, ConfigDict, Field, create_model

from pickvs.core.types import ResponseBody
from pickvs.http.answers import Answer
from pickvs.http.app import App
from pickvs.http.parameters import File, Header, Parameter, Path, Query, plain
from pickvs.http.routes import FromEvent, Route

_NOT_DOCUMENTED = {"words", "ends_day"}
"""What is said of a parameter for its errors, or in its description."""

_PLACES: dict[type[Parameter], Callable[..., Any]] = {Path: params.Path, Query: params.Query, Header: params.Header}


@cache
def model_of(kind: type[ResponseBody]) -> type[BaseModel]:
    """Return the pydantic model with the same name, docstring, members and examples.

    Every member is required, also one with a default: a response always has it.
    """
    members: dict[str, Any] = {field.name: (said(field.type), ...) for field in msgspec.structs.fields(kind)}
    examples = getattr(kind, "EXAMPLES", ())
    config = ConfigDict(json_schema_extra={"examples": list(examples)}) if examples else ConfigDict()
    return create_model(kind.__name__, __config__=config, __doc__=inspect.getdoc(kind), **members)


def said(annotation: Any) -> Any:
    """Return the pydantic equivalent of the annotation."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if not arguments and isinstance(annotation, type):
        return model_of(annotation) if issubclass(annotation, ResponseBody) else annotation
    if isinstance(annotation, TypeAliasType) or not arguments:
        return annotation
    if origin is Annotated:
        inner, *metadata = arguments
        return Annotated[said(inner), *(_field(each) if isinstance(each, msgspec.Meta) else each for each in metadata)]
    if origin in (Union, UnionType):
        return Union[tuple(said(each) for each in arguments)]  # noqa: UP007 - as many as there are
    if origin in (list, dict):
        return origin[tuple(said(each) for each in arguments)]
    return annotation


def resolver_of(app: App) -> APIGatewayRestResolver:
    """Return a powertools resolver with the app's routes. It only generates the document and handles no requests."""
    made = APIGatewayRestResolver(enable_validation=True)
    for route in app.routes:
        described = made.route(
            route.path,
            method=route.method,
            responses=dict(route.responses) if route.responses else None,
            status_code=route.status,
        )
        described(_function(route))
    return made


def _function(route: Route) -> Callable[..., Any]:
    """Return a function with the route's signature, translated to powertools types."""
    signature = inspect.signature(route.function)
    arguments = [
        argument.replace(annotation=_argument(argument.annotation))
        for argument in signature.parameters.values()
        if not any(isinstance(each, FromEvent | File) for each in get_args(argument.annotation))
    ]

    def described(**_: Any) -> None:
        raise NotImplementedError

    described.__name__ = route.function.__name__
    described.__doc__ = route.function.__doc__
    described.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=arguments, return_annotation=_answer(signature.return_annotation)
    )
    return described


def _argument(annotation: Any) -> Any:
    if get_origin(annotation) is not Annotated:
        return annotation
    inner, *metadata = get_args(annotation)
    places = [each for each in metadata if isinstance(each, Parameter)]
    if not places:
        return annotation
    place = places[-1]
    said = {name: value for name, value in msgspec.structs.asdict(place).items() if value is not None}
    limits = {name: value for name, value in said.items() if name not in _NOT_DOCUMENTED}
    if plain(inner) is datetime:
        inner = inner | date
    others = [each for each in metadata if not isinstance(each, Parameter)]
    return Annotated[inner, *others, _PLACES[type(place)](**limits)]


def _answer(annotation: Any) -> Any:
    if annotation in (None, NoneType, inspect.Signature.empty):
        return annotation
    if get_origin(annotation) is Answer:
        [body] = get_args(annotation)
        return Response[said(body)]  # type: ignore[misc]
    return said(annotation)


def _field(meta: msgspec.Meta) -> Any:
    return Field(description=meta.description, examples=meta.examples)
