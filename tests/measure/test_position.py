import pandas as pd

from synthgap.measure.ranking.judgments import COLUMNS
from synthgap.measure.ranking.position import positions


def found(*rows):
    return positions(pd.DataFrame(rows, columns=list(COLUMNS)))


def test_position_by_hand():
    # x and y in both orders: x both times. x and z in both: the first both times, so it turned.
    # y and z once: the second. First chosen: 1 + 2 + 0 of 5.
    ann = [("x", "y", "x"), ("y", "x", "x"), ("x", "z", "x"), ("z", "x", "z"), ("y", "z", "z")]
    assert found(*(("ann", *row) for row in ann)) == {"ann": (3 / 5, 2, 1)}


def test_judges_are_apart():
    rows = [("bob", "x", "y", "x"), ("ann", "y", "x", "x")]
    assert found(*rows) == {"ann": (0, 0, 0), "bob": (1, 0, 0)}
