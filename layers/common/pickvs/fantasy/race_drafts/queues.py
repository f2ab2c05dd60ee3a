"""The queue of a constructor, in the words of motor racing."""

from pickvs.fantasy.drafts.schemas import DraftQueue
from pickvs.fantasy.drafts.showing import queue
from pickvs.fantasy.race_drafts.schemas import DriverQueue


def show_queue(user_id: int, constructor_id: int) -> DriverQueue:
    """Return the queue of the user's constructor. Raises what `drafts.showing.queue` raises."""
    return shown_queue(queue.show_queue(user_id, constructor_id))


def shown_queue(own: DraftQueue) -> DriverQueue:
    """Return a queue with its drivers."""
    return DriverQueue.of(own, drivers=own.contestants)
