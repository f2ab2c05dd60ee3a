"""Why a constructor has its points: a line for each."""
