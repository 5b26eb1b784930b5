from pathlib import Path

import pytest

from synthgap.floor.errors import InputError
from synthgap.tell import gather
from tests.tell import hand_made

PATH = Path("weather.json")


def document(card):
    return card.model_dump(exclude_none=True)


def test_a_line_has_the_score_the_gap_and_the_verdict_of_its_cell():
    lines = document(hand_made.summary())["tasks"]["weather"]["minilm"]
    assert lines["zero_shot"] == {
        "macro_f1": pytest.approx(0.6),
        "interval": pytest.approx([0.5, 0.65]),
        "n": 50,
        "gap": 0.3,
        "gap_interval": [0.27, 0.34],
        "verdict": "falls short",
    }
    assert lines["real"].keys() == {"macro_f1", "interval", "n"}


def test_the_mean_over_tasks_by_hand():
    # Gaps 0.3 (0.27 to 0.34) and -0.1 (-0.14 to -0.07), mean 0.1. Below: distances 0.03 and 0.04,
    # root 0.05, half 0.025. Above: 0.04 and 0.03, the same.
    mean = document(hand_made.summary())["mean"]["minilm"]["zero_shot"]
    assert mean["macro_f1"] == pytest.approx(0.8)
    assert [mean["gap"], *mean["gap_interval"]] == pytest.approx([0.1, 0.075, 0.125])
    assert mean["n"] == 2
    counts = [mean[key] for key in ("n_stands_in", "n_falls_short", "n_undecided")]
    assert counts == [1, 1, 0]


def test_cells_that_are_no_longer_in_the_plan_leave_no_number():
    stale = {"zero_shot": (0.1, 0.0, 0.2), "few_shot": (0.5, 0.4, 0.6)}
    cards = {
        task: hand_made.card(stale, models=("minilm", "tfidf")) for task in ("weather", "gone")
    }
    whole = document(hand_made.summary(cards, tasks=["weather"]))
    assert whole["tasks"].keys() == whole["left_out_rows"].keys() == {"weather"}
    assert whole["tasks"]["weather"].keys() == whole["mean"].keys() == {"minilm"}
    assert whole["tasks"]["weather"]["minilm"].keys() == {"real", "zero_shot"}
    assert whole["mean"]["minilm"].keys() == {"real", "zero_shot"}


def test_without_real_texts_there_are_scores_and_no_gaps():
    cards = {"weather": hand_made.card({})}
    cards["weather"].models["minilm"]["few_shot"] = cards["weather"].models["minilm"].pop("real")
    whole = hand_made.summary(cards, tasks=["weather"], sources=["few_shot"])
    line = document(whole)["mean"]["minilm"]["few_shot"]
    assert line.keys() == {"macro_f1", "interval", "n"}
    assert list(gather.gap_rows(whole)) == []
    assert len(list(gather.score_rows(whole))) == 1


def test_the_sample_is_called_a_demonstration_and_human_texts_are_not():
    sample = document(hand_made.summary(origin="sample"))["data"]
    assert sample["demonstration"] is True
    assert "written" not in sample["warning"]
    assert "language model" in sample["warning"]
    assert document(hand_made.summary(origin="hub"))["data"] == {"source": "hub"}


def test_plot_data_has_a_row_for_each_cell_in_the_order_of_the_plan():
    whole = hand_made.summary()
    places = [row[:3] for row in gather.score_rows(whole)]
    assert places == [
        ("weather", "real", "minilm"),
        ("weather", "zero_shot", "minilm"),
        ("moods", "real", "minilm"),
        ("moods", "zero_shot", "minilm"),
    ]
    assert list(gather.gap_rows(whole)) == [
        ("weather", "zero_shot", "minilm", 0.3, 0.27, 0.34, 50, "falls short"),
        ("moods", "zero_shot", "minilm", -0.1, -0.14, -0.07, 80, "stands in"),
    ]


def test_a_scorecard_is_read_as_it_was_written():
    card = hand_made.card({"zero_shot": (0.3, 0.2, 0.4)})
    assert gather.read_card(document(card), hand_made.study(), PATH) == card


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"seeds": [1, 2, 3]}, r"seeds are \[1, 2\], expected the plan's \[1, 2, 3\]"),
        ({"models": ["minilm", "bert"]}, "no scores of real with bert"),
        ({"sources": ["real", "few_shot"]}, "no scores of few_shot with minilm"),
        ({"sources": ["zero_shot"]}, "zero_shot with minilm, expected no gap"),
    ],
    ids=["seed", "model", "source", "real"],
)
def test_a_scorecard_of_another_plan_is_refused(plan, message):
    card = document(hand_made.card({"zero_shot": (0.3, 0.2, 0.4)}))
    with pytest.raises(InputError, match=f"weather.json: {message}"):
        gather.read_card(card, hand_made.study(**plan), PATH)


def test_a_missing_gap_is_refused():
    card = document(hand_made.card({"zero_shot": (0.3, 0.2, 0.4)}))
    del card["models"]["minilm"]["zero_shot"]["gap"]
    with pytest.raises(InputError, match="zero_shot with minilm, expected a gap to real"):
        gather.read_card(card, hand_made.study(), PATH)


def test_tasks_judged_with_different_tolerances_are_refused():
    strict = hand_made.card({"zero_shot": (0.3, 0.2, 0.4)})
    cards = {"weather": strict, "moods": strict.model_copy(update={"tolerance": 0.05})}
    with pytest.raises(InputError, match=r"tolerances are \[0.02, 0.05\]"):
        hand_made.summary(cards)


@pytest.mark.parametrize("metrics", [{"source": "hub"}, {}], ids=["another", "none"])
def test_tasks_whose_texts_come_from_elsewhere_are_refused(metrics):
    with pytest.raises(InputError, match=r"weather.json: source is .*, expected 'mirror'"):
        gather.check_origin(metrics, "mirror", PATH)


def test_tasks_with_files_of_their_own_are_no_demonstration():
    assert document(hand_made.summary(origin="own"))["data"] == {"source": "own"}


def test_beside_other_tasks_those_with_files_of_their_own_are_named():
    mixed = gather.data({"weather": "own", "moods": "mirror"})
    assert mixed.model_dump(exclude_none=True) == {"source": "mirror", "own": ["weather"]}
    shown = gather.data({"moods": "sample", "weather": "own"})
    assert shown.demonstration is True
    assert str(shown.warning).endswith("The exception: weather, from files of their own.")


def test_a_file_of_its_own_is_an_origin_in_every_plan():
    assert gather.check_origin({"source": "own"}, "sample", PATH) == "own"
    assert gather.check_origin({"source": "mirror"}, "mirror", PATH) == "mirror"
