"""A season of fantasy as it is played: the platform's alarms and daily runs, an administrator, owners, and crashes."""

import sys
from collections.abc import Callable
from datetime import timedelta

from local.cloud import Running
from local.replay.api import Api, UnexpectedAnswerError
from local.replay.clock import HeldClock
from local.replay.crashes import Crashes
from local.replay.driver import Driver, Source
from local.replay.fantasy_drafts import Drafts
from local.replay.fantasy_office import Office
from local.replay.fantasy_people import People, found_leagues
from local.replay.fantasy_rounds import Rounds, daily_runs
from local.replay.race_season import RaceSeason
from local.replay.report import Progress

_SECOND = timedelta(seconds=1)
AFTERWARDS = timedelta(days=9)
"""Time after the last result: seasons are frozen a week after it is official."""
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
        self.rounds = Rounds(clock, daily_runs(season), self._collect, self.office.answer)

    def play(self, number_of_crashes: int) -> tuple[int, dict[str, int]]:
        """Play the season to its end. Returns the number of events, and of processes that crashed by function."""
        clock, season, timers = self._clock, self._season, self._running.timers
        crashes = Crashes(
            self._running.crash,
            CRASHED,
            number_of_crashes,
            lambda: (clock.now() - season.begins) / (season.ends - season.begins),
        )
        sources: list[Source] = [timers.alarms, clock, self.rounds.rounds, self.rounds.answers, self.drafts]
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

    def _collect(self, gave_up: Callable[[], None]) -> None:
        """Run collect_f1 as its rule would: after a minute or two again, if its process has crashed."""
        self._running.submit(COLLECT, b"{}", gave_up)
