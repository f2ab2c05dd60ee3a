"""What everybody may know of a user: totals, how they divide, how they came about, and the latest settled picks."""
