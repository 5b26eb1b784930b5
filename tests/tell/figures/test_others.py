"""The figures beside the main one."""

import numpy as np
import pytest

from synthgap.measure.relation.card import Relation
from synthgap.measure.stats.intervals import Interval
from synthgap.tell.figures import agreement, diversity, style, subjectivity
from synthgap.tell.plot_data import CurvePoint
from synthgap.tell.summary import TaskSubjectivity
from tests.tell import hand_made
from tests.tell.figures import legible


def ranked(ranks, **changed):
    """A summary whose tasks have these ranks, and one relation."""
    whole = hand_made.summary(**changed)
    why = whole.subjectivity.model_copy(
        update={
            "tasks": {task: TaskSubjectivity(rank=rank) for task, rank in ranks.items()},
            "relations": {
                "subjectivity_rank": {
                    "gap": {"minilm": {"zero_shot": Relation(n=10, rho=-0.5, p=0.25)}}
                }
            },
        }
    )
    return whole.model_copy(update={"subjectivity": why})


def curve(task, models=("minilm",), sources=("real", "zero_shot")):
    return [
        CurvePoint(task, source, model, step, 0.5 + step / 4, 0.5, 0.9, 30)
        for source in sources
        for model in models
        for step in (0.5, 0.75, 1.0)
    ]


def test_gaps_stand_at_their_ranks_with_the_correlation_above():
    figure = subjectivity.draw(ranked({"weather": 1.0, "moods": 2.0}))
    (panel,) = figure.axes
    (bars,) = panel.containers
    assert bars.lines[0].get_xdata() == pytest.approx([1, 2])
    assert bars.lines[0].get_ydata() == pytest.approx([30, -10])
    assert panel.get_title(loc="right") == "zero-shot: ρ = -0.50, p = 0.250"
    assert legible.outside(figure) == []
    assert legible.clashes(figure) == []


def test_a_value_outside_of_its_interval_has_a_bar_on_the_side_of_the_interval_only():
    # A gap of 30 with the interval 10 to 20: the bar goes from 10 to the value, and not on to 40.
    cards = {task: hand_made.card({"zero_shot": (0.3, 0.1, 0.2)}) for task in ("weather", "moods")}
    (panel,) = subjectivity.draw(ranked({"weather": 1.0, "moods": 2.0}, cards=cards)).axes
    (bars,) = panel.containers[0].lines[2]
    assert bars.get_segments()[0][:, 1] == pytest.approx([10, 30])
    assert style.whiskers([Interval(0.1, 0.2, 0.3, 9)], 10) == pytest.approx(np.array([[0], [2]]))


def test_why_a_correlation_is_not_known_stands_in_its_place():
    whole = ranked({"weather": 1.0, "moods": 2.0})
    few = Relation(n=2, absent={"rho": "n is 2, expected at least 3"})
    relations = {"subjectivity_rank": {"gap": {"minilm": {"zero_shot": few}}}}
    why = whole.subjectivity.model_copy(update={"relations": relations})
    (panel,) = subjectivity.draw(whole.model_copy(update={"subjectivity": why})).axes
    title = "zero-shot: ρ not known (n is 2, expected at least 3)"
    assert panel.get_title(loc="right") == title


def test_tasks_of_one_rank_stand_beside_each_other_under_one_label():
    figure = subjectivity.draw(ranked({"weather": 1.5, "moods": 1.5}))
    (panel,) = figure.axes
    first, second = panel.containers[0].lines[0].get_xdata()
    assert first < 1.5 < second
    assert [label.get_text() for label in panel.get_xticklabels()] == ["weather\nmoods"]


def test_without_ranks_or_gaps_there_is_no_figure_of_them():
    assert subjectivity.draw(ranked({"weather": None, "moods": None})) is None
    alone = {"weather": hand_made.card({})}
    assert subjectivity.draw(hand_made.summary(alone, tasks=["weather"], sources=["real"])) is None


def test_an_agreement_curve_has_a_line_for_each_source():
    figure = agreement.draw(hand_made.summary(), {"weather": curve("weather"), "moods": []})
    (panel,) = figure.axes
    assert panel.get_title(loc="left") == "weather, minilm"
    for line in panel.lines:
        assert line.get_xdata() == pytest.approx([0.5, 0.75, 1.0])
        assert line.get_ydata() == pytest.approx([0.625, 0.6875, 0.75])
    assert len(panel.lines) == 2
    assert legible.outside(figure) == []


def test_without_votes_there_is_no_figure_of_agreement():
    assert agreement.draw(hand_made.summary(), {"weather": [], "moods": []}) is None


@pytest.mark.parametrize(
    ("draw", "panels", "sources"),
    [(diversity.draw_diversity, 3, 3), (diversity.draw_similarity, 3, 2)],
)
def test_each_measure_of_diversity_has_a_panel_and_each_source_its_intervals(draw, panels, sources):
    figure = draw(hand_made.summary())
    assert len(figure.axes) == panels
    assert [len(panel.containers) for panel in figure.axes] == [sources] * panels
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["weather", "moods"]
    assert legible.outside(figure) == []
    assert legible.clashes(figure) == []


def test_similarity_is_that_of_each_task():
    panel = diversity.draw_similarity(hand_made.summary()).axes[0]
    # The hand-made synthetic texts have 0.5 and 0.6, held-out ones 0.9.
    assert panel.containers[0].lines[0].get_xdata() == pytest.approx([0.5, 0.6])
    assert panel.containers[1].lines[0].get_xdata() == pytest.approx([0.9, 0.9])


def test_without_real_texts_there_is_no_figure_of_similarity():
    cards = {"moods": hand_made.card({})}
    whole = hand_made.summary(cards, tasks=["moods"], sources=["real"])
    plan = whole.plan.model_copy(update={"sources": ["zero_shot"]})
    assert diversity.draw_similarity(whole.model_copy(update={"plan": plan})) is None


def test_a_demonstration_says_so_on_every_figure(tmp_path):
    whole = ranked({"weather": 1.0, "moods": 2.0}, origin="sample")
    drawn = [
        subjectivity.draw(whole),
        agreement.draw(whole, {"weather": curve("weather")}),
        diversity.draw_diversity(whole),
        diversity.draw_similarity(whole),
    ]
    for i, figure in enumerate(drawn):
        assert figure.get_suptitle().startswith("DEMONSTRATION")
        style.save(figure, tmp_path, f"figure_{i}")
    assert len(list(tmp_path.iterdir())) == 2 * len(drawn)
