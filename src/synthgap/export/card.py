"""The model card: what it was trained on, how good it is, what it is not for."""

from synthgap.export.study import Given
from synthgap.measure.scoring.cards import CellCard
from synthgap.measure.stats.intervals import Interval


def text(given: Given) -> str:
    """Return the card as Markdown, with metadata as hubs read them."""
    scores, seeds = given.scores, given.seeds
    rows = [f"| `{name}` | `{value}` |" for name, value in given.settings.model_dump().items()]
    lines = [
        "---",
        "library_name: transformers",
        "pipeline_tag: text-classification",
        "---",
        f"# {given.task}, trained on {given.cell.source} texts",
        "",
        f"`{given.cell.model}` ({given.settings.encoder}), trained by synthgap on the "
        f"{len(given.training)} texts of the source `{given.cell.source}` of the task "
        f"`{given.task}`. Human texts of the study: {given.origin}.",
        "",
        f"Macro-F1 on held-out human texts, mean of {len(seeds)} seeds with a 95 % interval: "
        f"**{_percent(scores.macro_f1)}** (n {scores.macro_f1.n}); accuracy "
        f"{_percent(scores.accuracy)}. These weights are those of seed {seeds[0]}, whose macro-F1 "
        f"is {100 * scores.macro_f1_by_seed[0]:.1f}.",
        "",
        *_gap(scores),
        "For prediction, in single precision: the head is in a form that is not made for further "
        "training.",
        "",
        "| setting | value |",
        "| --- | --- |",
        *rows,
    ]
    return "\n".join(lines) + "\n"


def _gap(scores: CellCard) -> list[str]:
    if scores.gap is None:
        return []
    low, high = 100 * scores.gap.low, 100 * scores.gap.high
    return [
        f"Trained on human texts it would be {100 * scores.gap.value:+.1f} points of macro-F1 "
        f"({low:+.1f} to {high:+.1f}) better: *{scores.verdict}*.",
        "",
    ]


def _percent(score: Interval) -> str:
    return f"{100 * score.value:.1f} ({100 * score.low:.1f} to {100 * score.high:.1f})"
