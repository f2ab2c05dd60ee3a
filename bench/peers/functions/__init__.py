"""The Lambda handlers of the peer, one file for each endpoint."""
