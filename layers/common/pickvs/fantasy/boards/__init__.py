"""The boards of leagues: derived from picks, replacements and points, and kept."""
