"""Takes files of users: reads them, puts what they hold where it belongs, and tells what was wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts.presence import hold_caller
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.dfs.entries import originals
from pickvs.dfs.files.names import same_team
from pickvs.dfs.files.report import FileRefused
from pickvs.dfs.slates import reading as slates
from pickvs.dfs.slates.queries import PlayerRow, SlateRow
from pickvs.dfs.uploads import queries
from pickvs.dfs.uploads.errors import alias_taken, needed, refused, too_many_uploads, unknown_upload
from pickvs.dfs.uploads.queries import UploadRow
from pickvs.dfs.uploads.rules import LONGEST_ALIAS, MOST_UPLOADS, UploadKind, most_bytes
from pickvs.dfs.uploads.schemas import Alias, UploadAddress, UploadFault, UploadReport
from pickvs.dfs.uploads.taking import Asked, Taken, take
from pickvs.sports.players.rules import player_name

if TYPE_CHECKING:
    from pickvs.dfs.uploads.requests import WantedAddress, WantedAlias


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, with what: a session, or an API key."""

    user_id: int
    session: UUID | None
    api_key_id: int | None

    def hold(self, connection: Connection) -> None:
        """Prevent the end of the account, session and key until the transaction ends. Raises Unauthenticated."""
        hold_caller(connection, self.user_id, session=self.session, api_key_id=self.api_key_id)


def upload(
    by: By,
    kind: UploadKind,
    *,
    content: bytes | None,
    key: str | None,
    slate_id: int | None,
    starts_at: datetime | None,
    is_strict: bool,
) -> UploadReport:
    """Read a file, keep it, and put what it holds where it belongs.

    content: the file; None if it was sent to a signed address, which `key` names. Players make a slate of the user's
    own, or change the one that has them; projections make a set; entries make a file of entries. starts_at: of the
    first game, for a list of players that does not say it. The same bytes with the same outcome are one upload.

    Raises Invalid if the file cannot be read at all or does not make a slate; Conflict (WRONG_SLATE, TOO_MANY_SETS,
    TOO_MANY_UPLOADS); NotFound (SLATE_NOT_FOUND, FILE_NOT_SENT); and Unauthenticated if account, session or key have
    ended.
    """
    with transaction() as connection:
        by.hold(connection)
    if content is None:
        if key is None:
            raise needed("body", "is missing: send the file, or name one that was sent (key)")
        content = originals.read_sent(by.user_id, key)
    if len(content) > most_bytes(kind):
        raise refused(FileRefused("TOO_LARGE", f"A file of this kind may have {most_bytes(kind):,} bytes."))
    asked = Asked(by.user_id, kind, content, slate_id, starts_at, is_strict)
    try:
        with transaction() as connection:
            by.hold(connection)
            return _stored(connection, asked)
    except FileRefused as error:
        raise refused(error) from error


def get_upload(user_id: int, upload_id: int) -> UploadReport:
    """Return an upload of the user with its report. Raises NotFound (UPLOAD_NOT_FOUND)."""
    with transaction(snapshot=True) as connection:
        found = queries.find(connection, upload_id, user_id)
    if found is None:
        raise unknown_upload()
    return _shown(found)


def sign_address(by: By, wanted: "WantedAddress") -> UploadAddress:
    """Return where the user's client may send a large file.

    Raises Invalid if it is too large for its kind, and Unauthenticated if account, session or key have ended.
    """
    if wanted.bytes > most_bytes(wanted.kind):
        raise needed("bytes", f"must be at most {most_bytes(wanted.kind)} for this kind of file")
    with transaction() as connection:
        by.hold(connection)
    url = originals.address_to_send(by.user_id, wanted.sha256, wanted.bytes)
    return UploadAddress(
        url=url,
        key=wanted.sha256,
        expires_at=clock.now() + timedelta(seconds=originals.SENT_WITHIN_SECONDS),
    )


def save_alias(by: By, wanted: "WantedAlias") -> Alias:
    """Save how the user's files write a player's name, for all slates of the sport. Again: changes whom it means.

    Raises NotFound (SLATE_NOT_FOUND), Invalid if the player is not of the slate or the spelling has no letters, and
    Conflict (ALIAS_TAKEN) if it is the name of another player of the team, and Unauthenticated if account, session or
    key have ended.
    """
    user_id = by.user_id
    with transaction() as connection:
        by.hold(connection)
        slate = slates.slate(connection, wanted.slate_id, user_id)
        players = slates.players_of(connection, wanted.slate_id)
        meant = next((player for player in players if player.id == wanted.player_id), None)
        if meant is None:
            raise needed("player_id", "is no player of the slate")
        _save(connection, user_id, slate, players, meant, wanted.alias.strip())
    return Alias(sport=slate.sport, team=meant.team, alias=wanted.alias.strip(), name=meant.name)


def _save(
    connection: Connection, user_id: int, slate: SlateRow, players: list[PlayerRow], meant: PlayerRow, alias: str
) -> None:
    plain = player_name(alias)
    if not plain:
        raise needed("alias", "must have a letter or a digit")
    if len(plain) > LONGEST_ALIAS:
        raise needed(
            "alias", f"must have at most {LONGEST_ALIAS} characters, each sign that stands for several counted"
        )
    for player in players:
        if player.id != meant.id and same_team(player.team, meant.team) and player_name(player.name) == plain:
            raise alias_taken(player.name)
    at = clock.now()
    queries.put_alias(connection, user_id, sport=slate.sport, team=meant.team, alias=plain, name=meant.name, at=at)


def _stored(connection: Connection, asked: Asked) -> UploadReport:
    at = clock.now()
    sha256 = originals.digest(asked.content)
    queries.take_turn(connection, asked.user_id)
    taken = take(connection, asked, at)
    known = queries.latest_of(connection, asked.user_id, kind=asked.kind, sha256=sha256, is_strict=asked.is_strict)
    if known is not None and known.report == taken.report and known.slate_id == taken.slate_id:
        return _shown(known)
    if queries.count(connection, asked.user_id) >= MOST_UPLOADS:
        raise too_many_uploads()
    originals.keep(asked.user_id, asked.content)
    upload_id = queries.insert(
        connection,
        user_id=asked.user_id,
        slate_id=taken.slate_id,
        kind=asked.kind,
        sha256=sha256,
        size=len(asked.content),
        is_strict=asked.is_strict,
        report=taken.report,
        at=at,
    )
    _put(connection, asked, taken, upload_id, at)
    found = queries.find(connection, upload_id, asked.user_id)
    if found is None:
        raise unknown_upload()
    return _shown(found)


def _put(connection: Connection, asked: Asked, taken: Taken, upload_id: int, at: datetime) -> None:
    if taken.slate_id is None:
        return
    if taken.projections is not None:
        from pickvs.dfs.projections import service as projections

        projections.add_set(
            connection,
            slate_id=taken.slate_id,
            user_id=asked.user_id,
            kind="upload",
            projections=taken.projections,
            parameters={"upload_id": upload_id},
            at=at,
            upload_id=upload_id,
        )
    if taken.entries is not None:
        from pickvs.dfs.entries import service as entries

        entries.add_file(
            connection,
            user_id=asked.user_id,
            slate_id=taken.slate_id,
            upload_id=upload_id,
            entries=taken.entries,
            at=at,
        )


def _shown(row: UploadRow) -> UploadReport:
    report = dict(row.report)
    return UploadReport.of(
        row,
        upload_id=row.id,
        **{name: report[name] for name in ("encoding", "bom", "line_end", "rows", "accepted", "rejected", "truncated")},
        problems=[UploadFault(**problem) for problem in report["problems"]],
    )
