"""The paper's main table, for a paper written in LaTeX."""

from collections.abc import Iterator, Mapping

from synthgap.tell import words
from synthgap.tell.summary import Line, Summary, compared, gap, score, tasks_by_gap

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: rf"\{character}" for character in "&%$#_{}"},
}


def table(summary: Summary) -> str:
    """Return `tabular`s for the package booktabs, one for each model, and what they show.

    Scores are macro-F1 in percent, gaps the points lost, each with its 95 % interval below.
    """
    warning = [f"% {summary.data.warning}"] if summary.data.warning else []
    blocks = [*warning, *(_tabular(summary, model) for model in summary.plan.models)]
    return "\n\n".join(blocks) + "\n"


def escape(text: str) -> str:
    """Return the text as LaTeX that prints it."""
    return "".join(_SPECIAL.get(character, character) for character in text)


def _tabular(summary: Summary, model: str) -> str:
    gaps = compared(summary)
    names = [words.source_name(source) for source in summary.plan.sources]
    names += [f"gap, {words.source_name(source)}" for source in gaps]
    rows = [
        line
        for task in tasks_by_gap(summary)
        for line in _rows(escape(task), summary.tasks[task][model], summary)
    ]
    mean = _rows(
        f"mean of {words.count(len(summary.plan.tasks), 'task')}", summary.mean[model], summary
    )
    lines = [
        f"% {model}: macro-F1 in percent on human test texts, 95 % intervals below",
        rf"\begin{{tabular}}{{l{'r' * len(names)}}}",
        r"\toprule",
        f"{escape(model)} & {' & '.join(escape(name) for name in names)} \\\\",
        r"\midrule",
        *rows,
        r"\midrule",
        *mean,
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return "\n".join(lines)


def _rows(name: str, lines: Mapping[str, Line], summary: Summary) -> Iterator[str]:
    scores = [score(lines[source]) for source in summary.plan.sources]
    gaps = [gap(lines[source]) for source in compared(summary)]
    values = [words.percent(found.value) for found in scores]
    values += [f"${words.points(found.value)}$" for found in gaps]
    spans = [f"{words.percent(found.low)} to {words.percent(found.high)}" for found in scores]
    spans += [f"${words.points(found.low)}$ to ${words.points(found.high)}$" for found in gaps]
    yield f"{name} & {' & '.join(values)} \\\\"
    small = (rf"\scriptsize ({span})" for span in spans)
    yield f" & {' & '.join(small)} \\\\[2pt]"
