"""A season of fantasy as it is played: the platform's alarms and daily runs, an administrator, owners, and crashes."""

import sys
from datetime import datetime, timedelta

from local.cloud import Running
from local.replay.api import Api, UnexpectedAnswerError
from local.replay.clock import HeldClock
from local.replay.crashes import Crashes
from local.replay.driver import Driver, Source
from local.replay.fantasy_drafts import Drafts
from local.replay.fantasy_office import Office
from local.replay.fantasy_people import People, found_leagues
from local.replay.race_season import RaceSeason, starts_of
from local.replay.report import Progress
from local.replay.slates import Times

_SECOND = timedelta(seconds=1)
AFTERWARDS = timedelta(days=9)
"""Time after the last result: seasons are frozen a week after it is official."""
LOOKED_AHEAD = timedelta(days=9)
"""Time from the daily run that looks at the next race to it: before its draft opens."""
ANSWERED_AFTER = timedelta(minutes=20)
"""Time from the daily run to the administrator's look at its questions."""
DAILY_AT = timedelta(hours=6, minutes=15)
"""Time of the day of the daily run of collect_f1, in UTC."""
COLLECT = "collect_f1"
CRASHED = ("tick_drafts", "make_draft_pick", COLLECT, "replace_draft_queue")
"""Functions whose processes crash."""


class Game:
    """A season in a running laptop cloud. leaves_at: the weekend in whose draft a commissioner leaves; None: nobody."""

    def __init__(
        self, running: Running, api: Api, clock: HeldClock, season: RaceSeason, leagues: int, leaves_at: str | None
    ) -> None:
        """Have the schedule fetched, register everybody, and found the leagues. Raises UnexpectedAnswerError."""
        self._running = running
        self._clock = clock
        self._season = season
        outcome = running.invoke(COLLECT, b"{}")
        if outcome.failure is not None:
            raise UnexpectedAnswerError(f"{COLLECT}: {outcome.summary}: {outcome.error.get('errorMessage', '')}")
        self.people = People(api, clock.now, lambda: clock.move_to(clock.now() + _SECOND), running.invoke)
        self.leagues = found_leagues(self.people, season.year, leagues)
        self.drafts = Drafts(self.people, clock, self.leagues, leaves_at)
        self.office = Office(self.people)

    def play(self, number_of_crashes: int) -> tuple[int, dict[str, int]]:
        """Play the season to its end. Returns the number of events, and of processes that crashed by function."""
        clock, season, timers = self._clock, self._season, self._running.timers
        crashes = Crashes(
            self._running.crash,
            CRASHED,
            number_of_crashes,
            lambda: (clock.now() - season.begins) / (season.ends - season.begins),
        )
        mornings = daily_runs(season)
        sources: list[Source] = [
            timers.alarms,
            clock,
            Times(clock, mornings, self._collect),
            Times(clock, [each + ANSWERED_AFTER for each in mornings], self.office.answer),
            self.drafts,
        ]
        progress = Progress(
            sys.stderr, lambda: f"{self.drafts.done.total()} picks by hand, {crashes.done.total()} processes crashed"
        )
        driver = Driver(clock, sources, settle=timers.background.settle, watch=lambda: progress.show(clock.now()))
        crashes.start()
        try:
            events = driver.run(season.ends + AFTERWARDS)
        finally:
            crashes.stop()
        progress.end(clock.now())
        return events, dict(crashes.done)

    def _collect(self) -> None:
        """Run collect_f1 as its rule would: after a minute or two again, if its process has crashed."""
        self._running.submit(COLLECT, b"{}")


def daily_runs(season: RaceSeason) -> list[datetime]:
    """Return the mornings on which the whole season is compared: those after something has become known.

    The first results of qualifying and sprint are asked for by their own alarms.
    """
    moments = [season.ends + timedelta(days=7)]
    for weekend in season.weekends(season.begins):
        moments += weekend.entries_known.values()
        # Who takes part and how they are ranked is asked about the next race, within ten days of it.
        moments.append(starts_of(weekend)["race"] - LOOKED_AHEAD)
        moments += [each for told in weekend.announced for each in told.known.values()]
        for kind, versions in weekend.results.items():
            for place, version in enumerate(versions):
                is_first = place == 0 and kind != "race"
                moments += [each for source, each in version.known.items() if not (is_first and source == "jolpica")]
    return sorted({_morning_after(max(moment, season.begins)) for moment in moments})


def _morning_after(moment: datetime) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    morning = midnight + DAILY_AT
    return morning if morning >= moment else morning + timedelta(days=1)
