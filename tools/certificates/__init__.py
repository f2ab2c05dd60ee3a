"""The authorities of Amazon RDS, brought from the package that keeps them into the layer."""
