"""Estimates what a stage costs in a month, from the templates that `cdk synth` wrote for it. Asks nobody anything."""
