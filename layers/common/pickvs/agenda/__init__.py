"""Work that is due at a time, and the alarm that wakes a function for it (ADR 19)."""
