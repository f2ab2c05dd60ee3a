"""The signing keys, replaced from time to time without logging anybody out."""
