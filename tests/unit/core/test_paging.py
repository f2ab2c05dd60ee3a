import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.core.errors import Invalid
from pickvs.core.paging import read_cursor, write_cursor

BIGINT = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.lists(BIGINT | TEXT, max_size=5))
def test_what_was_written_is_read(position):
    cursor = write_cursor(*position)
    assert read_cursor(cursor, *(type(part) for part in position)) == position
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?% ")


def written(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ü",
        "not a cursor",
        "\ud800",
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"[" + b"9" * 5_000 + b"]").decode(),
        written(None),
        written({"0": "a", "1": 1}),
        written([]),
        written(["a"]),
        written(["a", 1, 2]),
        written([1, "a"]),
        written(["a", True]),
        written(["a", 1.0]),
        written(["a", None]),
        written(["a", 2**63]),
        written(["a", -(2**63)]),
        written(["a\0", 1]),
        written(["a\ud800", 1]),
    ],
)
def test_what_another_wrote_is_refused(cursor):
    with pytest.raises(Invalid) as refused:
        read_cursor(cursor, str, int)
    assert refused.value.code == "INVALID_CURSOR"
    assert [error.field for error in refused.value.errors] == ["cursor"]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        position = read_cursor(text, str, int)
    except Invalid:
        return
    assert [type(part) for part in position] == [str, int]
