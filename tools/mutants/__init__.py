"""Mutation tests: each guard of the code is weakened in turn, and a named test must fail."""
