import logging

import pytest

from synthgap.generate.llm import Prices
from synthgap.generate.progress import Progress
from tests.generate.api import PRICE
from tests.generate.test_store import reply

UNKNOWN = {"prompt": None, "completion": None, "batch_share": 1.0}


@pytest.mark.parametrize(
    ("price", "cost"),
    [
        # Two replies of 3 tokens at $1 and 5 at $2 a million cost $26 a million, eight four times.
        (PRICE | {"prompt": 1000.0, "completion": 2000.0}, "$0.0260 of about $0.1040"),
        (UNKNOWN, "cost unknown (llm.price)"),
    ],
    ids=["known", "unknown"],
)
def test_a_round_is_told_in_the_log(price, cost, caplog):
    caplog.set_level(logging.INFO)
    progress = Progress("weather zero_shot", 10, Prices(**price))
    progress.begin(8, {"sun": 5, "rain": 3})
    progress.took(reply(), usable=True)
    progress.took(reply(), usable=False)
    progress.pause()
    assert caplog.messages == [
        "weather zero_shot: 2 of 10 texts, asking for 8",
        f"weather zero_shot: 2 replies in 0 s, 50% usable, 16 tokens, {cost}",
    ]


def test_a_round_that_asks_for_nothing_is_not_told(caplog):
    caplog.set_level(logging.INFO)
    Progress("weather zero_shot", 10, Prices(**UNKNOWN)).begin(0, {"sun": 1})
    assert caplog.messages == []
