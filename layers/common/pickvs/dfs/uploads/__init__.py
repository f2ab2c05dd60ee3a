"""Files that users upload: read with a report of each fault, and put where they belong."""
