"""Results of races, cancellations, replacements and questions about them, by hand."""
