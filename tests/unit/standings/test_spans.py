"""Which periods are current, for one sport and for several."""

from datetime import UTC, datetime

from pickvs.standings.rules import Span, span, spans

AT = datetime(2024, 3, 6, 15, 30, tzinfo=UTC)
NBA, EPL = {"basketball_nba": (8, 1)}, {"soccer_epl": (2, 15)}


def test_one_sport_is_all_sports_where_no_other_is_covered() -> None:
    assert spans(NBA, AT) == [
        Span("day", ("basketball_nba",), datetime(2024, 3, 6, tzinfo=UTC)),
        Span("week", ("basketball_nba",), datetime(2024, 3, 4, tzinfo=UTC)),
        Span("month", ("basketball_nba",), datetime(2024, 3, 1, tzinfo=UTC)),
        Span("season", ("basketball_nba",), datetime(2023, 8, 1, tzinfo=UTC)),
        Span("all", ("basketball_nba",), None),
    ]


def test_several_sports_have_periods_each_and_together() -> None:
    found = spans({**EPL, **NBA}, AT)
    assert len(found) == len(set(found)) == 15
    assert {one.sports for one in found} == {("basketball_nba",), ("soccer_epl",), ("basketball_nba", "soccer_epl")}


def test_the_season_of_all_sports_begins_anew_with_each_of_theirs() -> None:
    both = {**EPL, **NBA}
    assert span("season", None, both, AT).starts_at == datetime(2024, 2, 15, tzinfo=UTC)
    assert span("season", "basketball_nba", both, AT).starts_at == datetime(2023, 8, 1, tzinfo=UTC)
    autumn = datetime(2024, 8, 1, tzinfo=UTC)
    assert span("season", None, both, autumn).starts_at == autumn
