"""Files of users: players make a slate, projections a set, entries a file of entries, by the real handlers."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pickvs.core import clock
from tests.support import dfs_files as made
from tests.support.dfs import Lounge
from tests.support.gateway import Answer, call
from tests.support.uploads import BUCKET, send_file, users_files

NOW = datetime(2030, 1, 12, 20, 0, tzinfo=UTC)
"""Four hours before the first game of the made-up slate."""
AFTER_FIRST = NOW + timedelta(hours=5)


@pytest.fixture(autouse=True)
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with users_files(monkeypatch) as client:
        yield client


def taken(answer: Answer) -> dict[str, Any]:
    assert answer.status == 201, answer.body
    return dict(answer.body)


def a_slate(lounge: Lounge) -> int:
    return int(taken(send_file(lounge.ada, made.salaries(), NOW, kind="dk_salaries"))["slate_id"])


def test_salaries_make_a_slate_of_the_user_s_own(lounge: Lounge, s3: Any) -> None:
    report = taken(send_file(lounge.ada, made.salaries("\r\n"), NOW, kind="dk_salaries"))
    assert (report["rows"], report["accepted"], report["problems"]) == (24, 24, [])
    assert (report["line_end"], report["sha256"]) == ("crlf", hashlib.sha256(made.salaries("\r\n")).hexdigest())
    slate = lounge.get(lounge.ada, f"/dfs/slates/{report['slate_id']}", "get_slate").body
    assert (slate["format"], slate["sport"], slate["is_own"]) == ("dk_nba_classic", "basketball_nba", True)
    assert [(game["key"], game["starts_at"]) for game in slate["games"]] == [
        ("BOS@NYK", "2030-01-13T00:00:00Z"),
        ("LAL@DEN", "2030-01-13T02:30:00Z"),
    ]
    lounge.get(lounge.bob, f"/dfs/slates/{report['slate_id']}", "get_slate").problem(404, "SLATE_NOT_FOUND")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert keys == [f"files/{lounge.ada[0]}/{report['sha256']}"]


def test_the_same_bytes_are_one_upload(lounge: Lounge) -> None:
    first = taken(send_file(lounge.ada, made.salaries(), NOW, kind="dk_salaries"))
    again = taken(send_file(lounge.ada, made.salaries(), NOW + timedelta(hours=1), kind="dk_salaries"))
    assert again == first
    slate = first["slate_id"]
    sets = [taken(send_file(lounge.ada, made.projections(), NOW, kind="projections", slate_id=slate)) for _ in range(2)]
    assert sets[0] == sets[1]
    assert lounge.rows("SELECT count(*) AS n FROM projection_sets")[0]["n"] == 1
    with clock.held_at(NOW):
        shown = call("get_upload", "GET", f"/dfs/uploads/{sets[0]['upload_id']}", user=lounge.ada)
        other = call("get_upload", "GET", f"/dfs/uploads/{sets[0]['upload_id']}", user=lounge.bob)
    assert shown.body == sets[0]
    other.problem(404, "UPLOAD_NOT_FOUND")


def test_a_salary_that_changes_changes_the_slate(lounge: Lounge) -> None:
    slate = a_slate(lounge)
    dearer = made.salaries().replace(b",9800,", b",9900,")
    assert taken(send_file(lounge.ada, dearer, NOW, kind="dk_salaries"))["slate_id"] == slate
    page = lounge.get(lounge.ada, f"/dfs/slates/{slate}/players", "list_slate_players").body
    assert [player["salary"] for player in page["players"]][:2] == [9_900, 9_500]


def test_a_wrong_row_is_reported_and_the_others_are_taken(lounge: Lounge) -> None:
    slate = a_slate(lounge)
    faulty = made.projections(2).replace(b"Bub Carter,", b"Bud Carter,").replace(b",38.25,9.5", b",x,9.5")
    report = taken(send_file(lounge.ada, faulty, NOW, kind="projections", slate_id=slate))
    assert (report["accepted"], report["rejected"]) == (23, 2)
    errors = [problem for problem in report["problems"] if problem["severity"] == "error"]
    assert [(problem["line"], problem["column"], problem["code"]) for problem in errors] == [
        (4, "FPTS", "NOT_A_NUMBER"),
        (8, "Name", "UNKNOWN_PLAYER"),
    ]
    assert errors[1]["suggestions"] == ["Bub Carter (NYK)"]
    [row] = lounge.rows("SELECT count(*) AS n FROM projections WHERE set_id = %s", report["projection_set_id"])
    assert row["n"] == 22
    strict = taken(send_file(lounge.ada, faulty, NOW, kind="projections", slate_id=slate, strict="true"))
    assert (strict["accepted"], strict["rejected"], strict["projection_set_id"]) == (0, 25, None)


def test_an_alias_is_used_by_later_uploads(lounge: Lounge) -> None:
    slate = a_slate(lounge)
    faulty = made.projections(2).replace(b"Bub Carter,", b"Carlton Carter,")
    before = taken(send_file(lounge.ada, faulty, NOW, kind="projections", slate_id=slate))
    players = lounge.get(lounge.ada, f"/dfs/slates/{slate}/players", "list_slate_players").body["players"]
    by_name = {player["name"]: player["id"] for player in players}

    def save(user: tuple[int, str], player: str, alias: str) -> Answer:
        body = {"slate_id": slate, "player_id": by_name[player], "alias": alias}
        with clock.held_at(NOW):
            return call("save_alias", "PUT", "/dfs/aliases", user=user, body=body)

    save(lounge.ada, "Bub Carter", "Will Haas").problem(409, "ALIAS_TAKEN")
    save(lounge.ada, "Bub Carter", "...").problem(422, "INVALID_VALUE")
    save(lounge.bob, "Bub Carter", "Carlton Carter").problem(404, "SLATE_NOT_FOUND")
    for _ in range(2):
        saved = save(lounge.ada, "Bub Carter", "Carlton Carter")
        assert saved.body == {
            "sport": "basketball_nba", "team": "NYK", "alias": "Carlton Carter", "name": "Bub Carter",
        }  # fmt: skip
    after = taken(send_file(lounge.ada, faulty, NOW, kind="projections", slate_id=slate))
    assert (before["rejected"], after["rejected"]) == (1, 0)
    assert after["upload_id"] != before["upload_id"]


def test_fanduel_needs_the_start(lounge: Lounge) -> None:
    send_file(lounge.ada, made.players_list(), NOW, kind="fd_players").problem(422, "INVALID_VALUE")
    report = taken(send_file(lounge.ada, made.players_list(), NOW, kind="fd_players", starts_at="2030-01-13T00:00:00Z"))
    slate = lounge.get(lounge.ada, f"/dfs/slates/{report['slate_id']}", "get_slate").body
    assert (slate["site"], slate["format"]) == ("fanduel", "fd_nba_classic")
    entries = taken(send_file(lounge.ada, made.fanduel_entries(), NOW, kind="fd_entries"))
    assert (entries["slate_id"], entries["rejected"]) == (report["slate_id"], 0)


def test_entries_find_their_slate_and_know_what_is_locked(lounge: Lounge) -> None:
    slate = a_slate(lounge)
    started = made.entries(started=frozenset({"BOS", "NYK"}))
    report = taken(send_file(lounge.ada, started, AFTER_FIRST, kind="dk_entries"))
    assert (report["slate_id"], report["rows"], report["rejected"]) == (slate, 33, 0)
    rows = lounge.rows(
        "SELECT entry_key, contest_key, contest_name, fee, cells, players, locked FROM dfs_entries"
        " WHERE file_id = %s ORDER BY line",
        report["entry_file_id"],
    )
    assert len(rows) == 9
    assert (rows[0]["contest_name"], rows[0]["fee"]) == ('NBA "Late" $40K, 20 Max', "$3 ")
    assert rows[0]["locked"] == [True, True, False, False, False, False, False, True]
    assert rows[0]["cells"][0] == "D'Arcy O'Mara (40000001) (LOCKED)"
    assert rows[8]["players"] == [None] * 8


def test_entries_make_their_slate_before_the_first_game(lounge: Lounge) -> None:
    report = taken(send_file(lounge.ada, made.entries(), NOW, kind="dk_entries"))
    assert lounge.get(lounge.ada, f"/dfs/slates/{report['slate_id']}", "get_slate").body["format"] == "dk_nba_classic"
    started = made.entries(started=frozenset({"BOS"}))
    send_file(lounge.bob, started, AFTER_FIRST, kind="dk_entries").problem(409, "WRONG_SLATE")


REFUSED: dict[str, tuple[bytes, dict[str, object], int, str]] = {
    "no header": (b"a,b\n1,2\n", {"kind": "dk_salaries"}, 422, "HEADER_NOT_FOUND"),
    "no salary": (made.salaries().replace(b"Salary", b"Cost"), {"kind": "dk_salaries"}, 422, "COLUMN_MISSING"),
    "too many rows": (b"\n" * 5_001, {"kind": "projections"}, 422, "INVALID_VALUE"),
    "too many lines": (b"\n" * 5_001, {"kind": "dk_entries"}, 422, "TOO_MANY_ROWS"),
    "nothing": (b"", {"kind": "dk_salaries"}, 422, "INVALID_VALUE"),
    "no such slate": (made.projections(), {"kind": "projections", "slate_id": 999}, 404, "SLATE_NOT_FOUND"),
    "no such kind": (made.salaries(), {"kind": "salaries"}, 422, "INVALID_VALUE"),
    "too large": (b"x" * 2_000_001, {"kind": "dk_salaries"}, 413, "PAYLOAD_TOO_LARGE"),
    "a slot that no contest has": (
        made.salaries().replace(b"/UTIL", b"/FLEX"), {"kind": "dk_salaries"}, 422, "FORMAT_UNKNOWN",
    ),
    "nobody was sent": (b"", {"kind": "dk_standings", "key": "0" * 64}, 404, "FILE_NOT_SENT"),
    "no digest": (b"", {"kind": "dk_standings", "key": "../1"}, 404, "FILE_NOT_SENT"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused(lounge: Lounge, case: str) -> None:
    content, query, status, code = REFUSED[case]
    send_file(lounge.ada, content, NOW, **query).problem(status, code)
    assert lounge.rows("SELECT id FROM dfs_uploads") == []


def test_projections_of_another_slate_are_refused(lounge: Lounge) -> None:
    slate = a_slate(lounge)
    other = b"Name,Team,FPTS\n" + b"\n".join(b"Somebody %d,BOS,30" % number for number in range(10))
    send_file(lounge.ada, other, NOW, kind="projections", slate_id=slate).problem(409, "WRONG_SLATE")


def test_a_large_file_comes_by_a_signed_address(lounge: Lounge, s3: Any) -> None:
    content = made.standings()
    digest = hashlib.sha256(content).hexdigest()
    body = {"kind": "dk_standings", "bytes": len(content), "sha256": digest}
    with clock.held_at(NOW):
        address = call("create_upload_address", "POST", "/dfs/uploads/url", user=lounge.ada, body=body)
        too_large = call(
            "create_upload_address", "POST", "/dfs/uploads/url", user=lounge.ada,
            body={**body, "kind": "projections", "bytes": 2_000_001},
        )  # fmt: skip
    assert address.status == 201
    assert too_large.fields() == {"bytes"}
    key = f"incoming/{lounge.ada[0]}/{digest}"
    assert urlsplit(address.body["url"]).path.endswith(key)
    s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    report = taken(send_file(lounge.ada, b"", NOW, kind="dk_standings", key=address.body["key"]))
    assert (report["kind"], report["rows"], report["bom"], report["slate_id"]) == ("dk_standings", 36, True, None)
    send_file(lounge.bob, b"", NOW, kind="dk_standings", key=digest).problem(404, "FILE_NOT_SENT")
    s3.put_object(Bucket=BUCKET, Key=key, Body=content + b"more")
    send_file(lounge.ada, b"", NOW, kind="dk_standings", key=digest).problem(404, "FILE_NOT_SENT")


def test_recorded_files(lounge: Lounge, recordings: Path) -> None:
    folder = recordings / "dfs" / "slate_2025-01-12"
    before = datetime(2025, 1, 12, 18, tzinfo=UTC)
    salaries = taken(send_file(lounge.ada, (folder / "DKSalaries.csv").read_bytes(), before, kind="dk_salaries"))
    slate = salaries["slate_id"]
    assert (salaries["accepted"], salaries["rejected"]) == (209, 0)
    projections = (folder / "Projections.csv").read_bytes()
    made_set = taken(send_file(lounge.ada, projections, before, kind="projections", slate_id=slate))
    assert (made_set["accepted"], made_set["rejected"]) == (209, 0)
    entries = (folder / "DKEntries.csv").read_bytes()
    report = taken(send_file(lounge.ada, entries, before + timedelta(hours=7), kind="dk_entries"))
    assert (report["slate_id"], report["rejected"]) == (slate, 0)
    assert {problem["code"] for problem in report["problems"]} == {"LOCK_DISAGREES"}


@pytest.mark.parametrize("is_public", [True, False])
def test_the_start_of_a_public_slate_counts_before_the_files_and_that_of_an_own_one_after(
    lounge: Lounge, *, is_public: bool
) -> None:
    slate = a_slate(lounge)
    if is_public:
        lounge.owner.execute("UPDATE slates SET user_id = NULL, external_id = '7', source = 'draftkings'")
    late = timedelta(hours=1)
    lounge.owner.execute("UPDATE slate_games SET starts_at = starts_at + %s WHERE key = 'BOS@NYK'", (late,))
    begun = NOW + timedelta(hours=4, minutes=10)  # by the file
    taken(send_file(lounge.ada, made.entries(), begun, kind="dk_entries", slate_id=slate))
    locked = [any(row["locked"]) for row in lounge.rows("SELECT locked FROM dfs_entries WHERE cells[1] <> ''")]
    assert locked == [not is_public] * len(made.LINEUPS)
    lounge.owner.execute("UPDATE slate_games SET state = 'postponed' WHERE key = 'BOS@NYK'")
    again = taken(send_file(lounge.ada, made.entries(end="\r\n"), begun + late, kind="dk_entries", slate_id=slate))
    rows = lounge.rows("SELECT locked FROM dfs_entries WHERE file_id = %s AND cells[1] <> ''", again["entry_file_id"])
    assert [any(row["locked"]) for row in rows] == [not is_public] * len(made.LINEUPS)
