"""Private groups: their members, and the boards filtered to them."""
