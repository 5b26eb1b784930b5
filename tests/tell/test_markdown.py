from synthgap.measure.relation.card import Relation
from synthgap.tell import markdown, words
from tests.tell import hand_made


def rows(page):
    """Return the lines of tables, without those of the section on diversity."""
    scores = page.partition("## Are LLM-written texts")[0]
    return [line for line in scores.splitlines() if line.startswith("|")]


def test_the_page_begins_with_the_answer_and_says_where_the_texts_come_from():
    whole = hand_made.summary()
    first, _, second, *_ = markdown.page(whole).splitlines()
    assert first == f"**{words.answers(whole)[0]}**"
    assert second == "Human texts: the public datasets, from a local mirror of the hub."


def test_a_demonstration_is_said_to_be_one_before_anything_else():
    page = markdown.page(hand_made.summary(origin="sample"))
    assert page.startswith("# DEMONSTRATION, NOT A RESULT\n\n> Demonstration only")
    assert "DEMONSTRATION" not in markdown.page(hand_made.summary())


def test_the_table_has_scores_gaps_and_verdicts_the_largest_gap_first_and_the_mean_last():
    header, _, first, second, mean = rows(markdown.page(hand_made.summary()))
    assert header == "| task | rank | n | real | zero-shot | gap, zero-shot |"
    assert first == (
        "| `weather` | 1 | 50 | 90.0 (80.0 to 95.0) | 60.0 (50.0 to 65.0) "
        "| +30.0 (+27.0 to +34.0) falls short |"
    )
    assert second == (
        "| `moods` | 2 | 80 | 90.0 (80.0 to 95.0) | 100.0 (90.0 to 105.0) "
        "| -10.0 (-14.0 to -7.0) stands in |"
    )
    # Score limits: 0.1 below each of two, root of 0.02, half: 0.0707; 0.05 above: 0.0354.
    assert mean == (
        "| mean of 2 tasks |  |  | 90.0 (82.9 to 93.5) | 80.0 (72.9 to 83.5) "
        "| +10.0 (+7.5 to +12.5) stands in on 1 of 2 |"
    )


def test_the_mean_of_one_task_is_not_one_of_tasks():
    page = markdown.page(hand_made.summary(tasks=["moods"]))
    assert "| mean of 1 task |" in page


def test_every_model_has_its_own_table():
    cards = {"moods": hand_made.card({"zero_shot": (0, 0, 0)}, models=("minilm", "tfidf"))}
    page = markdown.page(hand_made.summary(cards, tasks=["moods"], models=["tfidf", "minilm"]))
    assert page.index("## tfidf") < page.index("## minilm")
    assert len(rows(page)) == 2 * 4


def test_rows_that_were_left_out_are_counted():
    cards = {"moods": hand_made.card({"zero_shot": (0, 0, 0)}, left_out_rows=3)}
    page = markdown.page(hand_made.summary(cards, tasks=["moods"]))
    assert "Test texts not scored because a training table has them too: `moods` 3." in page
    assert "not scored" not in markdown.page(hand_made.summary())


def test_without_gaps_nothing_is_said_of_them():
    cards = {task: hand_made.card({}) for task in ("weather", "moods")}
    page = markdown.page(hand_made.summary(cards, sources=["real"]))
    assert rows(page)[0] == "| task | rank | n | real |"
    assert "stands in" not in page


def test_relations_are_told_with_their_p_and_who_judged_or_why_there_is_none():
    relations = {
        "subjectivity_rank": {
            "gap": {
                "minilm": {
                    "zero_shot": Relation(
                        n=10, rho=0.5, low=-0.2, high=0.864, p=0.1437, permutations=3628800
                    )
                }
            }
        },
        "mean_agreement": {
            "gap": {"minilm": {"zero_shot": Relation(n=2, absent={"rho": "only 2 tasks"})}}
        },
    }
    whole = hand_made.summary()
    why = whole.subjectivity.model_copy(update={"relations": relations})
    page = markdown.page(whole.model_copy(update={"subjectivity": why}))
    first, second = [row for row in rows(page) if "| minilm | zero-shot |" in row]
    assert first == (
        "| subjectivity rank of the task | minilm | zero-shot | +0.50 (-0.20 to +0.86) "
        "| 0.144 | 10 |"
    )
    assert second == (
        "| mean agreement of people on its texts | minilm | zero-shot "
        "| not known (only 2 tasks) | – | 2 |"
    )
    assert "judgments of a language model, not of people" in page


def test_one_reason_for_no_relation_at_all_is_told_once():
    few = Relation(n=2, absent={"rho": "only 2 tasks"})
    relations = {"mean_agreement": {"gap": {"minilm": {"zero_shot": few, "few_shot": few}}}}
    whole = hand_made.summary()
    why = whole.subjectivity.model_copy(update={"relations": relations})
    page = markdown.page(whole.model_copy(update={"subjectivity": why}))
    assert [row for row in rows(page) if "mean agreement" in row] == [
        "| mean agreement of people on its texts | all | all | not known (only 2 tasks) | – | 2 |"
    ]


def test_diversity_is_told_beside_that_of_held_out_texts_and_related_to_the_gap():
    page = markdown.page(hand_made.summary())
    table = page.partition("## Are LLM-written texts narrower, or elsewhere?")[2]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    assert lines[0] == (
        "| task | n | similarity to real, zero-shot | similarity to real, held-out "
        "| Remote Clique, real | Remote Clique, zero-shot | AUC, zero-shot | AUC, held-out |"
    )
    assert lines[2] == "| `weather` | 40 | 0.50 | 0.90 | 0.50 | 0.40 | 0.50 | 0.90 |"
    assert lines[3] == "| `moods` | 40 | 0.60 | 0.90 | 0.50 | 0.40 | 0.60 | 0.90 |"
    assert "| not known (n is 2, expected at least 3) | – | 2 |" in lines[6]


def test_the_gap_is_related_to_the_auc_beyond_that_of_the_held_out_texts():
    page = markdown.page(hand_made.summary())
    assert "| AUC of telling them from real texts, minus that of held-out real texts |" in page
    assert "| AUC of telling them from real texts |" not in page


def test_the_page_names_no_number_of_neighbours_that_it_does_not_know():
    assert "five nearest" not in markdown.page(hand_made.summary())


def test_without_gaps_nothing_is_said_of_diversity():
    cards = {task: hand_made.card({}) for task in ("weather", "moods")}
    assert "elsewhere" not in markdown.page(hand_made.summary(cards, sources=["real"]))
