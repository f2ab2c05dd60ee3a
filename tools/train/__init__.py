"""Trains again what a run has trained, and compares the artefacts."""
