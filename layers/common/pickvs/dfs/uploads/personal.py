"""What of a user's is stored beside the database: the files themselves."""

from pickvs.core.database import Connection
from pickvs.dfs.entries import originals
from pickvs.dfs.uploads import queries


def erase_files(connection: Connection, user_id: int) -> None:
    """Delete all files of a user whose account is being erased. The rows about them go with the account.

    It comes first, so that an account whose files could not be deleted still exists, and the user can try again. Raises
    StorageUnavailable.
    """
    digests = queries.digests(connection, user_id)
    if digests:
        originals.erase(user_id, digests)
