"""A page of an export is of one moment: what is written while it is read is in the next export, whole."""

import pytest

from pickvs.core.database import Connection, Row
from pickvs.operations.privacy import queries
from pickvs.operations.privacy.queries import Part, Position
from tests.support.contest import Contest
from tests.support.persons import enter, exported, play


def test_what_is_written_while_a_page_is_read_is_not_in_it(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = enter(contest, "Anna-Q7x")
    play(contest, anna)
    [before] = exported(anna)
    read, late = queries.rows_of, []

    def meddle(connection: Connection, user_id: int, part: Part, *, after: Position, limit: int) -> list[Row]:
        if part == "picks":
            late.append(contest.pick(user_id, contest.quote(contest.game(), "moneyline", "home", None, -110)))
        return read(connection, user_id, part, after=after, limit=limit)

    with monkeypatch.context() as patch:
        patch.setattr(queries, "rows_of", meddle)
        [page] = exported(anna)
    assert len(late) == 1
    assert page["picks"] == before["picks"]
    [after] = exported(anna)
    assert [pick["id"] for pick in after["picks"]] == [*(pick["id"] for pick in before["picks"]), *late]
