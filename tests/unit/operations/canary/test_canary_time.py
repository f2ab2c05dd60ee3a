"""The canary finishes before Lambda's timeout, however slow the answers are. Otherwise its account would remain."""

from cdk.stacks.observability import CANARY_TIMEOUT
from pickvs.operations.canary import client, service


def test_the_slowest_way_ends_in_time() -> None:
    answer = client._CONNECT_SECONDS + client._READ_SECONDS
    pauses = sum(client._ATTEMPTS.backoff_factor * 2**times for times in range(1, client._RETRIES))
    # A request sent at the last moment, and retried as often as possible.
    last_step = (1 + client._RETRIES) * answer + pauses
    # Each further attempt to erase begins with a login.
    erasing = answer + (service.ERASE_ATTEMPTS - 1) * (service.ERASE_PAUSE_SECONDS + 2 * answer)
    assert service.WALK_SECONDS + last_step + erasing <= CANARY_TIMEOUT.to_seconds()
