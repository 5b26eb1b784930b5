"""Scorecards and summaries made by hand."""

from synthgap.floor.plan import Study
from synthgap.measure.diversity import summary as diversity_summary
from synthgap.measure.scoring.cards import CellCard, TaskCard
from synthgap.measure.scoring.verdict import verdict
from synthgap.measure.sizes.card import Amount, Worth
from synthgap.measure.stats.intervals import Interval
from synthgap.tell import gather
from synthgap.tell.summary import TaskSubjectivity, Why, WorthLine
from tests.measure.diversity_cards import diversity_card

TOLERANCE = 0.02

AT = Worth(
    value=Amount(side="at", texts=183.4),
    low=Amount(side="fewer than", texts=50),
    high=Amount(side="at", texts=390.0),
)
MORE = Worth(**dict.fromkeys(("value", "low", "high"), Amount(side="more than", texts=400)))
GAIN = {"texts": 200, "human_texts": 400, "gain": 0.012, "gain_low": -0.004, "gain_high": 0.03}
WORTH = {
    "weather": {"minilm": {"zero_shot": WorthLine(worth=AT, **GAIN)}},
    "moods": {"minilm": {"few": WorthLine(worth=MORE, **GAIN)}},
}
"""What size curves say."""


def study(**changed):
    plan = {
        "tasks": ["weather", "moods"],
        "sources": ["real", "zero_shot"],
        "models": ["minilm"],
        "seeds": [1, 2],
    }
    return Study(**plan | changed)


def card(gaps, n=50, left_out_rows=0, models=("minilm",), seeds=(1, 2)):
    """A scorecard with real macro-F1 0.9, 0.8 to 0.95, and these (gap, low, high) by source."""
    real = {"real": _cell(0.9, n)}
    sources = real | {source: _cell(0.9 - gap[0], n, gap) for source, gap in gaps.items()}
    return TaskCard(
        n=n,
        left_out_rows=left_out_rows,
        resamples=100,
        tolerance=TOLERANCE,
        seeds=list(seeds),
        models=dict.fromkeys(models, sources),
    )


def summary(cards=None, origin="mirror", **changed):
    """Zero-shot loses 30 points on weather and gains 10 on moods, unless other cards are given."""
    cards = cards or {
        "weather": card({"zero_shot": (0.3, 0.27, 0.34)}),
        "moods": card({"zero_shot": (-0.1, -0.14, -0.07)}, n=80),
    }
    plan = study(**changed)
    origins = gather.data(dict.fromkeys(plan.tasks, origin))
    return gather.summarize(origins, plan, cards, why(plan), diversity(plan, cards))


def why(plan, ranks=None):
    """The ranks, the first task's the most objective, of a language model; no relations."""
    ranks = ranks or {task: float(i) for i, task in enumerate(plan.tasks, start=1)}
    return Why(
        judgments="llm",
        tasks={task: TaskSubjectivity(rank=ranks.get(task)) for task in plan.tasks},
        relations={},
    )


def diversity(plan, cards):
    """The first task's synthetic texts are the least similar to the real ones."""
    similar = {
        task: diversity_card(0.5 + i / 10, plan.sources) for i, task in enumerate(plan.tasks)
    }
    return diversity_summary.summarize(similar, cards, plan, seed=1)


def _cell(macro_f1, n, gap=None):
    numbers = {
        "macro_f1": Interval(macro_f1, macro_f1 - 0.1, macro_f1 + 0.05, n),
        "accuracy": Interval(macro_f1, macro_f1 - 0.1, macro_f1 + 0.05, n),
        "macro_f1_by_seed": [macro_f1, macro_f1],
        "f1_by_label": {"sun": macro_f1},
    }
    if gap is None:
        return CellCard(**numbers)
    interval = Interval(*gap, n)
    return CellCard(gap=interval, verdict=verdict(interval, TOLERANCE, even_rows=500), **numbers)
