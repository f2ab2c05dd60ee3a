"""Benchmarks. `make bench` prints one table; every comparison uses measurements of the same run."""
