"""Training runs: asked for, queued, taken, and what came of them. Nothing here needs the packages that train."""
