"""A real repository with the pipeline in it, run by the real DVC on two tasks of the sample.

Each stage that runs costs a second or more, so tests share what they can: those of one study are in
one group, for one process of pytest-xdist, so that it is run once. They are the longest tests, so
they go first.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.generate.endpoint import KEY, serving

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            of_one_study = {"studied", "repository", "reworded"} & set(item.fixturenames)
            item.add_marker(pytest.mark.xdist_group("study" if of_one_study else item.path.stem))
    items.sort(key=lambda item: not item.path.is_relative_to(HERE))


class Repository:
    """A checkout of this project in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *command: str, status: int = 0) -> str:
        """Run a command, and return what it printed."""
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            # As in a checkout whose own package is installed; else each stage would start twice.
            "PYTHONPATH": str(self.folder / "src"),
            "HF_HUB_OFFLINE": "1",
            "DVC_NO_ANALYTICS": "1",
        }
        done = subprocess.run(
            command, cwd=self.folder, env=environment, text=True, capture_output=True
        )
        printed = done.stdout + done.stderr
        assert done.returncode == status, printed
        return printed

    def repro(self, *arguments: str) -> set[str]:
        """Run `dvc repro`, and return the names of the stages that ran their command."""
        return ran(self.run("dvc", "repro", *arguments))

    def lanes(self) -> set[str]:
        """Run `synthgap repro`, and return the names of the stages that ran their command."""
        printed = self.run("synthgap", "repro", "--lanes", "2")
        return set(re.findall(r"^\d+ of \d+: (\S+)$", printed, re.MULTILINE)) | ran(printed)

    def commit(self, message: str) -> None:
        """Commit everything that is not ignored."""
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", message)

    def set(self, key: str, value: object) -> None:
        """Change one value in params.yaml."""
        yaml = YAML()
        file = self.folder / "params.yaml"
        content = yaml.load(file)
        *parents, last = key.split(".")
        section = content
        for parent in parents:
            section = section[parent]
        section[last] = value
        yaml.dump(content, file)


def ran(printed: str) -> set[str]:
    """Return the stages of which DVC says that it runs their command."""
    return set(re.findall(r"Running stage '([^']+)'", printed))


def make(folder: Path) -> Repository:
    """Copy the project as it is now, with small settings, and commit it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    generated = ("dvc.lock", "metrics/", "plots/")
    for name in filter(None, listed):
        if (ROOT / name).is_file() and not name.startswith(generated):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    repository = Repository(folder)
    repository.set("study.tasks", ["sms_spam", "humor"])
    repository.set("study.models", ["words"])
    repository.set("study.seeds", [1])
    repository.set("models.words", {"kind": "tfidf", "ngrams": 1, "inverse_penalty": 10.0})
    repository.set("models.pairs", {"kind": "tfidf", "ngrams": 2, "inverse_penalty": 10.0})
    repository.set("fetch.source", "sample")
    repository.set("fetch.train_per_label", 20)
    repository.set("generate.per_label", 20)
    repository.set("evaluate.resamples", 100)
    repository.run("git", "init", "--quiet")
    repository.run("git", "config", "user.name", "test")
    repository.run("git", "config", "user.email", "test@example.org")
    repository.commit("pipeline with small settings")
    return repository


@pytest.fixture(scope="session")
def studied(tmp_path_factory):
    """A repository whose study has run and is committed; copies of it are cheap."""
    repository = make(tmp_path_factory.mktemp("studied") / "a study")
    repository.first_run = repository.repro()
    repository.commit("study")
    return repository


@pytest.fixture
def repository(studied, tmp_path):
    """A copy of the studied repository, to change."""
    folder = tmp_path / "a study"
    shutil.copytree(studied.folder, folder, symlinks=True)
    return Repository(folder)


@pytest.fixture(scope="session")
def reworded(studied, tmp_path_factory):
    """The study with texts of a language model, and then with another prompt for one task.

    Both are committed. By the first prompt the model writes of the wrong label, by the second of
    the right one.
    """
    folder = tmp_path_factory.mktemp("reworded") / "a study"
    shutil.copytree(studied.folder, folder, symlinks=True)
    repository = Repository(folder)
    with serving(text=words_of_a_label) as endpoint, pytest.MonkeyPatch.context() as environment:
        environment.setenv("SYNTHGAP_TEST_KEY", KEY)
        repository.set("llm.base_url", endpoint.url)
        repository.set("llm.model", "tiny")
        repository.set("llm.api_key_env", "SYNTHGAP_TEST_KEY")
        repository.set("generate.backend", "api")
        repository.set("generate.per_label", 10)
        repository.set("study.sources", ["real", "zero_shot"])
        repository.lanes()
        repository.commit("texts of a language model")
        asked = len(endpoint.seen)
        wording = "A {{ length }} text of the kind <{{ label }}>: {{ description }}"
        repository.set("tasks.humor.prompt.zero_shot", wording)
        repository.ran = repository.repro()
        repository.asked = len(endpoint.seen) - asked
        repository.ran_again = repository.repro()
    repository.commit("another prompt")
    return repository


def words_of_a_label(body):
    """Answer with words that the sample's texts of one label have."""
    by_label = {"humor": set(), "not_humor": set()}
    for line in (ROOT / "data/sample/humor.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        by_label[row["label"]] |= set(row["text"].split())
    asked = body["messages"][-1]["content"]
    mixed_up = {"humor": by_label["not_humor"], "not_humor": by_label["humor"]}
    for wording, words in ((r"kind <(\w+)>", by_label), (r'class "(\w+)"', mixed_up)):
        found = re.search(wording, asked)
        if found and found[1] in words:
            break
    else:
        words, found = {None: by_label["humor"]}, [None, None]
    shuffled = random.Random(json.dumps(body, sort_keys=True))
    return " ".join(shuffled.choices(sorted(words[found[1]]), k=12))
