import json

import pytest

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.floor.plan import Study
from synthgap.measure.diversity import summary as diversity_summary
from synthgap.measure.scoring.cards import CellCard, TaskCard
from tests.measure.diversity_cards import diversity_card, number

TASKS = ["a", "b", "c", "d"]
STUDY = Study(tasks=TASKS, sources=["real", "few_shot"], models=["m"], seeds=[1])


def task_card(gap):
    score = {"accuracy": number(0.5), "macro_f1_by_seed": [0.5], "f1_by_label": {}}
    real = CellCard(macro_f1=number(0.9), **score)
    few_shot = CellCard(macro_f1=number(0.9 - gap), gap=number(gap), **score)
    return TaskCard(
        n=40,
        left_out_rows=0,
        resamples=100,
        tolerance=0.02,
        seeds=[1],
        models={"m": {"real": real, "few_shot": few_shot}},
    )


DIVERSITIES = {task: diversity_card(s) for task, s in zip(TASKS, (0.5, 0.6, 0.7, 0.8), strict=True)}
CARDS = {task: task_card(gap) for task, gap in zip(TASKS, (0.4, 0.2, 0.3, 0.1), strict=True)}


def test_the_relation_is_that_of_a_sources_similarity_with_its_gap():
    found = diversity_summary.summarize(DIVERSITIES, CARDS, STUDY, 1).relations
    relation = found["similarity_score"]["gap"]["m"]["few_shot"]
    # Ranks 1 2 3 4 and 4 2 3 1: rho = 1 - 6 (9 + 0 + 0 + 9) / (4 x 15) = -0.8.
    assert relation.rho == pytest.approx(-0.8)
    assert relation.n == 4
    # Of the 24 orders of the gaps, rho is at most -0.8 in 4 (-1, and three times -0.8), and
    # at least 0.8 in as many.
    assert relation.p == pytest.approx(8 / 24)


def test_what_does_not_differ_between_tasks_has_no_rho_but_a_reason():
    found = diversity_summary.summarize(DIVERSITIES, CARDS, STUDY, 1).relations
    relation = found["vendi_score_minus_real"]["gap"]["m"]["few_shot"]
    assert relation.rho is None
    assert relation.absent == {"rho": "the vendi_score_minus_real is the same for all"}


def test_real_texts_have_no_relation():
    found = diversity_summary.summarize(DIVERSITIES, CARDS, STUDY, 1).relations
    assert all(
        set(by_model["m"]) == {"few_shot"} for by in found.values() for by_model in by.values()
    )


def test_rows_have_every_number_of_every_source_and_of_the_held_out_texts():
    summary = diversity_summary.summarize(DIVERSITIES, CARDS, STUDY, 1)
    rows = list(diversity_summary.rows(summary))
    assert rows[0] == ("a", "real", "remote_clique_distance", 0.5, 0.4, 0.6, 40)
    # Three numbers of real texts, six of each other sample, in each of four tasks.
    assert len(rows) == 4 * (3 + 6 + 6)
    assert [row[1] for row in rows[:15]] == ["real"] * 3 + ["few_shot"] * 6 + ["held_out"] * 6


def test_cards_come_back_as_they_were_written(tmp_path):
    for task, card in DIVERSITIES.items():
        tables.write_metrics(card.model_dump(exclude_none=True), tmp_path / f"{task}.json")
    assert diversity_summary.read_cards(tmp_path, STUDY) == DIVERSITIES


def test_a_card_of_another_plan_is_refused(tmp_path):
    for task, card in DIVERSITIES.items():
        tables.write_metrics(card.model_dump(exclude_none=True), tmp_path / f"{task}.json")
    other = STUDY.model_copy(update={"sources": ["real", "zero_shot"]})
    expected = r"a\.json: sources are \['few_shot', 'real'\], expected \['real', 'zero_shot'\]"
    with pytest.raises(InputError, match=expected):
        diversity_summary.read_cards(tmp_path, other)


def test_the_section_can_be_written(tmp_path):
    summary = diversity_summary.summarize(DIVERSITIES, CARDS, STUDY, 1)
    tables.write_metrics(summary.model_dump(exclude_none=True), tmp_path / "summary.json")
    found = json.loads((tmp_path / "summary.json").read_text())
    assert [task["task"] for task in found["tasks"]] == STUDY.tasks
    assert found["tasks"][0]["held_out"]["similarity_score"]["value"] == 0.9
