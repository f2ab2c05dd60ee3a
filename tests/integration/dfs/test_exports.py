"""A build's lineups go back to the site in the user's own file of entries, or alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.dfs.files.entries import EntriesFile, read_entries
from pickvs.dfs.files.text import rows, spans
from tests.support import dfs_files as made
from tests.support.dfs import Lounge
from tests.support.gateway import call
from tests.support.uploads import export, send_file, users_files

NOW = datetime(2030, 1, 12, 20, 0, tzinfo=UTC)
AFTER_FIRST = NOW + timedelta(hours=5)
_FITTING = {
    slot: [player.name for player in made.PLAYERS if slot in player.slots.split("/")] for slot in made.DRAFTKINGS_SLOTS
}
RESERVED = 7
"""Entries of the made-up file without a lineup. Two have one."""


@pytest.fixture(autouse=True)
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with users_files(monkeypatch) as client:
        yield client


def uploaded(lounge: Lounge, entries: bytes, at: datetime = NOW) -> tuple[int, int, int]:
    """Upload a slate, projections and entries. Returns the ids of slate, set and file."""
    slate = send_file(lounge.ada, made.salaries(), NOW, kind="dk_salaries").body["slate_id"]
    projections = send_file(lounge.ada, made.projections(2), NOW, kind="projections", slate_id=slate).body
    file = send_file(lounge.ada, entries, at, kind="dk_entries").body
    return slate, projections["projection_set_id"], file["entry_file_id"]


def built(lounge: Lounge, slate: int, projections: int, count: int) -> int:
    """Store a build that is done: lineups of anybody who fills the slots."""
    rows = lounge.rows("SELECT id, site_player_id FROM slate_players WHERE slate_id = %s", slate)
    ids = {row["site_player_id"]: row["id"] for row in rows}
    random = Random(count)  # noqa: S311
    lineups = [[ids[str(made.BY_NAME[name].site_id)] for name in seats(random)] for _ in range(count)]
    return a_build(lounge, slate, projections, lineups)


def seats(random: Random) -> list[str]:
    """Return names that fill the slots, each once."""
    while True:
        names = [random.choice(_FITTING[slot]) for slot in made.DRAFTKINGS_SLOTS]
        if len(set(names)) == len(names):
            return names


def a_build(
    lounge: Lounge,
    slate: int,
    projections: int,
    lineups: list[list[int | None]] | list[list[int]],
    *,
    file: int | None = None,
    lines: list[int] | None = None,
    kept: dict[int, str] | None = None,
) -> int:
    """Store a build that is done. lines: of the entries that a late swap is for. kept: why one was kept, by line."""
    [build] = lounge.rows(
        "INSERT INTO dfs_builds (user_id, slate_id, projection_set_id, entry_file_id, is_dry_run, settings, seed,"
        " wanted, state, found, created_at, ended_at) VALUES (%s, %s, %s, %s, false, '{}', 1, %s, 'done', %s, %s, %s)"
        " RETURNING id",
        *(lounge.ada[0], slate, projections, file, len(lineups), len(lineups), NOW, NOW),
    )
    for number, lineup in enumerate(lineups):
        line = None if lines is None else lines[number]
        lounge.owner.execute(
            "INSERT INTO lineups (build_id, lineup_no, players, points, salary, fingerprint, entry_line, kept_because)"
            " VALUES (%s, %s, %s, 0, 0, %s, %s, %s)",
            (build["id"], number + 1, lineup, str(number), line, (kept or {}).get(line or 0)),
        )
    return int(build["id"])


def stored(lounge: Lounge, build: int) -> list[list[str]]:
    """Return the site's ids of the lineups of a build."""
    found = lounge.rows(
        "SELECT array_agg(player.site_player_id ORDER BY place) AS ids FROM lineups lineup"
        " CROSS JOIN LATERAL unnest(lineup.players) WITH ORDINALITY AS named (id, place)"
        " JOIN slate_players player ON player.id = named.id"
        " WHERE lineup.build_id = %s GROUP BY lineup.lineup_no ORDER BY lineup.lineup_no",
        build,
    )
    return [row["ids"] for row in found]


