"""A real repository with the pipeline in it, run by the real DVC on two tasks of the sample."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]


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
