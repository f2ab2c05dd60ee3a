"""The output of the functions' logger, as text or as parsed lines."""

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
    """Yield a buffer with the text so far."""
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
    """Yield a function that returns the parsed lines so far."""
    with written() as stream:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
