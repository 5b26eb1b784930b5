"""`synthgap judge` against a server on loopback."""

import json
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from synthgap.floor import csv_tables, params, tables
from synthgap.measure.ranking.judgments import COLUMNS
from tests.generate.api import VARIABLE, n_stored
from tests.generate.endpoint import Fault, completion, serving
from tests.judge import plan
from tests.judge.plan import asked, run

ROOT = Path(__file__).parents[2]
OUT = Path("data/judgments/tiny.csv")
OWN = {label: task for task, labels in plan.LABELS.items() for label in labels}


@pytest.fixture
def folder(endpoint, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    endpoint.text = by_name
    plan.write(tmp_path, endpoint.url)
    plan.write_pools(tmp_path)
    return tmp_path


def shown(body):
    """Return the two tasks of a question, in their order."""
    labels = re.findall(r'^Label "(\w+)"', asked(body), re.MULTILINE)
    first, second = dict.fromkeys(OWN[label] for label in labels)
    return first, second


def by_name(body):
    """Answer as somebody who finds the task more objective whose name comes later."""
    return "A" if shown(body)[0] > shown(body)[1] else "Answer: **B**"


def judgments(path=OUT):
    return csv_tables.read(path, COLUMNS)


def test_every_judge_is_asked_about_every_pair_in_both_orders(endpoint, folder):
    run("judge", "--judges", 2)
    # 3 tasks have 6 ordered pairs.
    assert len(endpoint.seen) == 12
    assert set(Counter(map(shown, endpoint.seen)).values()) == {2}
    assert len({shown(body) for body in endpoint.seen}) == 6
    assert len({body["seed"] for body in endpoint.seen}) == 12
    table = judgments()
    pairs = Counter(zip(table["judge"], table["task_a"], table["task_b"], strict=True))
    assert (len(pairs), set(pairs.values())) == (12, {1})
    assert set(table["judge"]) == {"tiny_1", "tiny_2"}
    better = table[["task_a", "task_b"]].max(axis=1)
    assert table["more_objective"].tolist() == better.tolist()


def test_the_ranking_reads_the_judgments_as_a_language_models(endpoint, folder):
    run("judge", "--judges", 2)
    script = str(ROOT / "stages" / "rank_tasks.py")
    command = [sys.executable, script, "--judgments", "data/judgments", "--metrics", "m.json"]
    subprocess.run(command, check=True, capture_output=True)
    card = json.loads(Path("m.json").read_text())
    assert (card["judgments"], card["n_judges"], card["n_judgments"]) == ("llm", 2, 12)
    ranks = {task: found["rank"] for task, found in card["tasks"].items()}
    assert ranks == {"weather": 1, "spam": 2, "moods": 3}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (by_name, "tiny_1: 6 judgments, 50% for the task shown first, 0 of 3 pairs turned"),
        (lambda _: "A", "tiny_1: 6 judgments, 100% for the task shown first, 3 of 3 pairs turned"),
        (lambda _: "b.", "tiny_1: 6 judgments, 0% for the task shown first, 3 of 3 pairs turned"),
    ],
    ids=["consistent", "first", "second"],
)
def test_the_influence_of_the_order_is_told(endpoint, folder, text, line):
    endpoint.text = text
    assert line in run("judge", "--judges", 1)


def test_what_judges_are_shown(endpoint, folder):
    run("judge", "--judges", 3)
    by_judge = Counter()
    for body in endpoint.seen:
        text = asked(body)
        assert not re.search(r"\b(weather|moods|spam)\b", text)
        assert text.count('  Example: "') == 2 * text.count("\nLabel ")
        by_judge[tuple(sorted(set(re.findall(r'Example: "(calm \w+)"', text))))] += 1
    # Examples are drawn for each judge: with three of a label, three judges may see up to three
    # pairs, and one judge sees the same in all 4 of its questions about moods.
    assert all(n % 4 == 0 for examples, n in by_judge.items() if examples)


def test_without_examples_no_texts_are_needed(endpoint, folder):
    (folder / "data/pool/moods.jsonl").unlink()
    said = run("judge", status=1)
    assert "run `dvc repro fetch_real@moods` first, or ask with --examples 0" in said
    assert endpoint.seen == []
    run("judge", "--judges", 1, "--examples", 0)
    assert "Example" not in "".join(map(asked, endpoint.seen))


def test_a_second_run_asks_for_nothing_and_writes_the_same(endpoint, folder, monkeypatch):
    run("judge", "--judges", 2)
    files = [OUT, OUT.with_suffix(".json"), Path("params.yaml")]
    before = [file.read_bytes() for file in files]
    monkeypatch.delenv(VARIABLE)
    run("judge", "--judges", 2, "--force")
    assert len(endpoint.seen) == 12
    assert [file.read_bytes() for file in files] == before


def test_further_judges_and_another_name_leave_what_is_paid(endpoint, folder):
    run("judge", "--judges", 2)
    run("judge", "--judges", 3, "--out", "data/judgments/more.csv")
    assert len(endpoint.seen) == 18
    assert set(judgments(OUT.with_name("more.csv"))["judge"]) == {"more_1", "more_2", "more_3"}


