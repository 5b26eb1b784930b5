import subprocess

import pytest
from ruamel.yaml import YAML

from synthgap.lanes.graph import DVC


@pytest.fixture
def project(tmp_path):
    """Return a function that makes a repository with some stages."""
    folder = tmp_path / "a project"

    def make(**stages):
        folder.mkdir()
        (folder / "params.yaml").write_text("generate: {backend: corpus}\n", encoding="utf-8")
        YAML().dump({"stages": stages}, folder / "dvc.yaml")
        for command in (["git", "init", "-q"], [*DVC, "init", "-q"]):
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
        settings = "[core]\nanalytics = false\ncheck_update = false\n"
        (folder / ".dvc/config").write_text(settings, encoding="utf-8")
        return folder

    return make
