"""Deployment: the AWS resources of a stage. Refers to the shipped code by paths and names, and imports none of it."""