def test_files_are_not_replaced_unasked(endpoint, folder):
    tables.write_plain("mine", OUT)
    assert run("judge", status=1).startswith("synthgap: data/judgments/tiny.csv: is there already")
    assert endpoint.seen == []
    assert OUT.read_text() == "mine"


@pytest.mark.parametrize(
    ("out", "line"),
    [
        ("data/judgments/tiny.txt", "found the ending '.txt', expected .csv"),
        ("data/judgments/judge.csv", "data/judgments/a.csv has a judge 'judge_2' too"),
    ],
)
def test_a_table_that_the_ranking_would_refuse_is_refused_first(endpoint, folder, out, line):
    tables.write_csv([("judge_2", "moods", "spam", "spam")], COLUMNS, OUT.with_name("a.csv"))
    assert line in run("judge", "--judges", 3, "--out", out, status=1)
    assert endpoint.seen == []


def test_one_task_has_nothing_to_be_compared_with(endpoint, folder):
    plan.write(folder, endpoint.url, tasks=["moods"])
    assert "study.tasks: found one task, expected two" in run("judge", status=1)


def test_a_dry_run_says_what_it_would_take(endpoint, folder):
    plan.write(folder, endpoint.url, {"budget_usd": 1.0})
    said = run("judge", "--judges", 2, "--dry-run").splitlines()
    assert said[0] == "judgments: 12 requests to tiny, more where an answer cannot be read"
    # 4 tokens each, and 64 (llm.max_tokens) at most.
    assert re.fullmatch(r"  tokens: about [\d,]+ in, 48 out \(estimated; 768 at most\)", said[1])
    assert said[2].startswith("  cost: about $0.0")
    assert said[2].endswith("budget $1.00")
    assert (endpoint.paths, OUT.exists()) == ([], False)
    run("judge", "--judges", 2)
    assert "judgments: 0 requests" in run("judge", "--judges", 2, "--dry-run")
    # A reply of the server takes 8 tokens; from 20 replies on they are measured.
    run("judge", "--judges", 4, "--force")
    said = run("judge", "--judges", 5, "--dry-run")
    assert "judgments: 6 requests" in said
    assert "48 out (measured; 384 at most)" in said


def test_without_a_price_the_cost_is_unknown(endpoint, folder):
    plan.write(folder, endpoint.url, {"price": plan.PRICE | {"prompt": None}})
    assert "  cost: unknown, set llm.price" in run("judge", "--dry-run")


# Two at a time: whichever requests come first, no question then has three such replies.
@pytest.mark.parametrize(
    "bodies",
    [
        [completion("Both."), completion("")],
        [completion("A or B"), completion("A", finish_reason="length")],
    ],
)
def test_an_answer_that_cannot_be_read_is_asked_for_again(endpoint, folder, bodies):
    endpoint.faults = [Fault(body=body) for body in bodies]
    said = run("judge", "--judges", 1)
    assert len(endpoint.seen) == 6 + 2
    assert len({body["seed"] for body in endpoint.seen}) == 8
    assert len(judgments()) == 6
    assert "cannot be read, see" not in said


def test_after_three_replies_a_question_stays_open_and_is_told(endpoint, folder):
    def text(body):
        return "I could not say." if shown(body) == ("moods", "spam") else by_name(body)

    endpoint.text = text
    said = run("judge", "--judges", 2)
    assert Counter(map(shown, endpoint.seen))[("moods", "spam")] == 2 * 3
    assert len(endpoint.seen) == 2 * (5 + 3)
    assert "2 of 12 answers cannot be read" in said
    assert len(judgments()) == 10
    made = json.loads(OUT.with_suffix(".json").read_text())
    assert made["unread"] == [["tiny_1", "moods", "spam"], ["tiny_2", "moods", "spam"]]
    run("judge", "--judges", 2, "--force")
    assert len(endpoint.seen) == 16


def test_without_any_answer_nothing_is_written(endpoint, folder):
    endpoint.text = lambda _: "As a model,\n\x1b[31mI refuse."
    said = run("judge", "--judges", 1, status=1)
    assert "judgments: no answer can be read, the last reply is 'As a model, \\x1b[31mI" in said
    assert not OUT.parent.exists()
    assert params.load()["rank_tasks"]["llm_judges"] == ["old_1"]


def test_a_full_budget_stops_and_keeps_what_is_paid(endpoint, folder):
    plan.write(folder, endpoint.url, {"budget_usd": 0.0015, "concurrency": 1})
    said = run("judge", "--judges", 3, status=1)
    assert "llm.budget_usd: 0.0015 is reached" in said
    n = len(endpoint.seen)
    assert 0 < n < 18
    assert n_stored(folder) == n
    assert not OUT.exists()
    plan.write(folder, endpoint.url)
    run("judge", "--judges", 3)
    assert len(endpoint.seen) == 18


