"""The alarms of mail, in a stage that sends some."""

from datetime import timedelta

import pytest

from cdk.config import StageConfig, stage_config
from tests.infra.conftest import furnish
from tests.infra.happenings import BROKEN_AT, Change, Happening, lived


@pytest.fixture
def config() -> StageConfig:
    return furnish(stage_config("prod"))


def mails(sent: int, failed: int, given_up: int = 0) -> Change:
    """Return a day's run of deliver_notices with these numbers of mails. It replaces no other run."""

    def change(run: Happening) -> None:
        if run.job == "deliver_notices":
            run.measure("NoticesSent", sent, channel="email")
            run.measure("DeliveryFailures", failed, channel="email")
            run.measure("DeliveriesGivenUp", given_up, channel="email")

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (mails(1000, 0), set()),
        (mails(1000, 19), set()),
        (mails(3, 4), set()),
        (mails(1000, 21), {"mails-fail"}),
        (mails(0, 5), {"mails-fail"}),
        (mails(1000, 0, 1), {"mails-given-up"}),
    ],
)
def test_failures_of_mails_ring_within_the_hour(config: StageConfig, change: Change, expected: set[str]) -> None:
    rung = lived(config, change)
    assert set(rung) == expected
    assert all(at - BROKEN_AT <= timedelta(hours=26) for at in rung.values())
