"""GET /dfs/builds/{build_id}/export: export a build's lineups as a file for the site."""

from typing import Annotated, Literal

from pickvs.dfs.builds import exporting
from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.csv_answer import CSV, csv_answer
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier, Query

app = create_app(
    scopes=["dfs:read"],
    problems={
        404: ["BUILD_NOT_FOUND", "ENTRY_FILE_NOT_FOUND", "FILE_GONE"],
        409: ["SLOTS_LOCKED", "COUNTS_DIFFER", "ENTRIES_OF_OTHER_SLATE"],
    },
)


@app.get("/dfs/builds/<build_id>/export", responses={200: CSV})
def export_build(
    build_id: Identifier,
    caller: Caller,
    format: Annotated[Literal["entries", "lineups"], Query(description="Your entries, or lineups.")] = "entries",  # noqa: A002
    entry_file_id: Annotated[int | None, Query(gt=0, lt=2**63, description="Your last one of the slate.")] = None,
    partial: Annotated[Literal["true", "false"], Query(description="Whether the counts may differ.")] = "false",
) -> Answer[str]:
    """Return your file of entries with the build's lineups in it and all else unchanged, or the lineups alone."""
    name, text = exporting.export(
        caller.user_id, build_id, form=format, entry_file_id=entry_file_id, is_partial=partial == "true"
    )
    return csv_answer(text, next_cursor=None, name=name)
