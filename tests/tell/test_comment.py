from synthgap.tell import changes, comment, reruns
from tests.tell import hand_made
from tests.tell.test_changes import told
from tests.tell.test_reruns import lock, train, write

BETTER = {
    "weather": hand_made.card({"zero_shot": (0.0, -0.01, 0.01)}),
    "moods": hand_made.card({"zero_shot": (-0.1, -0.14, -0.07)}, n=80),
}


def page(old=None, new=None, **changed):
    material = comment.Material(
        revision="main (abc1234)",
        changes=changes.compare(old or told(), new or told()),
        reruns=None,
        figures=[],
        metrics="",
        params="",
    )
    return comment.page(material._replace(**changed))


def lines(text, start):
    return [line for line in text.splitlines() if line.startswith(start)]


def test_the_page_begins_with_the_marker_and_what_it_compares_with():
    text = page().splitlines()
    assert text[0] == comment.MARKER
    assert text[2] == "## What changed since `main (abc1234)`"


def test_nothing_changed_is_said():
    text = page()
    assert "**No score changed** (4 cells compared)." in text
    assert "### Verdicts" not in text
    assert "### Scores" not in text


def test_a_changed_verdict_is_said_in_words_with_scores_intervals_and_the_change():
    (sentence,) = lines(page(new=told(BETTER)), "- ")
    assert sentence == (
        "- `weather`, minilm, zero-shot texts: falls short → **stands in**. "
        "Macro-F1 60.0 (50.0 to 65.0) → 90.0 (80.0 to 95.0), changed by +30.0 (+18.8 to +41.2) "
        "points; gap to real texts +30.0 (+27.0 to +34.0) → +0.0 (-1.0 to +1.0)."
    )


def test_the_headline_counts_verdicts_and_cells():
    (headline,) = lines(page(new=told(BETTER)), "**")
    assert headline.startswith("**1 of 2 verdicts and the scores of 1 of 4 cells changed.**")
    assert "minilm trained on zero-shot texts +15.0 (" in headline


def test_the_table_has_a_row_for_each_changed_cell():
    (_, _, row) = lines(page(new=told(BETTER)), "|")
    assert row.startswith("| `weather` | minilm | zero-shot | 60.0 (50.0 to 65.0) | 90.0 (")
    assert row.endswith("| falls short → stands in |")


def test_a_change_of_the_data_source_is_said_in_large_before_any_number():
    text = page(new=told(BETTER, origin="sample"))
    assert lines(text, "# ") == ["# THE HUMAN TEXTS COME FROM ELSEWHERE: mirror → sample"]
    assert text.index("# THE HUMAN TEXTS") < text.index("**1 of 2 verdicts")
    assert "a demonstration, not a result" in text


def test_a_change_of_the_data_source_of_some_tasks_names_them():
    new = told()
    texts = new.data.model_copy(update={"own": ["moods"]})
    text = page(new=new.model_copy(update={"data": texts}))
    assert lines(text, "# ") == ["# THE HUMAN TEXTS OF `moods` COME FROM ELSEWHERE: mirror → own"]


def test_two_runs_on_the_sample_are_a_demonstration():
    sample = told(origin="sample")
    assert lines(page(sample, sample), "# ") == ["# DEMONSTRATION, NOT A RESULT"]
    assert lines(page(), "# ") == []


def test_tasks_that_came_or_left_are_named():
    new = told({"moods": BETTER["moods"], "news": BETTER["weather"]}, tasks=["moods", "news"])
    assert lines(page(new=new), "- tasks") == ["- tasks came: `news`; left: `weather`"]


def test_another_tolerance_is_said():
    new = told()
    new = new.model_copy(update={"tolerance": 0.05})
    assert "The tolerance is 5.0 points now, before 2.0." in page(new=new)


def test_stages_are_counted_by_kind_with_what_set_them_off():
    old = lock(**{"write@moods": write(), "train@moods-a": train()})
    new = lock(**{"write@moods": write("t2", prompt="b"), "train@moods-a": train("t2")})
    text = page(reruns=reruns.compare_locks(old, new))
    assert "| `write` (`moods`) | 1 | 1 |" in text
    assert "| `train` (`moods-a`) | 1 | 0 |" in text
    assert "2 of 2 stages ran, or came from the run cache; set off by `prompt`." in text


def test_stages_without_a_lock_file_are_not_known():
    assert "Not known: one of the two has no `dvc.lock`." in page()


def test_figures_are_named():
    assert "`plots/figures/scores.png`" in page(figures=["plots/figures/scores.png"])


def test_tables_of_dvc_are_folded_and_those_without_rows_are_not():
    text = page(metrics="| Path | Metric |\n|---|---|\n| a | b |")
    assert "<details><summary><code>dvc metrics diff --md</code></summary>\n\n| Path" in text
    assert "`dvc params diff --md`: no change." in text


def test_values_of_params_are_text_and_take_no_more_room_than_they_need():
    table = "| Param   | main   |\n|---------|--------|\n| prompt  | <img> @all</details> |"
    text = page(params=table)
    assert "| Param | main |\n|---|---|\n| prompt | &lt;img> @&#8203;all&lt;/details> |" in text
    assert text.count("</details>") == 1


def test_the_page_stays_under_the_limit_and_says_what_is_left_out():
    row = "| metrics/summary.json | tasks.humor.minilm.zero_shot.gap | 0.1 | 0.2 | 0.1 |"
    table = "\n".join(["| a | b | c | d | e |", "|---|---|---|---|---|", *[row] * 2000])
    text = page(new=told(BETTER), metrics=table, params=table)
    assert 50_000 < len(text) <= comment.LIMIT
    assert text.count("The rest is left out: run the command.") == 2
    assert all(line == row for line in lines(text, "| metrics/"))
    assert text.count("</details>") == 2


def test_more_changes_than_anyone_reads_are_counted():
    tasks = [f"task_{i}" for i in range(100)]
    old = dict.fromkeys(tasks, hand_made.card({"zero_shot": (0.3, 0.27, 0.34)}))
    new = dict.fromkeys(tasks, BETTER["weather"])
    text = page(told(old, tasks=tasks), told(new, tasks=tasks))
    assert len(lines(text, "- `task_")) == 40
    assert "And 60 verdicts more." in text
    assert len(lines(text, "| `task_")) == 60
    assert "And 40 cells more." in text


def test_names_from_elsewhere_cannot_leave_their_code():
    hostile = "`</details>\n# <script>alert(1)</script> | @everyone" + "x" * 500
    text = page(figures=[hostile], revision=hostile)
    assert all("`</details>" not in line for line in text.splitlines())
    assert lines(text, "# ") == []
    assert max(len(line) for line in text.splitlines()) < 300
