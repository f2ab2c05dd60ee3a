"""The states of a result: each way through them by name, and any sequence of answers against a second account."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pickvs.fantasy.events.results.rules import (
    AWAITED,
    Act,
    Confirmed,
    Frozen,
    Outcome,
    Refusal,
    Reopened,
    Result,
    ReviewClosed,
    ReviewOpened,
    Source,
    Versioned,
    Voided,
    decide,
    freeze,
    hear,
    reopen,
    void,
)

NOW = datetime(2026, 6, 7, 16, tzinfo=UTC)
BROKEN = "broken: "


def told(*said: tuple[str, str | None], result: Result = AWAITED) -> tuple[Result, list[str]]:
    """Let sources answer in turn: ("first", "a"); a digest that begins with `broken: ` is not complete."""
    states = []
    for source, digest in said:
        answer = None if digest is None else (digest.removeprefix(BROKEN), not digest.startswith(BROKEN))
        result, _ = hear(result, cast("Source", source), answer, NOW)
        states.append(f"{result.state} {result.digest}")
    return result, states


def done(outcome: Outcome | Refusal) -> tuple[Result, tuple[Act, ...]]:
    assert not isinstance(outcome, Refusal), outcome
    return outcome


def test_a_result_is_provisional_official_and_amended() -> None:
    _, states = told(
        *(("first", None), ("first", "a"), ("first", "b"), ("second", "b")),
        *(("first", "c"), ("second", "c"), ("second", "d"), ("first", "d")),
    )
    assert states == [
        *("awaited None", "provisional a", "provisional b", "official b"),
        *("review b", "amended c", "review c", "amended d"),
    ]


def test_who_stands_alone_is_not_believed() -> None:
    assert told(("second", "a"))[1] == ["awaited None"]
    assert told(("second", "a"), ("first", "b"))[1][-1] == "review None"
    assert told(("first", "a"), ("second", "b"))[1][-1] == "review a"
    assert told(("first", "a"), ("second", "b"), ("first", "c"))[1][-1] == "review a"
    assert told(("first", "a"), ("second", "b"), ("first", "b"))[1][-1] == "official b"


def test_what_is_broken_or_gone_moves_nothing() -> None:
    assert told(("first", f"{BROKEN}a"))[1] == ["review None"]
    assert told(("first", f"{BROKEN}a"), ("first", "b"))[1][-1] == "provisional b"
    assert told(("first", "a"), ("first", f"{BROKEN}b"))[1][-1] == "review a"
    assert told(("second", f"{BROKEN}b"), ("first", "a"))[1] == ["awaited None", "review a"]
    assert told(("first", "a"), ("second", "a"), ("second", f"{BROKEN}a"))[1][-1] == "review a"
    assert told(("first", "a"), ("second", "a"), ("first", None))[1][-1] == "review a"
    assert told(("first", "a"), ("second", "a"), ("first", None), ("first", "a"))[1][-1] == "official a"


def test_old_data_that_come_again() -> None:
    """A source puts the provisional classification over the final one: nothing moves, and an administrator says no."""
    result, states = told(("first", "old"), ("second", "old"), ("first", "new"), ("second", "new"), ("first", "old"))
    assert states[-1] == "review new"
    assert result.review is not None
    assert (result.review.causes, result.review.proposals) == (("disagreement",), ("old",))
    result, acts = done(decide(result, "new", NOW))
    assert acts == (ReviewClosed(),)
    assert told(("first", "old"), ("second", "new"), result=result)[1] == ["amended new"] * 2
    # His word stands, but what a source has not said before is asked about, even if both say it.
    assert told(("first", "other"), ("second", "other"), result=result)[1] == ["review new"] * 2
    result, _ = told(("first", "other"), ("second", "other"), result=result)
    result, acts = done(reopen(result, NOW))
    assert acts == (Reopened(), Versioned(3, "other", "amended"), ReviewClosed())
    assert result.state == "amended"


def test_an_administrator_accepts_what_an_invariant_refuses() -> None:
    """Belgium in 2021: both sources give half points, which no table gives."""
    result, _ = told(("first", f"{BROKEN}half"), ("second", f"{BROKEN}half"))
    assert result.state == "review"
    result, acts = done(decide(result, "half", NOW))
    assert acts == (Versioned(1, "half", "official"), ReviewClosed())
    assert told(("first", f"{BROKEN}half"), result=result)[1] == ["official half"]
    assert done(reopen(result, NOW))[0].state == "review"


def test_a_cancelled_session_and_a_frozen_one() -> None:
    result, _ = told(("first", "a"), ("second", "b"))
    result, acts = done(void(result))
    assert acts == (ReviewClosed(), Voided())
    assert told(("second", "a"), result=result)[1] == ["void a"]
    result, _ = told(("second", "a"), result=result)
    assert isinstance(decide(result, "a", NOW), Refusal)
    assert done(reopen(result, NOW)) == done(reopen(result, NOW))
    result, acts = done(reopen(result, NOW))
    assert acts == (Reopened(), Confirmed(1))
    frozen, acts = done(freeze(result))
    assert acts == (Frozen(),)
    assert isinstance(freeze(told(("first", "a"))[0]), Refusal)
    assert isinstance(freeze(told(("first", "a"), ("second", "a"), ("second", "b"))[0]), Refusal)
    assert isinstance(decide(frozen, "b", NOW), Refusal)
    assert isinstance(reopen(frozen, NOW), Refusal)
    assert isinstance(void(frozen), Refusal)
    frozen, acts = hear(frozen, "first", ("b", True), NOW)
    assert acts == ()
    frozen, acts = hear(frozen, "second", ("b", True), NOW)
    assert acts == (Versioned(2, "b", "amended", is_applied=False),)
    assert (frozen.state, frozen.digest, frozen.version, frozen.latest) == ("frozen", "a", 1, 2)


def test_a_second_opinion_that_does_not_come() -> None:
    result, _ = told(("first", "a"))
    later, _ = hear(result, "first", ("b", True), NOW + timedelta(hours=71))
    assert (later.state, later.provisional_since) == ("provisional", NOW)
    official, _ = hear(later, "second", ("b", True), NOW + timedelta(hours=72))
    assert (official.state, official.provisional_since) == ("official", None)


DIGESTS = st.sampled_from("abc")
ANSWERS = st.none() | st.tuples(DIGESTS, st.booleans())


class States(RuleBasedStateMachine):
    """Any answers and decisions. The machine keeps an account of its own: what was said, and what the acts say."""

    def __init__(self) -> None:
        super().__init__()
        self.result = AWAITED
        self.now = NOW
        self.said: dict[str, tuple[str, bool] | None] = {"first": None, "second": None}
        self.versions: list[str] = []
        self.applied: str | None = None
        self.standing = "awaited"
        self.is_open = False
        self.word: str | None = None

    def take(self, outcome: Outcome, *, by_hand: bool = False) -> None:
        self.now += timedelta(minutes=15)
        before, (self.result, acts) = (self.applied, self.standing), outcome
        first, second = self.said["first"], self.said["second"]
        agreed = first is not None and first == second and first[1]
        for act in acts:
            match act:
                case Versioned(version, digest, standing, is_applied):
                    self.versions.append(digest)
                    assert version == len(self.versions)
                    assert by_hand or (first is not None and first[1] and digest == first[0])
                    if not is_applied:
                        assert agreed
                        assert self.result.is_frozen
                        continue
                    if standing != "provisional" and not by_hand:
                        assert agreed, "official by one source alone"
                    if before[1] in ("official", "amended"):
                        assert standing == "amended"
                    self.applied, self.standing = digest, standing
                case Confirmed(version):
                    assert self.result.version == version
                    assert by_hand or (agreed and first is not None and first[0] == self.applied)
                    self.standing = "official"
                case ReviewOpened():
                    self.is_open = True
                case ReviewClosed():
                    self.is_open = False
                case _:
                    pass
        assert not by_hand or self.word is None or self.applied == self.word

    @rule(source=st.sampled_from(["first", "second"]), answer=ANSWERS)
    def an_answer(self, source: Any, answer: tuple[str, bool] | None) -> None:
        if answer is not None or self.said[source] is not None:
            self.said[source] = answer if answer is not None else ("gone", False)
        self.take(hear(self.result, source, answer, self.now))
        assert hear(self.result, source, answer, self.now) == (self.result, ()), "the same answer again"

    @precondition(lambda self: not self.result.is_frozen and not self.result.is_void)
    @rule(digest=DIGESTS)
    def a_decision(self, digest: str) -> None:
        self.word = digest
        self.take(done(decide(self.result, digest, self.now)), by_hand=True)
        assert self.result.review is None
        assert self.result.state in ("official", "amended")

    @precondition(lambda self: not self.result.is_frozen and (self.result.is_void or self.result.is_decided))
    @rule()
    def a_decision_taken_back(self) -> None:
        self.word = None
        self.take(done(reopen(self.result, self.now)))

    @precondition(lambda self: not self.result.is_frozen)
    @rule()
    def a_cancellation(self) -> None:
        self.take(done(void(self.result)))

    @precondition(lambda self: not isinstance(freeze(self.result), Refusal))
    @rule()
    def the_end_of_the_season(self) -> None:
        self.take(done(freeze(self.result)))

    @invariant()
    def what_is_in_force_is_what_the_acts_say(self) -> None:
        assert self.result.digest == self.applied
        assert self.result.standing == self.standing
        assert self.result.latest == len(self.versions)
        assert (self.result.review is not None) == self.is_open
        if self.word is not None:
            assert self.applied == self.word

    @invariant()
    def nothing_doubtful_is_shown_as_settled(self) -> None:
        """Official without a review means: no source says otherwise, or an administrator has seen what it says."""
        if self.result.state in ("official", "amended") and not self.result.is_decided:
            for answer in self.said.values():
                assert answer is None or answer == (self.applied, True)
        if self.result.state == "provisional":
            assert self.said["first"] == (self.applied, True)
            assert self.said["second"] is None

    @invariant()
    def a_review_has_a_cause(self) -> None:
        if self.result.review is not None:
            assert self.result.review.causes
            said = {answer[0] for answer in self.said.values() if answer is not None}
            assert set(self.result.review.proposals) <= said
            assert self.result.state in ("review", "void")


States.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_any_sequence_of_answers_and_decisions = States.TestCase
