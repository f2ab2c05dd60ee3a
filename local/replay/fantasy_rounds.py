"""The daily rounds of collect_f1 in a fantasy replay, and the administrator's look at what they have left open."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from local.replay.clock import HeldClock
from local.replay.race_season import RaceSeason, starts_of
from local.replay.slates import Times

LOOKED_AHEAD = timedelta(days=9)
"""Time from the daily run that looks at the next race to it: before its draft opens."""
ANSWERED_AFTER = timedelta(minutes=20)
"""Time from the daily run to the administrator's look at its questions."""
DAILY_AT = timedelta(hours=6, minutes=15)
"""Time of the day of the daily run of collect_f1, in UTC."""
DAY = timedelta(days=1)


class Rounds:
    """The daily rounds: on the mornings on which there is something new, and on those after a round that failed.

    On a stage there is a round every day, so that one which failed for good is made up for by the next one. A replay
    leaves out the rounds that would find nothing new, and has to play those that would find what was missed.

    mornings: when there is something new. collect: runs the function with Lambda's retries; calls its argument, in
    whichever thread, if all of them fail. answer: the administrator's work. rounds, answers: sources of the driver.
    """

    def __init__(
        self,
        clock: HeldClock,
        mornings: Sequence[datetime],
        collect: Callable[[Callable[[], None]], None],
        answer: Callable[[], None],
    ) -> None:
        self._clock = clock
        self.failed = 0
        """Rounds that failed for good."""
        self.rounds = Times(clock, mornings, lambda: collect(self._again_tomorrow))
        self.answers = Times(clock, [each + ANSWERED_AFTER for each in mornings], answer)

    def _again_tomorrow(self) -> None:
        self.failed += 1
        morning = _morning_after(self._clock.now() + timedelta.resolution)
        self.rounds.add(morning)
        self.answers.add(morning + ANSWERED_AFTER)


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
    return morning if morning >= moment else morning + DAY