def test_a_run_that_is_killed_pays_for_nothing_twice_but_what_was_in_flight(tmp_path):
    with serving(delay=0.02, text=by_name) as endpoint:
        plan.write(tmp_path, endpoint.url, {"concurrency": 2})
        plan.write_pools(tmp_path)
        first = plan.start(tmp_path, "judge", "--judges", "10")
        while len(endpoint.seen) < 15:
            assert first.poll() is None, first.communicate()
            time.sleep(0.002)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        assert not (tmp_path / OUT).exists()
        again = plan.start(tmp_path, "judge", "--judges", "10")
        _, said = again.communicate()
        assert again.returncode == 0, said
    assert len(endpoint.repeats) == 60
    assert 60 <= len(endpoint.seen) <= 60 + 2
    assert len(judgments(tmp_path / OUT)) == 60
    assert {file.name for file in (tmp_path / OUT.parent).iterdir()} == {"tiny.csv", "tiny.json"}
    assert re.search(r"judgments: \d+ of 60 answers, asking for \d+", said)


def test_params_name_the_judges_and_keep_all_else(endpoint, folder):
    before = Path("params.yaml").read_text()
    said = run("judge", "--judges", 2)
    assert "rank_tasks.llm_judges has tiny_1, tiny_2 now" in said
    assert Path("params.yaml").read_text() == before.replace("[old_1]", "[old_1, tiny_1, tiny_2]")


def test_where_params_cannot_be_changed_safely_the_line_is_told(endpoint, folder):
    plan.write(folder, endpoint.url, judges="\n  - old_1\n  - 4_1x")
    before = Path("params.yaml").read_text()
    said = run("judge", "--judges", 1).splitlines()
    place = said.index("params.yaml: put this line under rank_tasks, else they count as people:")
    assert said[place + 1] == '  llm_judges: [old_1, "4_1x", tiny_1]'
    assert Path("params.yaml").read_text() == before


def test_how_the_judgments_were_made_stands_beside_them(endpoint, folder):
    plan.write(folder, endpoint.url, {"extra": {"secret_field": "x"}})
    run("judge", "--judges", 1)
    made = json.loads(OUT.with_suffix(".json").read_text())
    assert (made["model"], made["n_judgments"], made["examples_per_label"]) == ("tiny", 6, 2)
    assert made["made_by"] == "a language model, not people"
    assert made["sampling"] == {"max_tokens": 64, "temperature": 1.0, "top_p": 1.0}
    assert made["position"] == {"tiny_1": {"first_share": 0.5, "n_twice": 3, "n_turned": 0}}
    assert (made["replies"]["requests"], made["replies"]["prompt_tokens"]) == (6, 60)


def test_a_model_with_slashes_gives_a_file_in_the_folder(endpoint, folder):
    endpoint.models = ["../org/big model"]
    plan.write(folder, endpoint.url, {"model": "../org/big model"})
    run("judge", "--judges", 1)
    assert judgments(OUT.with_name("org-big-model.csv"))["judge"][0] == "org-big-model_1"


def test_the_sample_is_not_taken_for_human_texts(endpoint, folder):
    tables.write_metrics({"source": "sample"}, Path("data/source.json"))
    assert "of the sample, which a language model wrote" in run("judge", "--dry-run")
    tables.write_metrics({"source": "mirror"}, Path("data/source.json"))
    assert "sample" not in run("judge", "--dry-run")


def test_a_form_asks_nobody_and_comes_with_a_table_to_fill_in(endpoint, folder):
    said = run("judge", "--form", "forms/ann.html")
    assert "forms/ann.html: 3 questions about 3 tasks" in said
    assert endpoint.paths == []
    header, *rows = Path("forms/ann.csv").read_text().splitlines()
    assert header == "judge,task_a,task_b,more_objective"
    pairs = [tuple(row.split(",")[1:3]) for row in rows]
    assert {tuple(sorted(pair)) for pair in pairs} == {
        ("moods", "spam"),
        ("moods", "weather"),
        ("spam", "weather"),
    }
    page = Path("forms/ann.html").read_text()
    places = [page.index(f"☐ {a}</td><td>☐ {b}") for a, b in pairs]
    assert places == sorted(places)
    assert "is there already" in run("judge", "--form", "forms/ann.html", status=1)
    assert "expected .html" in run("judge", "--form", "forms/ann.pdf", status=1)


def test_the_filled_in_table_counts_as_a_persons(endpoint, folder):
    run("judge", "--judges", 2)
    run("judge", "--form", "forms/ann.html")
    filled = re.sub(r"^(ann,\w+,(\w+)),$", r"\1,\2", Path("forms/ann.csv").read_text(), flags=re.M)
    (OUT.parent / "ann.csv").write_text(filled)
    script = str(ROOT / "stages" / "rank_tasks.py")
    command = [sys.executable, script, "--judgments", "data/judgments", "--metrics", "m.json"]
    subprocess.run(command, check=True, capture_output=True)
    card = json.loads(Path("m.json").read_text())
    assert {judge: own["kind"] for judge, own in card["judges"].items()} == {
        "ann": "human",
        "tiny_1": "llm",
        "tiny_2": "llm",
    }
