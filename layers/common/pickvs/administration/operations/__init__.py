"""What is done by hand from outside, by who may invoke the operator's function: no part of the HTTP API."""
