from pathlib import Path

import pandas as pd
import pytest

from synthgap.floor.errors import InputError
from synthgap.sizes import choice

REAL = pd.DataFrame({"label": ["a", "b"] * 20})
PATH = Path("real.jsonl")


def test_sizes_from_the_tables_own_on_are_left_to_the_plan():
    assert choice.below([80, 40, 39, 10], REAL, PATH) == [10, 39]


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ([40, 80], r"found \[40, 80\], expected one below the 40 texts in real.jsonl"),
        ([1, 10], "found 1, expected at least one text for each of the 2 labels in real.jsonl"),
    ],
)
def test_sizes_that_make_no_curve_are_refused(sizes, message):
    with pytest.raises(InputError, match=message):
        choice.below(sizes, REAL, PATH)


@pytest.mark.parametrize("sources", [["real"], ["zero_shot", "few_shot"]])
def test_there_must_be_something_to_compare(sources):
    with pytest.raises(InputError, match="expected 'real' and others"):
        choice.check_sources(sources)


def test_a_model_must_be_in_the_plan():
    choice.check_model("m", ["n", "m"])
    with pytest.raises(InputError, match=r"found 'm', expected one of study\.models, n, o"):
        choice.check_model("m", ["n", "o"])


def test_files_are_those_of_the_plan_for_whole_tables_and_of_the_sizes_else():
    found = choice.files(Path("p"), Path("s"), "m", choice.Sizes([10, 20], 40), ["x"])
    assert found == {
        ("x", 0): Path("p/x/m.parquet"),
        ("real", 40): Path("p/real/m.parquet"),
        ("real", 10): Path("s/real/m/10.parquet"),
        ("real", 20): Path("s/real/m/20.parquet"),
        ("x", 10): Path("s/x/m/10.parquet"),
        ("x", 20): Path("s/x/m/20.parquet"),
        ("x", 40): Path("s/x/m/40.parquet"),
    }
