"""Which periods are current, for one sport and for several."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pickvs.sports.rules import SPORTS, Sport
from pickvs.standings.rules import Days, Span, span, spans

AT = datetime(2024, 3, 6, 20, 30, tzinfo=UTC)


def league(key: str, zone: str, season_start: tuple[int, int]) -> Sport:
    return replace(SPORTS["basketball_nba"], key=key, zone=zone, season_start=season_start)


NBA = league("basketball_nba", "America/New_York", (8, 1))
EPL = league("soccer_epl", "Europe/London", (2, 15))
NPB = league("baseball_npb", "Asia/Tokyo", (3, 1))

moments = st.timedeltas(timedelta(), timedelta(days=800)).map(lambda since: AT + since)
starts = st.dates(date(2023, 1, 1), date(2023, 12, 31)).map(lambda day: (day.month, day.day))


def test_one_sport_is_all_sports_where_no_other_is_covered() -> None:
    one = ("basketball_nba",)
    assert spans({NBA.key: NBA}, AT) == [
        Span("day", one, (Days(date(2024, 3, 6), date(2024, 3, 6)),)),
        Span("week", one, (Days(date(2024, 3, 4), date(2024, 3, 10)),)),
        Span("month", one, (Days(date(2024, 3, 1), date(2024, 3, 31)),)),
        Span("season", one, (Days(date(2023, 8, 1), date(2024, 7, 31)),)),
        Span("all", one, (Days(None, None),)),
    ]


def test_no_sport_has_no_period() -> None:
    assert list(spans({}, AT)) == []


def test_several_sports_have_periods_each_and_together() -> None:
    found = spans({EPL.key: EPL, NBA.key: NBA}, AT)
    assert len(found) == len(set(found)) == 15
    assert {one.sports for one in found} == {("basketball_nba",), ("soccer_epl",), ("basketball_nba", "soccer_epl")}


def test_each_league_has_its_own_day_and_all_wait_for_the_last() -> None:
    covered = {sport.key: sport for sport in (NBA, EPL, NPB)}
    night = datetime(2024, 3, 6, 3, 0, tzinfo=UTC)  # in Tokyo it is noon of the 6th, in New York 22:00 of the 5th
    days = {sport: span("day", sport, covered, night).starts_on for sport in (*covered, None)}
    fifth, sixth = date(2024, 3, 5), date(2024, 3, 6)
    assert days == {NPB.key: sixth, EPL.key: fifth, NBA.key: fifth, None: fifth}
    morning = datetime(2024, 3, 6, 16, 59, tzinfo=UTC)
    assert span("day", EPL.key, covered, morning).starts_on == sixth
    assert span("day", None, covered, morning).starts_on == fifth
    assert span("day", None, covered, morning.replace(hour=17, minute=0)).starts_on == sixth


def test_in_the_season_of_all_sports_each_counts_in_its_own() -> None:
    both = {EPL.key: EPL, NBA.key: NBA}
    found = span("season", None, both, AT)
    assert found.days == (
        Days(date(2023, 8, 1), date(2024, 7, 31)),
        Days(date(2024, 2, 15), date(2025, 2, 14)),
    )
    assert (found.starts_on, found.ends_on) == (date(2023, 8, 1), date(2025, 2, 14))
    assert span("all", None, both, AT).starts_on is span("all", None, both, AT).ends_on is None


@given(
    turns=st.lists(starts, min_size=1, max_size=4),
    moments=st.tuples(moments, moments),
)
def test_the_first_date_tells_one_period_from_another(
    turns: list[tuple[int, int]], moments: tuple[datetime, datetime]
) -> None:
    covered = {f"sport_{number}": league(f"sport_{number}", "UTC", turn) for number, turn in enumerate(turns)}
    one, other = (spans(covered, at) for at in moments)
    for each, same in zip(one, other, strict=True):
        assert (each.starts_on == same.starts_on) == (each.days == same.days)
