"""Under which keys a draft's work is on the agenda. Pure."""


def due_key(draft_id: int) -> str:
    """Return the key of a draft's work on the agenda."""
    return f"draft:{draft_id}"


def net_key(draft_id: int) -> str:
    """Return the key of the net under that work."""
    return f"net:{draft_id}"