def sent_back(answer: Any) -> tuple[bytes, EntriesFile]:
    assert answer.status == 200, answer.body
    content = answer.body.encode()
    return content, read_entries(content, "draftkings")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_entries_come_back_with_the_lineups_and_else_unchanged(lounge: Lounge, end: str) -> None:
    original = made.entries(end=end)
    slate, projections, _ = uploaded(lounge, original)
    build = built(lounge, slate, projections, 2 + RESERVED)
    answer = export(lounge.ada, build, NOW)
    content, file = sent_back(answer)
    assert f'filename="build-{build}-entries.csv"' in answer.headers["content-disposition"]
    assert [[cell.site_id for cell in entry.cells] for entry in file.entries] == stored(lounge, build)
    for before, after in zip(rows(original.decode()), rows(content.decode()), strict=True):
        was, now = ([row.raw[start:stop] for start, stop in spans(row.raw)] for row in (before, after))
        assert was[:4] + was[12:] == now[:4] + now[12:]
    again = send_file(lounge.ada, content, NOW, kind="dk_entries").body
    assert (again["slate_id"], again["rejected"]) == (slate, 0)


def test_counts_that_differ_are_said(lounge: Lounge) -> None:
    slate, projections, _ = uploaded(lounge, made.entries())
    few, many = built(lounge, slate, projections, 3), built(lounge, slate, projections, 12)
    for build in (few, many):
        export(lounge.ada, build, NOW).problem(409, "COUNTS_DIFFER")
    _, file = sent_back(export(lounge.ada, few, NOW, partial="true"))
    assert [bool(entry.cells[0].site_id) for entry in file.entries] == [True] * 3 + [False] * 6
    _, file = sent_back(export(lounge.ada, many, NOW, partial="true"))
    assert [[cell.site_id for cell in entry.cells] for entry in file.entries] == stored(lounge, many)[:9]


def test_a_locked_slot_is_not_overwritten(lounge: Lounge) -> None:
    slate, projections, file_id = uploaded(lounge, made.entries())
    build = built(lounge, slate, projections, 9)
    locked = export(lounge.ada, build, AFTER_FIRST).problem(409, "SLOTS_LOCKED")
    assert set(locked["entries"]) <= {"4560000001", "4560000002"}
    late = made.entries(started=frozenset({"BOS", "NYK"}), reserved=0)
    send_file(lounge.ada, late, AFTER_FIRST, kind="dk_entries")
    export(lounge.ada, build, AFTER_FIRST, partial="true").problem(409, "SLOTS_LOCKED")
    assert export(lounge.ada, build, NOW, entry_file_id=str(file_id)).status == 200


def test_lineups_alone(lounge: Lounge) -> None:
    slate, projections, _ = uploaded(lounge, made.entries())
    build = built(lounge, slate, projections, 4)
    answer = export(lounge.ada, build, NOW, format="lineups")
    lines = answer.body.split("\r\n")
    assert lines[0] == "PG,SG,SF,PF,C,G,F,UTIL"
    assert [line.split(",") for line in lines[1:-1]] == stored(lounge, build)
    assert lines[-1] == ""


def test_a_file_in_another_encoding_comes_back_in_utf_8(lounge: Lounge) -> None:
    text = made.entries().decode().replace("Đurić", "Müller").replace("Šime Kovač", "Sime Kova")
    salaries = made.salaries().decode().replace("Đurić", "Müller").replace("Šime Kovač", "Sime Kova")
    slate = send_file(lounge.ada, salaries.encode("windows-1252"), NOW, kind="dk_salaries").body["slate_id"]
    projections = made.projections(3)
    sets = send_file(lounge.ada, projections, NOW, kind="projections", slate_id=slate).body
    send_file(lounge.ada, text.encode("windows-1252"), NOW, kind="dk_entries")
    build = built(lounge, slate, sets["projection_set_id"], 9)
    answer = export(lounge.ada, build, NOW)
    assert answer.body.startswith("\ufeffEntry ID,")
    assert "Nikola Müller" in answer.body


def test_what_is_somebody_else_s_or_gone_is_not_found(lounge: Lounge, s3: Any) -> None:
    slate, projections, file_id = uploaded(lounge, made.entries())
    build = built(lounge, slate, projections, 9)
    export(lounge.bob, build, NOW).problem(404, "BUILD_NOT_FOUND")
    export(lounge.ada, build, NOW, entry_file_id="999").problem(404, "ENTRY_FILE_NOT_FOUND")
    for each in s3.list_objects_v2(Bucket="uploads")["Contents"]:
        s3.delete_object(Bucket="uploads", Key=each["Key"])
    export(lounge.ada, build, NOW, entry_file_id=str(file_id)).problem(404, "FILE_GONE")


