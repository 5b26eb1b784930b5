import pytest

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.tell import markdown, worth
from tests.tell import hand_made
from tests.tell.hand_made import AT, WORTH


def number(value):
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 60}


def card(seeds=(1, 2), source="zero_shot"):
    point = {"texts": 40, "macro_f1": number(0.7)}
    beside = point | {"gain": number(0.0), "worth": AT.model_dump()}
    curve = {"texts": 30, "macro_f1": number(0.6), "worth": AT.model_dump(), "augmented": [beside]}
    return {
        "n": 60,
        "resamples": 100,
        "seeds": list(seeds),
        "real": [point],
        "sources": {source: curve},
    }


def plan():
    return hand_made.study(sizes={"minilm": [20]})


def write(folder, **changed):
    for task in plan().tasks:
        tables.write_metrics(card(**changed), folder / task / "minilm.json")


def test_the_page_says_what_sets_are_worth_and_where_the_curve_ends():
    page = markdown.page(hand_made.summary().model_copy(update={"worth": WORTH}))
    assert "## How many human labels are the other texts worth?" in page
    first = "| `weather` | minilm | zero-shot | 200 | 183 (fewer than 50 to 390) |"
    assert f"{first} +1.2 (-0.4 to +3.0) beside 400 |" in page
    assert "| `moods` | minilm | few | 200 | more than 400 |" in page


def test_the_page_is_silent_where_no_curve_is_asked_for():
    assert "human labels are" not in markdown.page(hand_made.summary())


def test_lines_are_read_for_the_plans_tasks_and_models(tmp_path):
    write(tmp_path)
    found = worth.read(tmp_path, plan())
    assert found["moods"]["minilm"]["zero_shot"].human_texts == 40
    assert worth.read(tmp_path, hand_made.study()) is None


@pytest.mark.parametrize("changed", [{"seeds": [1]}, {"source": "few_shot"}])
def test_a_card_of_another_plan_is_refused(tmp_path, changed):
    write(tmp_path, **changed)
    with pytest.raises(InputError, match=r"weather/minilm.json: seeds .* expected the plan's"):
        worth.read(tmp_path, plan())
