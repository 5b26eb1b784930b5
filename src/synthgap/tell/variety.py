"""The summary's section on diversity as Markdown: narrower, or elsewhere?"""

from collections.abc import Iterator, Sequence

from synthgap.floor.plan import REAL
from synthgap.measure.diversity.card import Number
from synthgap.measure.diversity.section import DiversityTask
from synthgap.tell import grid, words
from synthgap.tell.summary import Summary, compared

MEASURES = {
    "similarity_score_minus_held_out": "similarity to real, minus that of held-out real texts",
    "remote_clique_distance_minus_real": "Remote Clique, minus that of the real texts",
    "auc_minus_held_out": "AUC of telling them from real texts, minus that of held-out real texts",
}
"""What the gap is related to on the page, of all that `metrics/summary.json` has."""


def section(summary: Summary) -> Iterator[str]:
    """Yield the table of tasks, the relations with the gap, and how to read them, if there are."""
    sources = compared(summary)
    if not sources:
        return
    names = [words.source_name(source) for source in sources]
    header = [
        "task",
        "n",
        *(f"similarity to real, {name}" for name in [*names, "held-out"]),
        *(f"Remote Clique, {name}" for name in [words.source_name(REAL), *names]),
        *(f"AUC, {name}" for name in [*names, "held-out"]),
    ]
    rows = [
        [f"`{task}`", str(part.n), *_numbers(part, sources)]
        for task, part in summary.diversity.tasks.items()
    ]
    title = f"## Are {words.kind_of_texts(summary)} texts narrower, or elsewhere?"
    yield f"{title}\n\n{grid.table(header, rows)}"
    yield grid.table(["gap in macro-F1 against", *_COLUMNS], _relations(summary), texts=3)
    yield _HOW_TO_READ


_COLUMNS = ["model", "texts", "ρ (95 % interval)", "p", "tasks"]

_HOW_TO_READ = (
    "Of n texts of each source, embedded by all-MiniLM-L6-v2. *Similarity to real* is the mean "
    "cosine of a real text with its nearest few texts of the source (`diversity.neighbours`); the "
    "held-out real texts of the test set show how high other real texts come. *Remote Clique* is "
    "the mean cosine distance of two texts of one source: less is narrower. *AUC* is how well a "
    "logistic regression tells the source from the real texts: 0.50 is not at all, but the floor "
    "is the held-out real texts' AUC, which is higher where a dataset's own splits differ."
)


def _numbers(part: DiversityTask, sources: Sequence[str]) -> Iterator[str]:
    lines = [part.sources[source] for source in sources]
    for line in [*lines, part.held_out]:
        yield _cell(line.similarity_score)
    for line in [part.sources[REAL], *lines]:
        yield _cell(line.remote_clique_distance)
    for line in [*lines, part.held_out]:
        yield _cell(line.auc)


def _cell(number: Number | None) -> str:
    return words.NO_NUMBER if number is None else f"{number.value:.2f}"


def _relations(summary: Summary) -> Iterator[list[str]]:
    for name, spoken in MEASURES.items():
        for model, by_source in summary.diversity.relations.get(name, {}).get("gap", {}).items():
            for source in [source for source in compared(summary) if source in by_source]:
                relation = by_source[source]
                what = [spoken, model, words.source_name(source)]
                yield [*what, *words.correlation(relation), str(relation.n)]
