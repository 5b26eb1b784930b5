import pytest

from synthgap.floor.plan import Study
from synthgap.measure.agreement.card import AgreementCard
from synthgap.measure.ranking.card import RankingCard, TaskRank
from synthgap.measure.relation.relations import properties, relation_rows, relations
from synthgap.measure.scoring.cards import CellCard, TaskCard
from synthgap.measure.stats.intervals import Interval

TASKS = ["news", "spam", "moods", "jokes"]
STUDY = Study(tasks=TASKS, sources=["real", "zero_shot"], models=["m"], seeds=[1])
GAPS = {"news": 0.05, "spam": 0.02, "moods": 0.3, "jokes": 0.2}
RANKS = {"news": 2.0, "spam": 1.0, "moods": 3.0, "jokes": 4.0}


def number(value):
    return Interval(value, value - 0.01, value + 0.01, 100)


def cell(gap=None, relative=None):
    return CellCard(
        macro_f1=number(0.8),
        accuracy=number(0.8),
        macro_f1_by_seed=[0.8],
        f1_by_label={},
        gap=None if gap is None else number(gap),
        relative_gap=None if relative is None else number(relative),
    )


def scorecard(gap, relative=None):
    by_source = {"real": cell(), "zero_shot": cell(gap, relative), "few_shot": cell(9.0)}
    return TaskCard(
        n=100,
        left_out_rows=0,
        resamples=100,
        tolerance=0.02,
        seeds=[1],
        models={"m": by_source, "unplanned": by_source},
    )


def ranking(ranks=RANKS):
    lines = {task: TaskRank(rank=rank, objectivity=-rank) for task, rank in ranks.items()}
    return RankingCard(judgments="human", left_out_judgments=0, penalty=0.1, tasks=lines)


def voters(agreement=None):
    if agreement is None:
        return AgreementCard(votes="none")
    return AgreementCard(votes="human", mean_agreement=number(agreement))


CARDS = {task: scorecard(gap, gap) for task, gap in GAPS.items()}


def test_properties_are_of_the_tasks_that_have_them():
    known = properties(
        ranking({"spam": 1.0, "news": 2.0}), {"news": voters(), "jokes": voters(0.7)}
    )
    assert known == {
        "subjectivity_rank": {"spam": 1.0, "news": 2.0},
        "mean_agreement": {"jokes": 0.7},
    }


def test_relations_by_hand():
    # Gaps in the order of the ranks: 0.02 0.05 0.3 0.2, ranks 1 2 4 3: rho 1 - 6 * 2 / (4 * 15) =
    # 0.8, and 8 of the 24 orders are as far from 0 (see exact p).
    found = relations({"subjectivity_rank": RANKS}, CARDS, STUDY, 1)
    relation = found["subjectivity_rank"]["gap"]["m"]["zero_shot"]
    assert (relation.rho, relation.p, relation.n) == (pytest.approx(0.8), 8 / 24, 4)


def test_the_relative_gap_may_order_tasks_otherwise():
    relative = {"spam": 0.01, "news": 0.02, "moods": 0.03, "jokes": 0.04}
    cards = {task: scorecard(GAPS[task], relative[task]) for task in TASKS}
    found = relations({"subjectivity_rank": RANKS}, cards, STUDY, 1)["subjectivity_rank"]
    assert found["relative_gap"]["m"]["zero_shot"].rho == 1
    assert found["gap"]["m"]["zero_shot"].rho == pytest.approx(0.8)


def test_a_task_without_a_relative_gap_is_not_among_those_that_count():
    cards = CARDS | {"news": scorecard(0.05)}
    found = relations({"subjectivity_rank": RANKS}, cards, STUDY, 1)["subjectivity_rank"]
    assert found["gap"]["m"]["zero_shot"].n == 4
    assert found["relative_gap"]["m"]["zero_shot"].n == 3


def test_only_synthetic_sources_and_models_of_the_plan_have_relations():
    found = relations({"subjectivity_rank": RANKS}, CARDS, STUDY, 1)
    assert list(found["subjectivity_rank"]["gap"]) == ["m"]
    assert list(found["subjectivity_rank"]["gap"]["m"]) == ["zero_shot"]


def test_a_task_that_has_left_the_plan_has_no_part():
    study = STUDY.model_copy(update={"tasks": TASKS[:3]})
    found = relations({"subjectivity_rank": RANKS}, CARDS, study, 1)
    assert found["subjectivity_rank"]["gap"]["m"]["zero_shot"].n == 3


def test_a_property_that_no_task_has_gives_the_reason():
    found = relations({"mean_agreement": {}}, CARDS, STUDY, 1)["mean_agreement"]
    written = found["gap"]["m"]["zero_shot"].model_dump(exclude_none=True)
    assert written == {"n": 0, "absent": {"rho": "n is 0, expected at least 3"}}


@pytest.mark.parametrize("sources", [["zero_shot"], ["real"]], ids=["no real texts", "only real"])
def test_a_plan_without_gaps_has_no_relations(sources):
    study = STUDY.model_copy(update={"sources": sources})
    assert relations({"subjectivity_rank": RANKS}, CARDS, study, 1) == {}


def test_plot_data_has_the_gaps_of_tasks_in_the_order_of_the_property():
    rows = list(relation_rows({"subjectivity_rank": RANKS, "mean_agreement": {}}, CARDS, STUDY))
    assert [row[1] for row in rows] == ["spam", "news", "moods", "jokes"]
    assert rows[0] == ("subjectivity_rank", "spam", "zero_shot", "m", 1.0, *number(0.02))
