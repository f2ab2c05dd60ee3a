"""Copies the root certificates of Amazon RDS from an npm package into the layer."""
