"""When something in fantasy has waited too long. Pure."""

from datetime import timedelta

DRAFT_OVERDUE = timedelta(minutes=5)
"""Time by which what is due in a draft may be late: five times what an alarm may be."""

RESULT_WAITS = timedelta(hours=72)
"""Time in which the second source confirms a result. It never becomes official by time alone."""
