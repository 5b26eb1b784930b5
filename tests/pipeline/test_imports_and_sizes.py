"""A corpus made elsewhere as a source, and a size curve: through the real pipeline."""

import json

import pytest

from tests.pipeline.conftest import make

LABELS = {"humor": "1", "not_humor": "0"}
WRITTEN = ("data/train/humor/other.jsonl", "data/dropped/humor/other.jsonl")


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A study of one task with human texts of the sample and a colleague's, and its curve."""
    repository = make(tmp_path_factory.mktemp("imported") / "a study")
    corpus = repository.folder / "data/corpora/few_shot/humor.jsonl"
    texts = [json.loads(line) for line in corpus.read_text(encoding="utf-8").splitlines()]
    lines = [
        json.dumps({"body": row["text"], "is_funny": int(LABELS[row["label"]])}) for row in texts
    ]
    theirs = repository.folder / "their texts.jsonl"
    theirs.write_text("\n".join(lines), encoding="utf-8")
    entry = {
        "task": "humor", "source": "other", "path": "their texts.jsonl", "text": "body",
        "label": "is_funny", "names": {theirs: ours for ours, theirs in LABELS.items()},
        "per_label": 15,
    }  # fmt: skip
    repository.set("study.tasks", ["humor"])
    repository.set("study.sources", ["real", "other"])
    repository.set("study.sizes", {"words": [4, 10]})
    repository.set("imports", {"theirs": entry})
    repository.first_run = repository.lanes()
    return repository


def summary(repository):
    return json.loads((repository.folder / "metrics/summary.json").read_text(encoding="utf-8"))


def test_the_imported_texts_are_a_source_like_any_other(imported):
    expected = {"import_corpus@theirs", "evaluate_sizes@humor-words"}
    expected |= {
        f"{stage}@humor-{s}-words" for stage in ("train", "train_sizes") for s in ("real", "other")
    }
    assert expected <= imported.first_run
    assert "gap" in summary(imported)["tasks"]["humor"]["words"]["other"]
    train, dropped = (
        (imported.folder / name).read_text(encoding="utf-8").splitlines() for name in WRITTEN
    )
    assert len(train) == 2 * 15
    assert len(dropped) == 2 * 100 - 2 * 15
    assert imported.repro() == set()


def test_the_page_says_what_they_are_worth(imported):
    line = summary(imported)["worth"]["humor"]["words"]["other"]
    assert (line["texts"], line["human_texts"]) == (30, 40)
    page = (imported.folder / "metrics/summary.md").read_text(encoding="utf-8")
    assert "How many human labels are the other texts worth?" in page
    assert "made elsewhere" in (imported.folder / "plots/report.html").read_text(encoding="utf-8")


def test_another_size_fits_and_scores_the_curve_only(imported):
    imported.set("study.sizes", {"words": [4, 20]})
    curve = {"train_sizes@humor-real-words", "train_sizes@humor-other-words"}
    assert imported.repro() == curve | {"evaluate_sizes@humor-words", "summarize", "report"}


def test_without_sizes_the_curve_leaves_no_number(imported):
    imported.set("study.sizes", {})
    assert imported.repro() == {"summarize", "report"}
    assert "worth" not in summary(imported)
