"""Manual commands of the operator, who may invoke the operator's function. Not part of the HTTP API."""
