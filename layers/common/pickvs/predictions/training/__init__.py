"""Training: the only place that needs numpy, scipy and LightGBM."""
