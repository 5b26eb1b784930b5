import re
import xml.etree.ElementTree as ElementTree

import pytest

from tests.stages import fake_study
from tests.stages.fake_study import PLAN


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("told")
    fake_study.write_study(folder, origin="sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        fake_study.run_all()
    return folder


def test_the_page_has_a_table_for_each_model_with_a_row_for_each_task(told):
    page = (told / "metrics/summary.md").read_text(encoding="utf-8")
    assert page.startswith("# DEMONSTRATION")
    for model in PLAN["models"]:
        assert f"## {model}\n" in page
    for task in PLAN["tasks"]:
        assert page.count(f"| `{task}` |") == len(PLAN["models"]) + 1, "and one of diversity"


def test_the_figures_are_a_well_formed_svg_and_a_png(told):
    names = ["diversity", "gap_against_subjectivity", "scores", "similarity"]
    figures = told / "plots/figures"
    expected = {f"{name}.{kind}" for name in names for kind in ("svg", "png")}
    # Nobody voted: there is no figure of agreement.
    assert {path.name for path in figures.iterdir()} == expected | {"main_table.tex"}
    for name in names:
        root = ElementTree.parse(figures / f"{name}.svg").getroot()
        assert root.tag.endswith("svg")
        assert (figures / f"{name}.png").read_bytes().startswith(b"\x89PNG\r\n")


def test_the_html_page_warns_of_a_demonstration_and_has_each_task_with_its_texts(told):
    page = (told / "plots/report.html").read_text(encoding="utf-8")
    assert "Demonstration, not a result." in page
    for task in PLAN["tasks"]:
        assert f'id="task-{task}"' in page
        for source in PLAN["sources"]:
            assert f"{task} {source} text number 0" in page
    assert "too much of it" in page
    assert "uncovered synthetic" in page


def test_the_same_study_gives_the_same_bytes_wherever_it_runs(told, tmp_path, monkeypatch):
    again = tmp_path / "another place"
    again.mkdir()
    monkeypatch.chdir(again)
    fake_study.write_study(again, origin="sample")
    fake_study.run_all()
    before = fake_study.snapshot(told, "metrics", "plots")
    after = fake_study.snapshot(again, "metrics", "plots")
    assert after.keys() == before.keys()
    assert [name for name in before if after[name] != before[name]] == []
    # Scorecards, confusion, what summarize and report write, and what was fetched, voted, ranked,
    # and measured of diversity, agreement and generation.
    assert len(before) == 2 + 12 + 5 + (1 + 9 + 1) + (2 + 2 + 1 + 2) + (2 + 4 + 4)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, r"metrics/summary.json: cannot be read \(No such file or directory\)"),
        ("{}", "metrics/summary.json.data: Field required"),
    ],
    ids=["missing", "empty"],
)
def test_bad_input_ends_in_one_line_and_leaves_no_output(tmp_path, content, line):
    if content is not None:
        (tmp_path / "metrics").mkdir()
        (tmp_path / "metrics/summary.json").write_text(content, encoding="utf-8")
    assert re.match(f"report: {line}", fake_study.refusal("report", tmp_path, fake_study.REPORT))
    assert not (tmp_path / "metrics/summary.md").exists()
    assert not (tmp_path / "plots").exists()
