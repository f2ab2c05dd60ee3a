"""The response headers that operations share."""

from collections.abc import Iterable, Mapping

from tools.openapi.raw import Json

HEADERS: Mapping[str, Json] = {
    "Cache-Control": {
        "description": "How long a client may cache the response; `no-store` if it may not.",
        "required": True,
        "schema": {"type": "string"},
        "example": "public, max-age=30",
    },
    "Content-Disposition": {
        "description": "CSV only: the suggested file name.",
        "required": True,
        "schema": {"type": "string"},
        "example": 'attachment; filename="picks.csv"',
    },
    "ETag": {
        "description": "The version of the response, for If-None-Match.",
        "required": True,
        "schema": {"type": "string"},
        "example": '"N0cZ1kQbV3m8sT5yXw2HrA"',
    },
    "Retry-After": {
        "description": "Seconds to wait before a retry.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
        "example": 1,
    },
    "X-Correlation-Id": {
        "description": "The correlation id that the client sent, or the request's id if it sent none. Absent from the "
        "gateway's own errors, and from what caches may keep.",
        "required": True,
        "schema": {"type": "string", "maxLength": 64},
        "example": "picks-of-saturday-7",
    },
    "X-Next-Cursor": {
        "description": "CSV only: the cursor of the next page; absent on the last page.",
        "schema": {"type": "string"},
        "example": "WyIyMDI2LTAzLTE0VDIzOjEwOjAwWiIsNDFd",
    },
    "X-RateLimit-Limit": {
        "description": "Attempts allowed in the current window.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 10,
    },
    "X-RateLimit-Remaining": {
        "description": "Attempts left in the current window.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 9,
    },
    "X-RateLimit-Reset": {
        "description": "Seconds until all attempts are available again.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 540,
    },
    "X-Request-Id": {
        "description": "The id of this request. Quote it when you contact support.",
        "required": True,
        "schema": {"type": "string"},
        "example": "7f4a1c1e-5b0c-4d0e-9a57-2f6f6f0d8a11",
    },
}


def named(names: Iterable[str], *, may_lack: Iterable[str] = ()) -> dict[str, Json]:
    """Return the headers of a response by name: `names`, of which it always has the required ones, and `may_lack`.

    A header that may be absent is written out: openapi-typescript takes a header behind a reference to be required.
    """
    found = {name: HEADERS[name] for name in names}
    found |= {name: {**HEADERS[name], "required": False} for name in may_lack}
    return {
        name: {"$ref": f"#/components/headers/{name}"} if header.get("required") else header
        for name, header in found.items()
    }
