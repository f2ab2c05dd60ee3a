"""A season on fast-forward: real functions on the laptop cloud, under a clock that is held.

`clock` and `driver` know nothing of games: other wings' replays use them with actors of their own.
"""
