"""Damage to the sites' files: one to four random changes of bytes, cells, lines or columns."""

from random import Random

_CELLS = (
    b"", b" ", b'"', b'""', b"'", b",", b"NaN", b"-inf", b"1e9", b"-1", b"0", b"99999999999999999999", b"=1+1", b"%",
    b"@SUM(A1)", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", "é".encode(), "🏀".encode(), "٣".encode(), "\u2028".encode(),
    b"(LOCKED)", b"In Progress", b"Final", b"A@B", b"X (40000001)", b"40000001 (LOCKED)", b"55014-1:", b"C F G",
    b"02/30/2030 99:99PM ET",
)  # fmt: skip


def damaged(data: bytes, random: Random) -> bytes:
    """Return the file with one to four changes."""
    for _ in range(random.randint(1, 4)):
        data = random.choice((_bytes, _bytes, _cell, _cell, _cell, _lines, _columns, _cut))(data, random)
    return data


def _bytes(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return (
        data[:at] + random.choice((random.randbytes(random.randint(0, 3)), b'"', b",", b"\n", b"\r")) + data[at + 1 :]
    )


def _cell(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    cells = lines[at].split(b",")
    place = random.randrange(len(cells))
    other = random.choice(lines).split(b",")
    cells[place] = random.choice((random.choice(_CELLS), random.choice(other), other[min(place, len(other) - 1)]))
    return b"\n".join([*lines[:at], b",".join(cells), *lines[at + 1 :]])


def _lines(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    kind = random.randrange(4)
    if kind == 0:
        del lines[one]
    elif kind == 1:
        lines.insert(other, lines[one])
    elif kind == 2:
        lines[one], lines[other] = lines[other], lines[one]
    else:
        lines[one] += b"," + lines[other]
    return b"\n".join(lines)


def _columns(data: bytes, random: Random) -> bytes:
    lines = [line.split(b",") for line in data.split(b"\n")]
    one = random.randrange(max(map(len, lines)))
    other = random.randrange(max(map(len, lines)))
    for cells in lines:
        if one < len(cells) and other < len(cells):
            cells[one], cells[other] = cells[other], cells[one]
        elif one < len(cells):
            del cells[one]
    return b"\n".join(b",".join(cells) for cells in lines)


def _cut(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data) + 1)
    return data[:start] + data[start + random.randrange(200) :]
