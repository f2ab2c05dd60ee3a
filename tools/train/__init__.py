"""Trains again what a run has trained, and compares the artefacts."""

import os

# As the deployed `train` has it. numpy reads it once, when it is imported, so it stands before any other import.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
