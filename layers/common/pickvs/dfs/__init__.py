"""Daily fantasy: pools, projections, simulation, lineups."""
