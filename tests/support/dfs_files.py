"""A made-up slate of two games in the shapes of the sites' files, for machines without recordings."""

from dataclasses import dataclass

DRAFTKINGS_SLOTS = ("PG", "SG", "SF", "PF", "C", "G", "F", "UTIL")
FANDUEL_SLOTS = ("PG", "PG", "SG", "SG", "SF", "SF", "PF", "PF", "C")
SALARIES_HEADER = "Position,Name + ID,Name,ID,Roster Position,Salary,Game Info,TeamAbbrev,AvgPointsPerGame"
FANDUEL_HEADER = (
    "Id,Position,First Name,Nickname,Last Name,FPPG,Played,Salary,Game,Team,Opponent,Injury Indicator,"
    "Injury Details,Tier"
)
GAMES = {
    "BOS": ("BOS@NYK", "01/12/2030 07:00PM ET"),
    "NYK": ("BOS@NYK", "01/12/2030 07:00PM ET"),
    "LAL": ("LAL@DEN", "01/12/2030 09:30PM ET"),
    "DEN": ("LAL@DEN", "01/12/2030 09:30PM ET"),
}
INSTRUCTIONS = (
    "Instructions", "1. Column A lists the entries", "2. The lineup stands beside it", "3. Change a lineup by the IDs",
    "4. A name alone is not enough", "5. Include only what you change",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    name: str
    team: str
    positions: str
    salary: int
    site_id: int

    @property
    def slots(self) -> str:
        wide = {"PG": "G", "SG": "G", "SF": "F", "PF": "F"}
        places = self.positions.split("/")
        return "/".join(dict.fromkeys([*places, *(wide[place] for place in places if place in wide), "UTIL"]))

    @property
    def label(self) -> str:
        return f"{self.name} ({self.site_id})"


def _players() -> tuple[Made, ...]:
    table = {
        "BOS": "D'Arcy O'Mara:PG, J.T. Quill Jr.:PG/SG, Nikola Đurić:SF, Ben Vale:PF/C, Tom Okafor-Hale:C,"
        " Al Reyes III:SF/PF",
        "NYK": "Bub Carter:PG, Kay Lindqvist:SG, Šime Kovač:SG/SF, Will Haas:PF, Ola Nwosu:C, R.J. Pell:PF/C",
        "LAL": "Ty Marsh:PG, Abe Lund:SG, Gus Petit:SF, Ned Ashby:SF/PF, Ivo Brandt:C, Cy Doyle:PG/SG",
        "DEN": "Roy Tibbs:PG, Lou Fenn:SG/SF, Max Orr:SF, Sid Crane:PF, Hal Bligh:C, Ike Noor:SG",
    }  # fmt: skip
    people = [(*person.split(":"), team) for team, names in table.items() for person in names.split(", ")]
    return tuple(
        Made(name, team, positions, 9_800 - 300 * number, 40_000_001 + 3 * number)
        for number, (name, positions, team) in enumerate(people)
    )


PLAYERS = _players()
BY_NAME = {player.name: player for player in PLAYERS}
LINEUPS = (
    ("D'Arcy O'Mara", "Kay Lindqvist", "Gus Petit", "Sid Crane", "Hal Bligh", "Ty Marsh", "Ned Ashby", "Ben Vale"),
    ("Roy Tibbs", "Lou Fenn", "Nikola Đurić", "Will Haas", "Ola Nwosu", "Abe Lund", "Al Reyes III", "Ivo Brandt"),
)
FANDUEL_LINEUP = (
    "D'Arcy O'Mara", "Roy Tibbs", "Kay Lindqvist", "Abe Lund", "Gus Petit", "Max Orr", "Will Haas", "Sid Crane",
    "Hal Bligh",
)  # fmt: skip


def salary_line(player: Made, *, started: frozenset[str] = frozenset()) -> str:
    matchup = "In Progress" if player.team in started else " ".join(GAMES[player.team])
    label = player.label + (" (LOCKED)" if player.team in started else "")
    cells = (
        player.positions,
        label,
        player.name,
        player.site_id,
        player.slots,
        player.salary,
        matchup,
        player.team,
        30.5,
    )
    return ",".join(str(cell) for cell in cells)


def salaries(end: str = "\n") -> bytes:
    return end.join([SALARIES_HEADER, *(salary_line(player) for player in PLAYERS)]).encode() + end.encode()


def entries(*, started: frozenset[str] = frozenset(), end: str = "\n", reserved: int = 7) -> bytes:
    """Entries with and without a lineup, ragged, the titles of the table beside the eighth."""
    left = [["Entry ID", "Contest Name", "Contest ID", "Entry Fee", *DRAFTKINGS_SLOTS]]
    for number in range(len(LINEUPS) + reserved):
        lineup = [BY_NAME[name] for name in LINEUPS[number]] if number < len(LINEUPS) else []
        cells = [player.label + (" (LOCKED)" if player.team in started else "") for player in lineup]
        left.append(
            [str(4_560_000_001 + number), '"NBA ""Late"" $40K, 20 Max"', "171691346", "$3 ", *(cells or [""] * 8)]
        )
    right = [[text] for text in INSTRUCTIONS] + [[], SALARIES_HEADER.split(",")]
    right += [salary_line(player, started=started).split(",") for player in PLAYERS]
    lines = []
    for number in range(max(len(left), len(right))):
        cells = left[number] if number < len(left) else [""] * 12
        beside = right[number] if number < len(right) else []
        lines.append(",".join([*cells, "", *beside]))
    return (end.join(lines) + end).encode()


def showdown(end: str = "\n") -> bytes:
    """A template for lineups of one game, with the rows of captains before the others."""
    players = [player for player in PLAYERS if player.team in {"LAL", "DEN"}]
    lines = ["CPT,UTIL,UTIL,UTIL,UTIL,UTIL,,Instructions", *(f",,,,,,,{text}" for text in INSTRUCTIONS[1:]), " "]
    lines.append(",,,,,,," + SALARIES_HEADER)
    for captain in (True, False):
        for player in players:
            site_id, slot = (player.site_id + 1, "CPT") if captain else (player.site_id, "UTIL")
            salary = player.salary * 3 // 2 if captain else player.salary
            game = " ".join(GAMES[player.team])
            cells = (
                player.positions,
                f"{player.name} ({site_id})",
                player.name,
                site_id,
                slot,
                salary,
                game,
                player.team,
                1,
            )
            lines.append(",,,,,,," + ",".join(str(cell) for cell in cells))
    return (end.join(lines) + end).encode()


def fanduel_id(player: Made) -> str:
    return f"55014-{player.site_id - 40_000_000}"


def fanduel_line(player: Made) -> str:
    first, _, last = player.name.partition(" ")
    away, home = GAMES[player.team][0].split("@")
    opponent = home if player.team == away else away
    return (
        f"{fanduel_id(player)},{player.positions},{first},{player.name},{last},31.25,30,{player.salary},{away}@{home},"
        f"{player.team},{opponent},GTD,Ankle,"
    )


def players_list() -> bytes:
    return "\r\n".join([FANDUEL_HEADER, *(fanduel_line(player) for player in PLAYERS)]).encode()


def fanduel_entries() -> bytes:
    left = ["entry_id,contest_id,contest_name,entry_fee," + ",".join(FANDUEL_SLOTS) + ',"","Instructions"']
    cells = [f'"{fanduel_id(BY_NAME[name])}:{name}"' for name in FANDUEL_LINEUP]
    left.append(
        ",".join(['"3670015043"', '"55014-279208572"', '"FD ""Big"" Shot"', '"0.25"', *cells, '""', '"1) Fill"'])
    )
    left.append(
        ",".join(['"3670015044"', '"55014-279208572"', '"FD ""Big"" Shot"', '"0.25"', *['""'] * 9, '""', '"2) Save"'])
    )
    blank = ",".join(['""'] * 14)
    table = [f"{blank},Player ID + Player Name,{FANDUEL_HEADER}"]
    table += [f"{blank},{fanduel_id(player)}:{player.name},{fanduel_line(player)}" for player in PLAYERS]
    return ("\n".join([*left, *table]) + "\n").encode()


def projections(layout: int = 0) -> bytes:
    """Projections in one of four layouts. The last player of the file is not in the slate, and projected at 0."""
    headers = (
        "Name,Position,Team,Minutes,Salary,Fpts,Own%,StdDev,Field Proj",
        "Name,Position,Team,Minutes,Salary,Fpts,Own%,StdDev,FieldFpts",
        "Name,Position,Team,Salary,FPTS,StdDev,Ceiling,Own%,Minutes,FieldFpts",
        "ID,Player,Pos,Team,Salary,Projection,Own_Proj,Floor,Ceiling",
    )
    lines = [headers[layout]]
    for number, player in enumerate(PLAYERS):
        name, team, points = player.name, player.team, f"{40 - number}.25"
        values = {
            "Name": name, "Player": name, "Position": player.positions, "Pos": player.positions, "Team": team,
            "Minutes": "30", "Salary": str(player.salary), "Fpts": points, "FPTS": points, "Projection": points,
            "Own%": "33.30", "Own_Proj": "0.333", "StdDev": "9.5", "Ceiling": "70.5", "Floor": "0",
            "Field Proj": points, "FieldFpts": points, "ID": str(player.site_id),
        }  # fmt: skip
        lines.append(",".join(values[title] for title in headers[layout].split(",")))
    gone = {"Name": "Gone Away", "Player": "Gone Away", "Team": "BOS", "Salary": "3000", "Position": "C", "Pos": "C"}
    lines.append(",".join(gone.get(title, "0") for title in headers[layout].split(",")))
    return ("\n".join(lines) + "\n").encode()


def standings(*, in_play: bool = False) -> bytes:
    order = sorted(range(8), key=lambda place: DRAFTKINGS_SLOTS[place])
    late = {"LAL", "DEN"}
    lines = ["Rank,EntryId,EntryName,TimeRemaining,Points,Lineup,,Player,Roster Position,%Drafted,FPTS"]
    drafted = [
        f"{name},{slot},50.00%,{20 + place}.25"
        for lineup in LINEUPS
        for place, (slot, name) in enumerate(zip(DRAFTKINGS_SLOTS, lineup, strict=True))
        if not (in_play and BY_NAME[name].team in late)
    ]
    for number in range(20):
        lineup = LINEUPS[number % 2]
        shown = [(DRAFTKINGS_SLOTS[place], lineup[place]) for place in order]
        words = [f"{slot} {'LOCKED' if in_play and BY_NAME[name].team in late else name}" for slot, name in shown]
        text = " ".join(words) if number < 18 else ""
        right = drafted[number] if number < len(drafted) else ""
        remaining = "96.5" if in_play else "0"
        left = f"{number + 1},{4561000000 + number},user{number} ({number + 1}/20),{remaining},{300 - number}.5"
        lines.append(f"{left},{text},,{right}")
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()
