"""What is measured, and against what. `make bench` prints one table; every comparison is made within one run."""
