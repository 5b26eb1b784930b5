import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from synthgap.cli import app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with params.yaml and nothing else, in which commands are run."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def repository(tmp_path_factory):
    """A repository of git and DVC with params.yaml and the project's .gitignore."""
    made = tmp_path_factory.mktemp("repository")
    for name in ("params.yaml", ".gitignore"):
        shutil.copy(ROOT / name, made)
    for command in (["git", "init", "--quiet"], [sys.executable, "-m", "dvc", "init", "--quiet"]):
        subprocess.run(command, cwd=made, check=True, capture_output=True)
    return made


@pytest.fixture
def tracked(repository, tmp_path, monkeypatch):
    """A copy of the repository, in which commands are run."""
    made = tmp_path / "tracked"
    shutil.copytree(repository, made)
    monkeypatch.chdir(made)
    monkeypatch.setenv("DVC_NO_ANALYTICS", "1")
    return made


@pytest.fixture
def add():
    """Run `synthgap add-task` in this process."""

    def run(*arguments, name="mine", text="text", label="label"):
        command = ["add-task", name, *arguments, "--text", text, "--label", label]
        return CliRunner().invoke(app, command)

    return run
