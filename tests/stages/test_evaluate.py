import csv
import re
import shutil
from itertools import product
from pathlib import Path

import pytest

from synthgap.floor import tables
from tests.stages import fake_study
from tests.stages.fake_study import LABELS, N_TEST, PLAN

CARD = "metrics/evaluate/moods.json"
TEST = "data/test/moods.jsonl"
PREDICTIONS = "data/predictions/moods/few_shot/tfidf.parquet"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    fake_study.write_study(folder)
    return folder


@pytest.fixture
def study(written, tmp_path, monkeypatch):
    folder = tmp_path / "study"
    shutil.copytree(written, folder)
    monkeypatch.chdir(folder)
    return folder


def rewrite_predictions(change):
    path = Path(PREDICTIONS)
    tables.write_numbers(
        change(tables.read_numbers(path, tables.PREDICTIONS)), path, tables.PREDICTIONS
    )


def rewrite_texts(name, change):
    path = Path(name)
    tables.write_texts(change(tables.read_texts(path, tables.TEXTS)), path, tables.TEXTS)


def test_every_cell_of_the_plan_is_scored_with_its_gap_and_verdict(study):
    fake_study.evaluate("moods")
    card = fake_study.read(CARD)
    assert card["n"] == N_TEST
    assert card["left_out_rows"] == 0
    assert card["models"].keys() == set(PLAN["models"])
    for cells in card["models"].values():
        assert cells.keys() == set(PLAN["sources"])
        # Right on 60 % and by chance on a third of the rest: accuracy about 0.73.
        assert cells["zero_shot"]["accuracy"]["value"] == pytest.approx(0.73, abs=0.1)
        assert cells["zero_shot"]["verdict"] == "falls short"
        assert cells["real"].keys().isdisjoint({"gap", "verdict"})
        assert cells["few_shot"]["f1_by_label"].keys() == set(LABELS["moods"])


def test_confusion_counts_every_seed_and_test_text_of_each_cell(study):
    fake_study.evaluate("moods")
    files = sorted(study.glob("plots/confusion/moods/*/*.csv"))
    assert len(files) == len(PLAN["sources"]) * len(PLAN["models"])
    for file in files:
        header, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
        assert header == ["actual", "predicted", "texts"]
        assert sum(int(texts) for *_, texts in rows) == N_TEST * len(PLAN["seeds"])
        pairs = [(actual, predicted) for actual, predicted, _ in rows]
        assert pairs == list(product(LABELS["moods"], repeat=2))


def test_the_order_of_rows_in_any_table_changes_no_byte(study):
    fake_study.evaluate("moods")
    before = fake_study.snapshot(study, "metrics", "plots")
    rewrite_texts(TEST, lambda rows: rows.sample(frac=1, random_state=1))
    rewrite_predictions(lambda rows: rows.sample(frac=1, random_state=2))
    fake_study.evaluate("moods")
    assert fake_study.snapshot(study, "metrics", "plots") == before


def test_test_texts_that_a_training_table_has_are_scored_for_no_source(study):
    # The first test text, in capitals, and the second with more white space.
    first, second = (f"moods test text number {i}" for i in (0, 1))
    copied = [first.upper(), f" {second} ".replace(" ", "  ")]

    def copy(rows):
        rows.loc[:1, "text"] = copied
        return rows

    rewrite_texts("data/train/moods/zero_shot.jsonl", copy)
    fake_study.evaluate("moods")
    card = fake_study.read(CARD)
    assert card["left_out_rows"] == 2
    assert card["n"] == card["models"]["minilm"]["real"]["macro_f1"]["n"] == N_TEST - 2


def test_voted_texts_count_in_no_score(study):
    fake_study.evaluate("moods")
    before = fake_study.snapshot(study, "metrics", "plots")
    rewrite_predictions(lambda rows: rows[rows["split"] == "test"])
    fake_study.evaluate("moods")
    assert fake_study.snapshot(study, "metrics", "plots") == before


def test_without_real_texts_in_the_plan_there_are_no_gaps(study):
    fake_study.write_params(study, PLAN | {"sources": ["zero_shot", "few_shot"]})
    fake_study.evaluate("moods")
    cells = fake_study.read(CARD)["models"]["minilm"]
    assert cells.keys() == {"zero_shot", "few_shot"}
    assert cells["zero_shot"].keys() == {
        "macro_f1",
        "accuracy",
        "macro_f1_by_seed",
        "f1_by_label",
    }


def test_results_of_cells_that_are_no_longer_in_the_plan_are_not_opened(study):
    fake_study.write_params(study, PLAN | {"models": ["minilm"]})
    (study / PREDICTIONS).write_bytes(b"no Parquet")
    fake_study.evaluate("moods")
    assert fake_study.read(CARD)["models"].keys() == {"minilm"}


def cut_in_half(folder):
    content = (folder / PREDICTIONS).read_bytes()
    (folder / PREDICTIONS).write_bytes(content[: len(content) // 2])


def remove(name):
    return lambda folder: (folder / name).unlink()


def relabel(folder):
    rewrite_texts(TEST, lambda rows: rows.assign(label=["grim", *rows["label"][1:]]))


def add_a_text(folder):
    path = folder / TEST
    added = '{"id": "late", "text": "A new one", "label": "calm"}\n'
    path.write_text(path.read_text(encoding="utf-8") + added, encoding="utf-8")


def add_a_seed(folder):
    fake_study.write_params(folder, PLAN | {"seeds": [1, 2, 3]})


@pytest.mark.parametrize(
    ("damage", "task", "line"),
    [
        (remove(PREDICTIONS), "moods", rf"{PREDICTIONS}: no such file"),
        (cut_in_half, "moods", rf"{PREDICTIONS}: cannot be read as Parquet"),
        (add_a_seed, "moods", r"real/minilm.parquet: .*seeds \[1, 2\], expected \[1, 2, 3\]"),
        (add_a_text, "moods", r"real/minilm.parquet: seed 1: no prediction of .* 'late'"),
        (relabel, "moods", rf"{TEST}: id 'test-0' has the label 'grim', expected one of"),
        (remove("data/train/moods/real.jsonl"), "moods", r"data/train/moods/real.jsonl: cannot be"),
        (lambda folder: None, "mood", r"params.yaml: tasks.mood is missing"),
        (
            lambda folder: fake_study.write_params(folder, resamples=99),
            "moods",
            r"params.yaml: evaluate.resamples: .* greater than or equal to 100, found 99",
        ),
        (
            lambda folder: fake_study.write_params(folder, tolerence=0.1),
            "moods",
            r"params.yaml: evaluate.tolerence: Extra inputs are not permitted, found 0.1",
        ),
    ],
    ids=["missing", "cut", "seeds", "texts", "label", "table", "task", "range", "key"],
)
def test_bad_input_ends_in_one_line_and_leaves_no_output(study, damage, task, line):
    damage(study)
    said = fake_study.refusal("evaluate", study, fake_study.EVALUATE, task)
    assert re.match(f"evaluate: .*{line}", said)
    assert not (study / "metrics/evaluate").exists()
    assert not (study / "plots/confusion").exists()