def test_a_late_swap_goes_into_its_entries(lounge: Lounge) -> None:
    late = made.entries(started=frozenset({"BOS", "NYK"}))
    slate, projections, file = uploaded(lounge, late, AFTER_FIRST)
    first, second = lounge.rows("SELECT line, players FROM dfs_entries WHERE file_id = %s ORDER BY line LIMIT 2", file)
    [swapped_in] = lounge.rows("SELECT id FROM slate_players WHERE name = 'Max Orr' AND slate_id = %s", slate)
    lineup = list(first["players"])
    lineup[2] = swapped_in["id"]
    build = a_build(
        lounge, slate, projections, [lineup, second["players"]],
        file=file, lines=[first["line"], second["line"]], kept={second["line"]: "No better lineup is open."},
    )  # fmt: skip
    content, _ = sent_back(export(lounge.ada, build, AFTER_FIRST))
    assert content == late.replace(b"Gus Petit (40000043)", b"Max Orr (40000061)", 1)


def test_a_late_swap_finds_its_entries_in_a_file_with_another_order(lounge: Lounge) -> None:
    late = made.entries(started=frozenset({"BOS", "NYK"}))
    slate, projections, file = uploaded(lounge, late, AFTER_FIRST)
    [first] = lounge.rows("SELECT line, players FROM dfs_entries WHERE file_id = %s ORDER BY line LIMIT 1", file)
    [swapped_in] = lounge.rows("SELECT id FROM slate_players WHERE name = 'Max Orr' AND slate_id = %s", slate)
    lineup = list(first["players"])
    lineup[2] = swapped_in["id"]
    build = a_build(lounge, slate, projections, [lineup], file=file, lines=[first["line"]])
    one, other = (line.partition(",,")[0] for line in late.decode().split("\n")[1:3])
    turned = late.decode().replace(one, "?").replace(other, one).replace("?", other)
    alone = turned.replace("4560000001", "4569999999")
    files = [
        send_file(lounge.ada, content.encode(), AFTER_FIRST, kind="dk_entries").body["entry_file_id"]
        for content in (turned, alone)
    ]
    content, _ = sent_back(export(lounge.ada, build, AFTER_FIRST, entry_file_id=str(files[0])))
    assert content.decode() == turned.replace("Gus Petit (40000043)", "Max Orr (40000061)", 1)
    export(lounge.ada, build, AFTER_FIRST, entry_file_id=str(files[1])).problem(409, "COUNTS_DIFFER")
    content, _ = sent_back(export(lounge.ada, build, AFTER_FIRST, entry_file_id=str(files[1]), partial="true"))
    assert content.decode() == alone


def test_from_the_site_s_files_to_an_upload_by_the_real_builder(lounge: Lounge) -> None:
    original = made.entries()
    slate, projections, file = uploaded(lounge, original)
    body = {"slate_id": slate, "projection_set_id": projections, "count": 2 + RESERVED, "seed": 1}
    swap = {**body, "late_swap_file_id": file, "count": 2 + RESERVED}
    for at, wanted in ((NOW, body), (AFTER_FIRST, swap)):
        with clock.held_at(at):
            answer = call("create_build", "POST", "/dfs/builds", user=lounge.ada, body=wanted)
        assert answer.status == 202, answer.body
        assert lounge.work(at)["done"] == 1
        content, _ = sent_back(export(lounge.ada, int(answer.body["id"]), at))
        again = send_file(lounge.ada, content, at, kind="dk_entries").body
        assert (again["slate_id"], again["rejected"]) == (slate, 0)
    # The swap keeps the players of the game that has begun, cell by cell.
    before = read_entries(original, "draftkings", now=AFTER_FIRST)
    after = read_entries(content, "draftkings", now=AFTER_FIRST)
    for was, now in zip(before.entries, after.entries, strict=True):
        for old, new in zip(was.cells, now.cells, strict=True):
            assert not (old.site_id and old.lock.locked) or old.text == new.text
