"""The making of the ranking card: strengths and ranks of the plan's tasks, and their judges."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from synthgap.floor import seeds
from synthgap.measure.ranking import judgments as judging
from synthgap.measure.ranking.card import Judge, JudgeCard, RankingCard, Share, TaskRank
from synthgap.measure.ranking.judgments import Tally
from synthgap.measure.ranking.position import Position, positions
from synthgap.measure.ranking.ranking import log_loss, objectivity, predicted, subjectivity_ranks
from synthgap.measure.ranking.settings import Settings
from synthgap.measure.stats.bootstrap import percentile_interval, resample_weights

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]


class Estimate(NamedTuple):
    """Strengths and ranks: first from all judges, then from each resample of the judges."""

    weights: Floats
    """(1 + resamples, judges): how often each judge counts."""
    strengths: Floats
    """(1 + resamples, tasks)"""
    ranks: Floats
    """(1 + resamples, tasks)"""


def rank_tasks(found: pd.DataFrame, tasks: Sequence[str], settings: Settings) -> RankingCard:
    """Return the ranks of the plan's `tasks` from the judgments between them.

    Ranked is the largest set of tasks that judged pairs connect; the others have a reason.
    """
    whole = judging.count_judgments(found, tasks)
    places = judging.largest_group(whole.wins.sum(axis=0))
    tally = whole.take([tasks[place] for place in places])
    n = int(tally.wins.sum())
    common: dict[str, Any] = {
        "left_out_judgments": len(found) - n,
        "penalty": settings.penalty,
        "unranked": _unranked(whole, tally),
    }
    log.info(
        "%d judgments rank %d of %d tasks, %d others left out",
        n,
        len(tally.tasks) if n else 0,
        len(tasks),
        len(found) - n,
    )
    if not n:
        return RankingCard(judgments="none", tasks={}, **common)
    estimate = _estimate(tally, settings)
    shown = positions(judging.between(found, tally.tasks))
    judges = _judge_cards(tally, estimate.strengths[0], shown, settings.llm_judges)
    return RankingCard(
        judgments=" and ".join(sorted({judge.kind for judge in judges.values()})),  # type: ignore[arg-type]
        n_judgments=n,
        n_judges=len(judges),
        tasks=_task_ranks(tally.tasks, estimate),
        judges=judges,
        **common,
        **_over_judges(tally, estimate, settings),
    )


def _unranked(whole: Tally, tally: Tally) -> dict[str, str] | None:
    judged = (whole.wins.sum(axis=(0, 1)) + whole.wins.sum(axis=(0, 2))) > 0
    reasons = {
        task: "no judgments connect it with the ranked tasks"
        if any_
        else "no judgment compares it with another task of the plan"
        for task, any_ in zip(whole.tasks, judged, strict=True)
        if task not in tally.tasks or not tally.judges
    }
    return reasons or None


def _estimate(tally: Tally, settings: Settings) -> Estimate:
    n = len(tally.judges)
    blocks = [np.ones((1, n))]
    if n > 1:
        rng = seeds.rng(settings.seed, "judges")
        blocks += resample_weights(n, settings.resamples, rng)
    weights = np.concatenate(blocks)
    # Few judges have few different resamples: six have 462.
    sets, which = np.unique(weights, axis=0, return_inverse=True)
    summed = np.tensordot(sets, tally.wins, axes=1)
    strengths = np.stack(
        [
            objectivity(wins, settings.penalty)
            for wins in tqdm(summed, desc="resamples", disable=None)
        ]
    )
    ranks = np.stack([subjectivity_ranks(row) for row in strengths])
    return Estimate(weights, strengths[which], ranks[which])


def _task_ranks(tasks: Sequence[str], estimate: Estimate) -> dict[str, TaskRank]:
    several = len(estimate.weights) > 1
    lines = {}
    for i, task in enumerate(tasks):
        ranks, strengths = estimate.ranks[:, i], estimate.strengths[:, i]
        limits: dict[str, float] = {}
        if several:
            limits["rank_low"], limits["rank_high"] = _limits(ranks)
            limits["objectivity_low"], limits["objectivity_high"] = _limits(strengths)
        lines[task] = TaskRank(rank=float(ranks[0]), objectivity=float(strengths[0]), **limits)
    return lines


def _limits(draws: Floats) -> tuple[float, float]:
    interval = percentile_interval(draws, len(draws))
    return interval.low, interval.high


def _judge_cards(
    tally: Tally, strengths: Floats, shown: Mapping[str, Position], llm_judges: Sequence[str]
) -> dict[str, JudgeCard]:
    cards = {}
    for name, wins in zip(tally.judges, tally.wins, strict=True):
        n = int(wins.sum())
        circles, triads = judging.circular_triads(wins)
        n_tasks = len(wins)
        complete = n_tasks > 2 and triads == n_tasks * (n_tasks - 1) * (n_tasks - 2) // 6
        kind: Judge = "llm" if name in llm_judges else "human"
        cards[name] = JudgeCard(
            kind=kind,
            n_judgments=n,
            predicted_share=predicted(wins, strengths) / n,
            first_share=shown[name].first_share,
            n_both_orders=shown[name].n_twice,
            n_turned=shown[name].n_turned,
            circular_triads=circles,
            triads=triads,
            consistency_score=judging.consistency_score(wins) if complete else None,
        )
    return cards


def _over_judges(tally: Tally, estimate: Estimate, settings: Settings) -> dict[str, Any]:
    """Return the numbers that compare judges with each other."""
    if len(tally.judges) == 1:
        names = (
            "agreement_share",
            "heldout_log_loss",
            "heldout_share",
            "intervals",
            "predicted_share",
        )
        return {"absent": dict.fromkeys(names, "there is one judge, expected at least 2")}
    n = tally.wins.sum(axis=(1, 2))
    right = np.array([predicted(wins, estimate.strengths[0]) for wins in tally.wins])
    right_heldout, losses = np.empty(len(n)), np.empty(len(n))
    for i, wins in enumerate(tally.wins):
        others = objectivity(tally.wins.sum(axis=0) - wins, settings.penalty)
        right_heldout[i], losses[i] = predicted(wins, others), log_loss(wins, others)
    alike, both = judging.agreeing_pairs(tally.wins)
    weighted = estimate.weights @ n
    numbers: dict[str, Any] = {
        "resamples": settings.resamples,
        "predicted_share": percentile_interval(estimate.weights @ right / weighted, int(n.sum())),
        "heldout_share": percentile_interval(
            estimate.weights @ right_heldout / weighted, int(n.sum())
        ),
        "heldout_log_loss": float(losses.sum() / n.sum()),
    }
    if both:
        numbers["agreement_share"] = Share(alike / both, both)
    else:
        numbers["absent"] = {"agreement_share": "no two judges decided the same pair of tasks"}
    return numbers
