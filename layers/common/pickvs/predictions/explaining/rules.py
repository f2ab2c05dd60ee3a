"""A forecast in words: what its three largest contributions say. Pure."""

from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "margin_rating": "strength by results, home advantage included",
    "elo_margin": "Elo rating, home advantage included",
    "line_margin": "strength by the closing lines of earlier games",
    "market_margin": "the market's spread of this game",
    "moneyline_edge": "the moneylines beyond the spread",
    "home_rest": "days of rest of the home team",
    "away_rest": "days of rest of the away team",
    "home_back_to_back": "second game in two days of the home team",
    "away_back_to_back": "second game in two days of the away team",
    "home_dense": "third game in four days of the home team",
    "away_dense": "third game in four days of the away team",
    "is_playoff": "play-off game",
    "is_neutral": "neutral venue",
    "season_progress": "stage of the season",
    "margin_rating_sd": "uncertainty of the ratings",
    "line_margin_sd": "uncertainty of the market's ratings",
}
_SMALLEST = 0.05
"""Points below which a contribution moves nothing that is shown."""


def in_words(feature: str, value: float, points: float) -> str:
    """Return one sentence about a contribution: the feature, its value, and where it moves the margin."""
    said = _WORDS.get(feature, feature.replace("_", " "))
    start = f"{said[0].upper()}{said[1:]} ({value:.3g}"
    if abs(points) < _SMALLEST:
        return f"{start}) moves the margin by less than {_SMALLEST} points."
    side = "home" if points > 0 else "away"
    return f"{start}) moves the margin by {abs(points):.1f} points towards the {side} team, against an average game."
