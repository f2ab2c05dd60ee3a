"""The planner of The Odds API's credits: which calls to buy, and what to give up first (docs/credits.md)."""
