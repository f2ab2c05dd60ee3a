"""Both sources of races as an HTTP server on loopback, played from the recorded tables of a season."""

import json
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pickvs.fantasy.events.formula_one.rules import Kind
from tests.support.formula_one import LISTS, NULL, Row, Tables, answer, rendered_race, rendered_row, schedule_answer

TABLES: Mapping[Kind, str] = {"race": "results", "sprint": "sprint_results", "qualifying": "qualifying"}
KINDS: Mapping[str, Kind] = {"results": "race", "sprint": "sprint", "qualifying": "qualifying"}
FILES: Mapping[Kind, str] = {
    "race": "race-results.yml",
    "sprint": "sprint-race-results.yml",
    "qualifying": "qualifying-results.yml",
}
STATUSES = {"R": "DNF", "N": "NC", "D": "DSQ", "E": "EX", "W": "DNS", "F": "DNQ"}


@dataclass
class RaceSources:
    """A season as it is known. published: results of the first source, by round and session. released: rounds that the
    second source has. gone: rounds that the first one does not list any more. status: of every answer.
    """

    tables: Tables
    season: int
    published: set[tuple[int, Kind]] = field(default_factory=set)
    released: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    status: int = 200
    asked: list[str] = field(default_factory=list)

    @property
    def races(self) -> list[Row]:
        return self.tables.of_season(self.season)

    def publish(self, number: int, *kinds: Kind) -> None:
        self.published |= {(number, kind) for kind in kinds}

    def answer(self, address: str) -> bytes:
        self.asked.append(address)
        parts = urlsplit(address)
        path = parts.path.strip("/").split("/")
        if path[0] == "git":
            return self._tree_or_file(parts.path)
        asked = parse_qs(parts.query)
        limit, offset = (int(asked[name][0]) for name in ("limit", "offset"))
        return self._jolpica(path[2:], limit, offset)

    def _jolpica(self, path: list[str], limit: int, offset: int) -> bytes:
        match path:
            case [_, "races"]:
                document = json.loads(schedule_answer(self.tables, self.season))
                races = document["MRData"]["RaceTable"]["Races"]
                listed = [race for race in races if int(race["round"]) not in self.gone]
                return answer({"RaceTable": {"Races": listed}}, len(listed))
            case [_, "drivers"]:
                return self._drivers()
            case [season, "driverstandings"]:
                return self._standings(int(season))
            case [_, _, "drivers"]:
                return answer({"DriverTable": {"Drivers": []}}, 0)  # it lists them with the results of the round
            case [_, part]:
                return self._results(KINDS[part], None, limit, offset)
            case [_, number, part]:
                return self._results(KINDS[part], int(number), limit, offset)
        raise AssertionError(path)

    def _results(self, kind: Kind, only: int | None, limit: int, offset: int) -> bytes:
        told = [
            (race, row)
            for number, race in enumerate(self.races, start=1)
            if (number, kind) in self.published and only in (None, number)
            for row in self._rows(kind, race)
        ]
        races: dict[str, dict[str, Any]] = {}
        for race, row in told[offset : offset + limit]:
            found = races.setdefault(race["raceId"], {**rendered_race(race), LISTS[kind]: []})
            found[LISTS[kind]].append(rendered_row(self.tables, row, kind))
        return answer({"RaceTable": {"Races": list(races.values())}}, len(told), offset, limit)

    def _rows(self, kind: Kind, race: Row) -> list[Row]:
        return [row for row in self.tables.rows(TABLES[kind]) if row["raceId"] == race["raceId"]]

    def _drivers(self) -> bytes:
        drivers = [self.tables.drivers[row["driverId"]] for row in self._rows("race", self.races[0])]
        rows = [
            {
                "driverId": row["driverRef"],
                "code": row["code"],
                "givenName": row["forename"],
                "familyName": row["surname"],
                **({"permanentNumber": row["number"]} if row["number"] != NULL else {}),
            }
            for row in drivers
        ]
        return answer({"DriverTable": {"Drivers": rows}}, len(rows))

    def _standings(self, season: int) -> bytes:
        races = self.tables.of_season(season)
        if season == self.season:
            races = races[: max((number for number, kind in self.published if kind == "race"), default=0)]
        if not races:
            return answer({"StandingsTable": {"StandingsLists": []}}, 0)
        last = races[-1]["raceId"]
        rows = [
            {
                "position": row["position"],
                "positionText": row["positionText"],
                "points": row["points"],
                "Driver": {"driverId": self.tables.drivers[row["driverId"]]["driverRef"]},
            }
            for row in self.tables.rows("driver_standings")
            if row["raceId"] == last
        ]
        return answer({"StandingsTable": {"StandingsLists": [{"DriverStandings": rows}]}}, len(rows))

    def _tree_or_file(self, path: str) -> bytes:
        folders = {f"{number:02}-race": self._files(number) for number in sorted(self.released)}
        sha = path.rpartition("/")[2]
        if path.startswith("/git/blobs/"):
            [text] = {text for files in folders.values() for text in files.values() if _sha(text) == sha}
            return json.dumps({"content": b64encode(text.encode()).decode(), "encoding": "base64"}).encode()
        if ":" in sha or "races" in path:
            entries = [
                {"path": name, "type": "tree", "sha": _sha(json.dumps(files))} for name, files in folders.items()
            ]
        else:
            [files] = [files for files in folders.values() if _sha(json.dumps(files)) == sha]
            entries = [{"path": name, "type": "blob", "sha": _sha(text)} for name, text in files.items()]
        return json.dumps({"sha": sha, "tree": entries, "truncated": False}).encode()

    def _files(self, number: int) -> dict[str, str]:
        """The records of an event, as the second source writes them."""
        race = self.races[number - 1]
        files = {"race.yml": _race_record(race)}
        for kind, name in FILES.items():
            rows = self._rows(kind, race)
            if rows:
                files[name] = "".join(self._record(row, kind) for row in rows)
        fastest = sorted(
            (row for row in self._rows("race", race) if row["rank"] not in (NULL, "0")),
            key=lambda row: int(row["rank"]),
        )
        files["fastest-laps.yml"] = "".join(
            f"- position: {row['rank']}\n{self._driver(row)}  lap: {row['fastestLap']}\n"
            f'  time: "{row["fastestLapTime"]}"\n'
            for row in fastest
        )
        return files

    def _record(self, row: Row, kind: Kind) -> str:
        if kind == "qualifying":
            times = "".join(f'  {part}: "{row[part]}"\n' for part in ("q1", "q2", "q3") if row[part] not in (NULL, ""))
            return f"- position: {row['position']}\n{self._driver(row)}{times}"
        position = STATUSES.get(row["positionText"], row["positionText"])
        grid = "PL" if row["grid"] == "0" else row["grid"]
        points = "" if float(row["points"]) == 0 else f" {float(row['points']):g}"
        return f"- position: {position}\n{self._driver(row)}  points:{points}\n  gridPosition: {grid}\n"

    def _driver(self, row: Row) -> str:
        # The second source writes its ids with hyphens and in full.
        driver = self.tables.drivers[row["driverId"]]
        name = f"{driver['forename']} {driver['surname']}".lower().replace(" ", "-")
        plain = "".join(each for each in name.translate(_PLAIN) if each.isalnum() or each == "-")
        team = self.tables.teams[row["constructorId"]].replace("_", "-")
        number = row["number"] if row["number"] != NULL else driver["number"]
        return f"  driverNumber: {number}\n  driverId: {plain}\n  constructorId: {team}\n"


_PLAIN = str.maketrans("éüöäáñïí", "euoaanii")


def _race_record(race: Row) -> str:
    names = {"fp1": "freePractice1", "fp2": "freePractice2", "fp3": "freePractice3"}
    names |= {"quali": "qualifying", "sprint": "sprintRace"}
    lines = [f"date: {race['date']}", f"time: {race['time'][:5]}", "grandPrixId: somewhere"]
    lines += [f"circuitId: place-{race['circuitId']}"]
    for part, name in names.items():
        if race[f"{part}_date"] != NULL:
            lines += [f"{name}Date: {race[f'{part}_date']}", f"{name}Time: {race[f'{part}_time'][:5]}"]
    return "".join(f"{line}\n" for line in lines)


def _sha(text: str) -> str:
    return sha1(text.encode()).hexdigest()  # noqa: S324 - what git uses


@contextmanager
def served(sources: RaceSources) -> Iterator[str]:
    """Serve the sources, and yield their address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = sources.answer(self.path) if sources.status == 200 else b"{}"
            self.send_response(sources.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
