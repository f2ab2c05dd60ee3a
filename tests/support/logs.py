"""What the functions' logger writes: as text, or a parsed line each."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pickvs.core.logging import logger

type Lines = Callable[[], list[dict[str, Any]]]


@contextmanager
def written() -> Iterator[io.StringIO]:
    """Yield what holds the text so far."""
    stream = io.StringIO()
    handler = logger().registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream)
    try:
        yield stream
    finally:
        if before is not None:
            handler.setStream(before)


@contextmanager
def logged() -> Iterator[Lines]:
    """Yield what gives the lines so far; each has what every line has."""
    with written() as stream:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
