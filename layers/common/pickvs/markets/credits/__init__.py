"""The planner of The Odds API's credits: which calls to buy, and what to give up first. docs/credits.md has the rules.

- `rules`: kinds of calls, what is left of the month, and which games one closing capture serves.
- `demand.rules`: what the rest of the month asks for.
- `choice.rules`: how what is left is divided, and whether to buy a call.
- `service`: decides and records; `reading`: the month, for administrators.
"""
