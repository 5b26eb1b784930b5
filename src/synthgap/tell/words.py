"""Numbers and names as people read them: here, and nowhere before, numbers are rounded."""

from synthgap.floor.plan import REAL
from synthgap.measure.relation.card import Relation
from synthgap.measure.stats.intervals import Interval
from synthgap.tell.summary import MeanLine, Summary, compared, gap, task_lines

_SOURCES = {REAL: "real", "zero_shot": "zero-shot", "few_shot": "few-shot"}

_ORIGINS = {
    "own": "the tasks' own files",
    "hub": "the public datasets, from the Hugging Face hub",
    "mirror": "the public datasets, from a local mirror of the hub",
    "sample": "none; the bundled sample, written by a language model, stands for them",
}


NO_NUMBER = "–"

_PROPERTIES = {
    "subjectivity_rank": "subjectivity rank of the task",
    "mean_agreement": "mean agreement of people on its texts",
}

_JUDGES = {
    "human": "judgments of people",
    "llm": "judgments of a language model, not of people",
    "human and llm": "judgments of people and of a language model",
    "none": "no judgments",
}


def source_name(source: str) -> str:
    """Return a source as it is spoken of."""
    return _SOURCES.get(source, source)


def kind_of_texts(summary: Summary) -> str:
    """Return what the texts are that are compared with real ones."""
    # An imported corpus may be anything.
    return "LLM-written" if set(compared(summary)) <= _SOURCES.keys() else "other"


def origin_name(summary: Summary) -> str:
    """Return where the human texts come from."""
    name = _ORIGINS[summary.data.source]
    own = summary.data.own
    return f"{name}; own files for {', '.join(own)}" if own else name


def percent(share: float) -> str:
    """Return a share in percent, one decimal."""
    return f"{100 * share:.1f}"


def points(difference: float) -> str:
    """Return a difference of shares in percentage points, one decimal, with its sign."""
    # Adding 0.0 turns the -0.0 of a small loss into 0.0.
    return f"{round(100 * difference, 1) + 0.0:+.1f}"


def signed(number: float) -> str:
    """Return a number with its sign, 0 without one."""
    return f"{number:+g}" if number else "0"


def percent_interval(interval: Interval) -> str:
    """Return a share with its interval, in percent."""
    return f"{percent(interval.value)} ({percent(interval.low)} to {percent(interval.high)})"


def points_interval(interval: Interval) -> str:
    """Return a difference with its interval, in percentage points."""
    return f"{points(interval.value)} ({points(interval.low)} to {points(interval.high)})"


def rank(of_task: float | None) -> str:
    """Return a task's subjectivity rank; a dash where it has none."""
    return NO_NUMBER if of_task is None else f"{of_task:g}"


def property_name(name: str) -> str:
    """Return a property of tasks as it is spoken of."""
    return _PROPERTIES.get(name, name)


def correlation(relation: Relation) -> tuple[str, str]:
    """Return Spearman's rho with its interval, and p, for the columns of a table.

    Where there is none, the first says why, and the second is a dash.
    """
    if relation.rho is None or relation.p is None:
        return _not_known(relation), NO_NUMBER
    rho = f"{relation.rho:+.2f}"
    if relation.low is not None and relation.high is not None:
        rho += f" ({relation.low:+.2f} to {relation.high:+.2f})"
    return rho, p_value(relation.p)


def rho_and_p(relation: Relation) -> str:
    """Return the same as part of a sentence."""
    rho, p = correlation(relation)
    if p == NO_NUMBER:
        return f"ρ {rho}"
    return f"ρ = {rho}, p {p}" if p.startswith("<") else f"ρ = {rho}, p = {p}"


def p_value(p: float) -> str:
    """Return a p with three decimals; one that would be 0.000 has a limit, for none is 0."""
    return "< 0.001" if p < 0.0005 else f"{p:.3f}"


def judges(summary: Summary) -> str:
    """Return what the ranking of the tasks rests on."""
    return _JUDGES[summary.subjectivity.judgments]


def about_relations(summary: Summary) -> str:
    """Return how to read the relations, and who ranked the tasks."""
    return (
        "Spearman's ρ over tasks, with an exact two-sided permutation p. If more is lost where "
        "people disagree, ρ is above 0 for the rank (1 is the most objective task) and below 0 for "
        f"the agreement. The ranking rests on {judges(summary)}."
    )


def answers(summary: Summary) -> list[str]:
    """Return what the study found, a sentence for each model."""
    if not compared(summary):
        return ["No answer: the plan has not both real and other sources to compare."]
    return [_answer(summary, model) for model in summary.plan.models]


def sample_sizes(summary: Summary) -> str:
    """Return how many test texts the tasks have."""
    sizes = sorted({line.n for _, line in task_lines(summary)})
    return f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"


def count(n: int, noun: str) -> str:
    """Return the number with its noun, in the plural where it takes one."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _answer(summary: Summary, model: str) -> str:
    findings = [
        _finding(source_name(source), summary.mean[model][source]) for source in compared(summary)
    ]
    tasks = count(len(summary.plan.tasks), "task")
    return (
        f"Trained on {kind_of_texts(summary)} instead of human texts, {model} on average over "
        f"{tasks} {' and '.join(findings)}."
    )


def _finding(source: str, line: MeanLine) -> str:
    value = gap(line).value
    return (
        f"{'loses' if value >= 0 else 'gains'} {percent(abs(value))} points of macro-F1 with "
        f"{source} texts (they stand in on {line.n_stands_in}, fall short on "
        f"{line.n_falls_short})"
    )


def _not_known(relation: Relation) -> str:
    reason = (relation.absent or {}).get("rho")
    return f"not known ({reason})" if reason else "not known"
