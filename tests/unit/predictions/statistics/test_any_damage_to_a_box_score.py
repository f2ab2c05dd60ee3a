"""No damage to an answer makes a wrong line final.

PICKVS_FUZZ_ANSWERS sets how many are damaged: `PICKVS_FUZZ_ANSWERS=100000` takes some minutes.
"""

import os

from pickvs.predictions.statistics.providers import balldontlie_parsing
from tests.support.box_scores import MadeGame, balldontlie_boxes, body, espn_summary
from tests.support.mutated_answers import NBA, is_true, passed, wrong_rows


def test_damaged_answers_make_no_wrong_line_final() -> None:
    final, wrong = wrong_rows(int(os.environ.get("PICKVS_FUZZ_ANSWERS", "600")), seed=7)
    assert wrong == 0
    assert final > 0, "damage to what is not read changes nothing"


def test_a_wrong_line_is_recognised() -> None:
    """Otherwise the test above could not fail: it would call any line true."""
    game, other = MadeGame(), MadeGame()
    other.players[other.home][0].counts["assists"] += 1
    [second] = balldontlie_parsing.read_box_scores(body(balldontlie_boxes(game)), NBA).items
    box = passed(body(espn_summary(other)), game, second, alone=True)
    assert box is not None
    assert not is_true(box, game)
    assert passed(body(espn_summary(other)), game, second) is None
