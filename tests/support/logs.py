"""What the functions' logger writes, a parsed line each."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pickvs.core.logging import logger

type Lines = Callable[[], list[dict[str, Any]]]


@contextmanager
def logged() -> Iterator[Lines]:
    """Yield what gives the lines so far; each has what every line has."""
    stream = io.StringIO()
    handler = logger().registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    if before is not None:
        handler.setStream(before)
