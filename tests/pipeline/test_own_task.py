"""docs/own-task.md, command by command."""

import json
import re
import shlex
import sys

import pytest

from tests.pipeline.conftest import ROOT, make

PAGE = (ROOT / "docs/own-task.md").read_text(encoding="utf-8")
SYNTHGAP = [sys.executable, "-c", "from synthgap.cli import app; app()"]


def commands():
    """Return the commands of the worked example, in order."""
    example = PAGE.split("## Worked example")[1].split("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", example, re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """A clone in which the commands were run one after the other, and what each printed."""
    repository = make(tmp_path_factory.mktemp("walked") / "a study")
    printed = []
    for program, *arguments in commands():
        command = [*SYNTHGAP, *arguments] if program == "synthgap" else [program, *arguments]
        if program == "dvc":
            # The models of the small settings have other names.
            command = [part.replace("tfidf", "words") for part in command]
        printed.append(repository.run(*command))
    return repository, printed


def test_the_example_ends_in_a_verdict_on_own_texts(walked):
    repository, printed = walked
    assert re.search(r"messages +\d+\.\d .*(stands in|falls short|undecided)", printed[-1])
    assert "Human texts: the tasks' own files." in printed[-1]
    summary = json.loads((repository.folder / "metrics/summary.json").read_text(encoding="utf-8"))
    assert summary["data"] == {"source": "own"}
    assert list(summary["tasks"]) == ["messages"]
    fetched = json.loads((repository.folder / "metrics/fetch/messages.json").read_text("utf-8"))
    assert (fetched["source"], fetched["demonstration"]) == ("own", False)
    assert "DEMONSTRATION" not in (repository.folder / "metrics/summary.md").read_text("utf-8")


def test_what_the_page_shows_is_what_is_printed(walked):
    _, printed = walked
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    lines = [" ".join(line.split()) for line in printed[0].splitlines()]
    for line in shown.splitlines():
        assert " ".join(line.split()) in lines


def test_own_texts_stay_out_of_git_and_their_pointer_does_not(walked):
    repository, _ = walked
    repository.commit("a task of our own")
    tracked = repository.run("git", "ls-files", "data/own").split()
    assert tracked == ["data/own/README.md", "data/own/messages.jsonl.dvc"]
    (repository.folder / "data/own/messages.jsonl").unlink()
    repository.run("dvc", "checkout", "data/own/messages.jsonl.dvc")
    assert (repository.folder / "data/own/messages.jsonl").is_file()
    assert repository.repro() == set()
