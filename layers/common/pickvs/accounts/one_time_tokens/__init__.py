"""One-time tokens: mailed to an address, used once, by who reads its mail."""
