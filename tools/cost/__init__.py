"""Estimates the monthly cost of a stage from the templates that `cdk synth` wrote for it. Makes no network calls."""
