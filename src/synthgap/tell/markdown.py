"""The summary as a page of Markdown."""

from collections.abc import Iterator, Mapping

from synthgap.measure.relation.card import Relation
from synthgap.tell import grid, variety, words, worth
from synthgap.tell.summary import Line, Summary, compared, gap, score, tasks_by_gap


def page(summary: Summary) -> str:
    """Return the page: the answer, where the texts come from, a table for each model."""
    blocks = [
        *_warning(summary),
        *(f"**{answer}**" for answer in words.answers(summary)),
        f"Human texts: {words.origin_name(summary)}.",
        *(_section(summary, model) for model in summary.plan.models),
        *worth.section(summary),
        *_relations(summary),
        *variety.section(summary),
        *_how_to_read(summary),
        *_left_out(summary),
    ]
    return "\n\n".join(blocks) + "\n"


def _warning(summary: Summary) -> Iterator[str]:
    if summary.data.demonstration:
        yield "# DEMONSTRATION, NOT A RESULT"
        yield f"> {summary.data.warning}"


def _section(summary: Summary, model: str) -> str:
    names = [words.source_name(source) for source in summary.plan.sources]
    gaps = [f"gap, {words.source_name(source)}" for source in compared(summary)]
    header = ["task", "rank", "n", *names, *gaps]
    rows = []
    for task in tasks_by_gap(summary):
        lines = summary.tasks[task][model]
        verdicts = {source: line.verdict for source, line in lines.items()}
        n = lines[summary.plan.sources[0]].n
        rank = words.rank(summary.subjectivity.tasks[task].rank)
        rows.append([f"`{task}`", rank, str(n), *_numbers(lines, verdicts, summary)])
    mean = summary.mean[model]
    stands_in = {
        name: f"stands in on {line.n_stands_in} of {line.n}" for name, line in mean.items()
    }
    title = f"mean of {words.count(len(summary.tasks), 'task')}"
    rows.append([title, "", "", *_numbers(mean, stands_in, summary)])
    return f"## {model}\n\n{grid.table(header, rows)}"


def _numbers(
    lines: Mapping[str, Line], verdicts: Mapping[str, str | None], summary: Summary
) -> Iterator[str]:
    for source in summary.plan.sources:
        yield words.percent_interval(score(lines[source]))
    for source in compared(summary):
        yield f"{words.points_interval(gap(lines[source]))} {verdicts[source]}"


def _relations(summary: Summary) -> Iterator[str]:
    header = ["gap in macro-F1 against", "model", "texts", "ρ (95 % interval)", "p", "tasks"]
    rows = [
        row
        for name, kinds in summary.subjectivity.relations.items()
        for row in _property_rows(words.property_name(name), kinds["gap"])
    ]
    if rows:
        title = "## Is more lost on subjective tasks?"
        yield f"{title}\n\n{grid.table(header, rows, texts=3)}"
        yield words.about_relations(summary)


def _property_rows(
    name: str, by_model: Mapping[str, Mapping[str, Relation]]
) -> Iterator[list[str]]:
    """Yield a row for each model and source; one for all where one reason keeps all from rho."""
    found = {
        (model, source): (*words.correlation(relation), str(relation.n))
        for model, by_source in by_model.items()
        for source, relation in by_source.items()
    }
    told = list(found.values())
    if len(told) > len(set(told)) == 1 and told[0][1] == words.NO_NUMBER:
        yield [name, "all", "all", *told[0]]
        return
    for (model, source), cells in found.items():
        yield [name, model, words.source_name(source), *cells]


def _how_to_read(summary: Summary) -> Iterator[str]:
    seeds = words.count(len(summary.plan.seeds), "seed")
    yield (
        f"Scores are macro-F1 in percent on n held-out human texts, the mean of {seeds}, with 95 % "
        "intervals from resampling these texts. The interval of the mean over tasks is for other "
        "texts of the same tasks, not for other tasks."
    )
    if compared(summary):
        tolerance = words.percent(summary.tolerance)
        yield (
            "A gap is the points lost by training on that source instead of on real texts. A "
            f"source *stands in* when the whole interval of its gap is at most {tolerance} points "
            "and the test texts are enough to tell, *falls short* when all of it is more, and is "
            "*undecided* otherwise (docs/study.md)."
        )


def _left_out(summary: Summary) -> Iterator[str]:
    rows = [f"`{task}` {count}" for task, count in summary.left_out_rows.items() if count]
    if rows:
        yield f"Test texts not scored because a training table has them too: {', '.join(rows)}."
