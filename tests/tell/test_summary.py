import pytest

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.tell import summary as told
from tests.tell import hand_made


def written(tmp_path, whole):
    path = tmp_path / "summary.json"
    tables.write_metrics(whole, path)
    return path


def test_a_summary_is_read_as_it_was_written(tmp_path):
    whole = hand_made.summary(origin="sample")
    assert told.read(written(tmp_path, whole.model_dump(exclude_none=True))) == whole


def test_the_task_with_the_largest_gap_comes_first():
    cards = {
        "weather": hand_made.card({"zero_shot": (0.1, 0.0, 0.2)}),
        "moods": hand_made.card({"zero_shot": (0.2, 0.1, 0.3)}),
    }
    assert told.tasks_by_gap(hand_made.summary(cards)) == ["moods", "weather"]


def test_tasks_without_gaps_stay_in_the_order_of_the_plan():
    cards = {task: hand_made.card({}) for task in ("weather", "moods")}
    whole = hand_made.summary(cards, sources=["real"])
    assert told.tasks_by_gap(whole) == ["weather", "moods"]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (("tasks", "moods"), "tasks.moods.minilm.real does not fit the plan"),
        (("tasks", "weather", "minilm", "zero_shot"), "tasks.weather.minilm.zero_shot does not"),
        (("mean", "minilm", "zero_shot", "gap_interval"), "mean.minilm.zero_shot does not fit"),
        (("data", "source"), "data.source: Field required"),
        (("tasks", "moods", "minilm", "real", "n"), "tasks.moods.minilm.real.n: Field required"),
    ],
    ids=["task", "cell", "interval", "origin", "n"],
)
def test_a_summary_that_lacks_something_is_refused(tmp_path, place, message):
    whole = hand_made.summary().model_dump(exclude_none=True)
    *parents, last = place
    within = whole
    for key in parents:
        within = within[key]
    del within[last]
    path = written(tmp_path, whole)
    with pytest.raises(InputError, match=message):
        told.read(path)


def test_dvcs_diff_gets_one_line_for_a_number_and_none_for_its_interval(tmp_path):
    whole = hand_made.summary()
    content = whole.model_dump(exclude_none=True)
    line = content["tasks"]["weather"]["minilm"]["zero_shot"]
    lists = {key for key, value in line.items() if isinstance(value, list)}
    assert lists == {"interval", "gap_interval"}
    assert isinstance(content["diversity"]["tasks"], list)
    assert isinstance(content["diversity"]["relations"], list)
    assert isinstance(content["subjectivity"]["relations"], list)
    assert told.read(written(tmp_path, content)) == whole


@pytest.mark.parametrize("broken", [[5], [{"property": "auc"}], {"auc": 5}])
def test_relations_that_are_none_are_refused(tmp_path, broken):
    content = hand_made.summary().model_dump(exclude_none=True)
    content["diversity"]["relations"] = broken
    with pytest.raises(InputError, match=r"diversity\.relations"):
        told.read(written(tmp_path, content))
