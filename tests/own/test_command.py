"""The command with the real DVC: what it writes, where it only shows, and what it leaves alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from synthgap.fetch import own
from synthgap.floor import tables
from tests.fetch.hubserver import hub
from tests.fetch.study import columns, write_parquet
from tests.own.made import put, rows, snapshot, table

ROWS = rows(60)


def params(folder):
    return (folder / "params.yaml").read_text(encoding="utf-8")


def ignored(folder, name):
    command = ["git", "check-ignore", "--quiet", name]
    return subprocess.run(command, cwd=folder, check=False).returncode == 0


def test_a_task_is_stored_under_dvc_and_only_its_lines_are_added(tracked, add):
    put(tracked, "f.csv", table(ROWS))
    before = params(tracked)
    done = add("f.csv", "--describe", "day=it is light outside")
    assert done.exit_code == 0, done.output
    assert params(tracked).startswith(before + "\n  mine:\n    labels: [day, night]\n")
    assert "\n        day: it is light outside\n" in params(tracked)
    assert ignored(tracked, "data/own/mine.jsonl")
    assert not ignored(tracked, "data/own/mine.jsonl.dvc")
    pointer = (tracked / "data/own/mine.jsonl.dvc").read_text(encoding="utf-8")
    assert "path: mine.jsonl" in pointer
    assert "To edit: what the labels mean (night), and the wordings" in done.stdout
    assert "dvc exp run -S 'study.tasks=[mine]' -S generate.backend=api" in done.stdout
    assert "With this task alone: 1 task, 6 cells to train, 18 fits" in done.stdout
    assert "texts: 400 requests to the model that you choose" in done.stdout
    assert "cost: unknown, set llm.price" in done.stdout


def with_import(folder, sources, **entry):
    """Put a corpus made elsewhere into the plan."""
    content = {"task": "humor", "source": "other", "path": "a.csv", "text": "t", "label": "l"}
    listed = ", ".join(f"{name}: {value}" for name, value in (content | entry).items())
    text = params(folder).replace("imports: {}", f"imports: {{theirs: {{{listed}}}}}")
    names = text[text.index("    - ag_news") : text.index("  sources:")]
    text = text.replace(names, "    - humor\n")
    text = text.replace("sizes: {} ", "sizes: {minilm: [25]} ")
    put(folder, "params.yaml", text.replace("[real, zero_shot, few_shot]", sources))


@pytest.mark.parametrize(
    ("planned", "left"),
    [
        ("[real, few_shot, other]", "[real,few_shot]"),
        # Human texts alone would have nothing to be compared with.
        ("[real, other]", "[real,zero_shot,few_shot]"),
    ],
)
def test_a_plan_with_a_corpus_for_other_tasks_takes_a_further_task(tracked, add, planned, left):
    put(tracked, "f.csv", table(ROWS))
    with_import(tracked, planned)
    done = add("f.csv")
    assert done.exit_code == 0, done.output
    command = f"dvc exp run -S 'study.tasks=[mine]' -S 'study.sources={left}' -S generate.backend"
    assert command in done.stdout
    n_sources = left.count(",") + 1
    cells = f"1 task, {2 * n_sources} cells to train, {6 * n_sources} fits; sizes minilm 25: "
    assert f"With this task alone: {cells}" in done.stdout


def test_a_planned_task_with_a_corpus_of_its_own_keeps_the_sources_of_the_plan(tracked, add):
    put(tracked, "f.csv", table(ROWS))
    assert add("f.csv").exit_code == 0
    with_import(tracked, "[real, other]", task="mine", names="{d: day, n: night}")
    put(tracked, "params.yaml", params(tracked).replace("    - humor\n", "    - mine\n"))
    done = add("f.csv", "--force")
    assert done.exit_code == 0, done.output
    assert "dvc exp run -S generate.backend=api" in done.stdout
    assert "With this task alone: 1 task, 4 cells to train" in done.stdout


def test_a_plan_that_lacks_a_corpus_for_the_task_does_not_take_it(tracked, add):
    put(tracked, "f.csv", table(ROWS))
    with_import(tracked, "[real, zero_shot, other]")
    before = snapshot(tracked)
    done = add("f.csv", "--plan")
    assert done.exit_code == 1
    assert done.stderr == (
        "synthgap: params.yaml: imports: nothing for the task 'mine' from 'other'\n"
    )
    assert snapshot(tracked) == before


def test_a_task_that_is_there_is_only_shown_until_forced(tracked, add):
    put(tracked, "f.csv", table(ROWS))
    assert add("f.csv", "--plan").exit_code == 0
    edited = params(tracked).replace(
        "        day: texts of", "        # mine\n        day: texts of"
    )
    edited = edited.replace("You write texts for a collection", "You gather texts for a corpus")
    put(tracked, "params.yaml", edited)
    put(tracked, "f.csv", table([*ROWS, *((f"{a}?", "dusk") for a, _ in ROWS)]))
    before = snapshot(tracked)
    shown = add("f.csv")
    assert shown.exit_code == 1
    assert "+    labels: [day, dusk, night]" in shown.stdout
    assert "Nothing was written" in shown.stdout
    assert snapshot(tracked) == before
    assert add("f.csv", "--force", "--describe", "night=dark").exit_code == 0
    assert len(tables.read_texts(tracked / "data/own/mine.jsonl", own.TABLE)) == 240
    prompt = YAML(typ="safe").load(params(tracked))["tasks"]["mine"]["prompt"]
    assert prompt["context"].startswith("You gather texts for a corpus")
    assert prompt["descriptions"]["night"] == "dark"
    assert sorted(prompt["descriptions"]) == ["day", "dusk", "night"]
    for comment in ("  # Proposed by add-task", "        # mine\n        day: texts of the kind"):
        assert comment in params(tracked)
    others = before["params.yaml"].decode().split("\n  mine:\n")[0]
    assert params(tracked).split("\n  mine:\n")[0] == others


def test_a_failure_of_dvc_puts_everything_back(tracked, add):
    put(tracked, "f.csv", table(ROWS))
    assert add("f.csv").exit_code == 0
    before = snapshot(tracked)
    (tracked / ".dvc/config").write_text("[core\n", encoding="utf-8")
    put(tracked, "f.csv", table(ROWS[:40]))
    done = add("f.csv", "--force")
    assert done.exit_code == 1
    assert done.stderr.startswith("synthgap: data/own/mine.jsonl: dvc add fails (")
    assert snapshot(tracked) == before | {"f.csv": table(ROWS[:40]).encode()}


@pytest.fixture
def add_of_hub(tracked, tmp_path):
    """Run `synthgap add-task` where a hub has org/name with 60 training and 3 test texts a label.

    Its org/practice has the training texts alone. In a process of its own, since the libraries look
    for the hub when they are imported.
    """
    train = [{"text": a, "label": int(b == "night")} for a, b in ROWS]
    test = [{"text": f"{a}!", "label": int(b == "night")} for a, b in ROWS[:6]]
    for name, content in (("name/train", train), ("name/test", test), ("practice/train", train)):
        file = tmp_path / f"served/org/{name}.parquet"
        write_parquet(file, columns(content), {"label": ["day", "night"]})
    command = "from synthgap.cli import app; app()"

    def run(*arguments):
        named = ["add-task", "mine", *arguments, "--text", "text", "--label", "label"]
        with hub(tmp_path / "served") as endpoint:
            offline = ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE")
            environment = {name: v for name, v in os.environ.items() if name not in offline}
            environment |= {
                "HF_ENDPOINT": endpoint,
                "HF_HOME": str(tmp_path / "home"),
                "HF_HUB_DISABLE_XET": "1",
                "HF_UPDATE_DOWNLOAD_COUNTS": "0",
            }
            return subprocess.run(
                [sys.executable, "-c", command, *named],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )

    return run


def test_a_dataset_of_the_hub_is_stored_too(tracked, add_of_hub):
    done = add_of_hub("org/name")
    assert done.returncode == 0, done.stderr
    made = tables.read_texts(tracked / "data/own/mine.jsonl", own.TABLE)
    assert list(zip(made["text"], made["label"], strict=True))[:120] == ROWS
    assert list(made["id"])[120:122] == ["test-0", "test-1"]
    assert "org/name: the hub's org/name, commit c0ffee" in done.stdout


def test_of_a_dataset_to_test_on_the_test_texts_alone_are_taken(tracked, add_of_hub):
    ours = [(f"{text}, we say", label) for text, label in ROWS[:20]]
    put(tracked, "f.csv", table(ours))
    done = add_of_hub("f.csv", "--test", "org/name")
    assert done.returncode == 0, done.stderr
    made = tables.read_texts(tracked / "data/own/mine.jsonl", own.TABLE)
    training = made[made["split"] == "train"]
    assert list(zip(training["text"], training["label"], strict=True)) == ours
    assert list(made["text"])[20:] == [f"{text}!" for text, _ in ROWS[:6]]


def test_a_dataset_without_test_texts_is_none_to_test_on(tracked, add_of_hub):
    put(tracked, "f.csv", table(ROWS))
    done = add_of_hub("f.csv", "--test", "org/practice")
    assert done.returncode == 1
    assert done.stderr == (
        "synthgap: the hub's org/practice: found the splits train, expected test among them\n"
    )
    assert not (tracked / "data/own").exists()


def test_line_ends_of_params_stay_as_they_are(tracked, add):
    put(tracked, "f.csv", table(ROWS))
    lines = params(tracked).splitlines()
    put(tracked, "params.yaml", "\r\n".join([*lines, ""]))
    assert add("f.csv", "--plan").exit_code == 0
    assert add("f.csv", "--force", "--describe", "day=it is light outside").exit_code == 0
    after = (tracked / "params.yaml").read_bytes()
    assert after.count(b"\n") == after.count(b"\r\n") > len(lines)
    assert b"\r\r" not in after
    added = params(tracked).splitlines()
    assert [line for line in added if line in set(lines)][: len(lines)] == lines
    assert "        day: it is light outside" in added


def test_a_link_to_params_stays_one(tracked, add):
    put(tracked, "f.csv", table(ROWS))
    (tracked / "settings").mkdir()
    (tracked / "params.yaml").rename(tracked / "settings/mine.yaml")
    (tracked / "params.yaml").symlink_to("settings/mine.yaml")
    assert add("f.csv").exit_code == 0
    assert (tracked / "params.yaml").readlink() == Path("settings/mine.yaml")
    assert "\n  mine:\n" in (tracked / "settings/mine.yaml").read_text(encoding="utf-8")
    assert not list((tracked / "settings").glob(".*"))


def test_what_the_output_cannot_encode_is_escaped(tracked):
    put(tracked, "f.csv", table(rows(60, "positif", "négatif")))
    command = [sys.executable, "-c", "from synthgap.cli import app; app()", "add-task", "mine"]
    done = subprocess.run(
        [*command, "f.csv", "--text", "text", "--label", "label"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "what the labels mean (n\\xe9gatif, positif)" in done.stdout
    assert 'labels: ["négatif", positif]' in params(tracked)


@pytest.mark.parametrize("study", ["tasks: [humor]", "tasks: [ humor, imdb ] # two", None])
def test_a_plan_in_brackets_or_lines_gets_the_name_and_keeps_its_comments(tracked, add, study):
    put(tracked, "f.csv", table(ROWS))
    text = params(tracked)
    if study:
        start, end = text.index("  tasks:\n"), text.index("  sources:")
        text = f"{text[:start]}  {study}\n{text[end:]}"
        put(tracked, "params.yaml", text)
    done = add("f.csv", "--plan")
    assert done.exit_code == 0, done.output
    names = YAML(typ="safe").load(text)["study"]["tasks"]
    assert YAML(typ="safe").load(params(tracked))["study"]["tasks"] == [*names, "mine"]
    assert "study.tasks" not in done.stdout
    kept = [line for line in text.splitlines() if "tasks: [" not in line]
    assert set(kept) <= set(params(tracked).splitlines())
