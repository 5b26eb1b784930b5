import copy

import pytest

from synthgap.floor.errors import InputError
from synthgap.tell import changes
from tests.tell import hand_made


def told(cards=None, **changed):
    return changes.read(whole(cards, **changed), "summary.json")


def whole(cards=None, **changed):
    return hand_made.summary(cards, **changed).model_dump(exclude_none=True)


def test_a_summary_does_not_differ_from_itself():
    same = changes.compare(told(), told())
    assert len(same.cells) == 4, "two tasks, two sources, one model"
    assert (same.changed, same.verdicts, same.axes) == ([], [], {})


def test_a_verdict_that_changed_is_found_with_the_rise_of_its_score():
    cards = {
        "weather": hand_made.card({"zero_shot": (0.0, -0.01, 0.01)}),
        "moods": hand_made.card({"zero_shot": (-0.1, -0.14, -0.07)}, n=80),
    }
    found = changes.compare(told(), told(cards))
    (cell,) = found.changed
    assert cell.place == ("weather", "zero_shot", "minilm")
    assert (cell.old.verdict, cell.new.verdict) == ("falls short", "stands in")
    assert found.verdicts == [cell]
    # From 0.6 (0.5 to 0.65) to 0.9 (0.8 to 0.95): below hypot(0.1, 0.05), above hypot(0.05, 0.1).
    off = (0.1**2 + 0.05**2) ** 0.5
    assert cell.macro_f1 == pytest.approx((0.3, 0.3 - off, 0.3 + off, 50))
    # The mean over two tasks, one of them the same: half the rise.
    assert changes.mean_changes(found)["minilm", "zero_shot"].value == pytest.approx(0.15)


def test_a_score_that_changed_with_the_same_verdict_is_a_change_and_no_verdict():
    cards = {
        "weather": hand_made.card({"zero_shot": (0.31, 0.27, 0.34)}),
        "moods": hand_made.card({"zero_shot": (-0.1, -0.14, -0.07)}, n=80),
    }
    found = changes.compare(told(), told(cards))
    assert (len(found.changed), found.verdicts) == (1, [])


def test_what_came_and_left_is_told_by_axis_and_only_what_both_have_is_compared():
    cards = {
        "moods": hand_made.card({"zero_shot": (0.1, 0.07, 0.13)}, n=80),
        "news": hand_made.card({"zero_shot": (0.1, 0.07, 0.13)}),
    }
    new = told(cards, tasks=["moods", "news"], seeds=[2, 3])
    found = changes.compare(told(), new)
    assert found.axes == {"tasks": (["news"], ["weather"]), "seeds": (["3"], ["1"])}
    assert {cell.place.task for cell in found.cells} == {"moods"}


def test_tasks_whose_human_texts_come_from_elsewhere_are_found():
    sample = told(origin="sample")
    assert changes.compare(told(), told()).moves == {}
    assert changes.compare(told(), sample).moves == {("mirror", "sample"): ["weather", "moods"]}
    content = whole()
    content["data"]["own"] = ["moods"]
    some = changes.read(content, "summary.json")
    assert changes.compare(told(), some).moves == {("mirror", "own"): ["moods"]}


def test_other_sections_may_be_of_another_version():
    older = whole()
    del older["diversity"], older["subjectivity"], older["mean"]
    newer = whole() | {"costs": {"usd": 3}}
    newer["tasks"]["moods"]["minilm"]["zero_shot"]["accuracy"] = 0.5
    newer["plan"]["judges"] = [1]
    assert changes.read(older, "a") == changes.read(newer, "b") == told()


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda summary: summary.pop("tasks"), r"summary\.json\.tasks: Field required"),
        (lambda summary: summary.update(tasks=[]), r"summary\.json\.tasks: .*dictionary"),
        (
            lambda summary: summary["tasks"]["moods"]["minilm"].pop("real"),
            r"summary\.json: no numbers of real with minilm on moods",
        ),
        (
            lambda summary: summary["tasks"]["moods"]["minilm"]["real"].update(macro_f1="high"),
            r"summary\.json\.tasks\.moods\.minilm\.real\.macro_f1: .*found 'high'",
        ),
    ],
    ids=["no tasks", "tasks are no object", "a cell is missing", "a score is no number"],
)
def test_what_is_no_summary_is_refused(break_it, said):
    broken = copy.deepcopy(whole())
    break_it(broken)
    with pytest.raises(InputError, match=said):
        changes.read(broken, "summary.json")


def test_something_else_than_an_object_is_refused():
    with pytest.raises(InputError, match=r"summary\.json: "):
        changes.read([1, 2], "summary.json")
