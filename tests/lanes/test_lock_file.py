"""The lock file that lanes leave, held against the one that DVC leaves."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from synthgap.lanes.graph import DVC
from synthgap.lanes.lock_file import HEAD, with_entries

PROGRAM = str(Path(sys.executable).with_name("synthgap"))

PARAMS = """\
generate: {backend: corpus}
long: >-
  A sentence of many words, that does not fit into one line of the file, whatever the indentation
  of its first line is; so it's "folded", and where it's folded depends on where it began.
lines: |
  one

    two: 2
  # three
odd: [1.0e-4, 'yes', "é\\t", null, '012', [], {}, ' x ', "a: b", "- c"]
same: &same [1, 2]
again: [1, 2]
"""

SHARED = PARAMS.replace("again: [1, 2]", "again: *same")
"""Entries have an anchor then, so that all of them are left to DVC."""


@pytest.fixture
def odd(project):
    """A project whose entries are of all kinds that a lock file can hold."""
    stages = {
        name: {
            "cmd": f"python make.py {number} {extra}",
            "deps": ["make.py", "folder"],
            "params": ["long", "lines", "odd", "same", "again"],
            "outs": [f"out {number}", f"zfolder{number}"],
        }
        for number, (name, extra) in enumerate(
            [("plain", ""), ("b" * 140, ""), ("c-d_e", "'a: b' # no"), ("012", "x " * 60)]
        )
    }
    folder = project(**stages)
    (folder / "params.yaml").write_text(PARAMS, encoding="utf-8")
    (folder / "folder").mkdir()
    (folder / "folder/é").touch()
    (folder / "make.py").write_text(
        "import pathlib, sys\n"
        "pathlib.Path('out ' + sys.argv[1]).write_text(pathlib.Path('params.yaml').read_text())\n"
        "pathlib.Path('zfolder' + sys.argv[1]).mkdir()\n",
        encoding="utf-8",
    )
    return folder


def both(folder: Path) -> tuple[str, str]:
    """Have DVC and lanes run what is due in two copies, and return the lock files they leave."""
    other = folder.with_name("other")
    shutil.copytree(folder, other)
    subprocess.run([*DVC, "repro", "-q"], cwd=folder, check=True)
    subprocess.run([PROGRAM, "repro", "--lanes", "1"], cwd=other, check=True, capture_output=True)
    left = subprocess.run([*DVC, "status"], cwd=other, check=True, capture_output=True, text=True)
    assert left.stdout == "Data and pipelines are up to date.\n"
    found = tuple((each / "dvc.lock").read_text(encoding="utf-8") for each in (folder, other))
    shutil.rmtree(other)
    return found


@pytest.mark.parametrize(
    ("params", "has_anchor"), [(PARAMS, False), (SHARED, True)], ids=["plain", "shared"]
)
def test_lanes_leave_the_same_bytes_as_dvc(odd, params, has_anchor):
    (odd / "params.yaml").write_text(params, encoding="utf-8")
    by_dvc, by_lanes = both(odd)
    assert len(by_dvc) > 3000
    assert ("&id001" in by_dvc) == has_anchor
    assert by_lanes == by_dvc
    (odd / "params.yaml").write_text(params.replace("many", "several"), encoding="utf-8")
    changed, by_lanes = both(odd)
    assert changed != by_dvc
    assert by_lanes == changed


@pytest.mark.parametrize(
    "text",
    [
        "stages: {}\nschema: '2.0'\n",
        "# by hand\nschema: '2.0'\nstages:\n  gone:\n    cmd: x\n",
        "schema: '2.0'\nstages:\n  gone:\n    cmd: x\ndatasets: []\n",
        "schema: '2.0'\nstages:\n  gone:\n    cmd: x",
    ],
    ids=["no_stage", "comment", "datasets", "no_last_newline"],
)
def test_a_file_of_another_form_becomes_what_dvc_makes_of_it(odd, text):
    (odd / "dvc.lock").write_text(text, encoding="utf-8")
    by_dvc, by_lanes = both(odd)
    assert "  plain:\n" in by_dvc
    assert YAML(typ="safe").load(by_lanes) == YAML(typ="safe").load(by_dvc)


def test_an_entry_takes_the_place_of_its_own_name_alone():
    entries = [f"  {name}:\n    cmd: |\n      {name}\n\n" for name in ("a", "ab", "a@b")]
    text = HEAD + "".join(entries)
    for entry in entries:
        new = entry.replace("cmd", "other")
        assert with_entries(text, [new]) == text.replace(entry, new)
    assert with_entries(text, ["  b:\n    cmd: x\n"]) == text + "  b:\n    cmd: x\n"


@pytest.mark.parametrize("text", ["", "stages:\n", HEAD + "  a:\n    cmd: x\ndatasets:\n- b\n"])
def test_a_text_of_another_form_gets_no_entry(text):
    assert with_entries(text, ["  b:\n    cmd: x\n"]) is None


def test_an_entry_with_its_name_over_two_lines_is_put_nowhere():
    assert with_entries(HEAD, ["  ? b\n  : cmd: x\n"]) is None
