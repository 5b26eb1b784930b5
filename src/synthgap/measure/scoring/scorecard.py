"""The making of a task's scorecard: scores of every source and model, and gaps to real texts."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field

from synthgap.floor import seeds
from synthgap.floor.params import Section
from synthgap.floor.plan import REAL, Cell
from synthgap.measure.scoring.cards import CellCard, TaskCard
from synthgap.measure.scoring.heldout import Heldout, Positions
from synthgap.measure.scoring.scores import Fits, Scores, count, label_f1_scores, occurring, score
from synthgap.measure.scoring.verdict import even_rows, verdict
from synthgap.measure.stats.bootstrap import (
    DIFFERENCE,
    RELATIVE,
    SHARE,
    centred_interval,
    percentile_interval,
)


class Settings(Section):
    """The `evaluate` section of params.yaml."""

    tolerance: float = Field(ge=0, le=1)
    """A gap of at most this much macro-F1 still stands in."""
    resamples: int = Field(ge=100)
    seed: int = Field(ge=0)


def score_task(
    task: str,
    heldout: Heldout,
    predicted: Mapping[Cell, Positions],
    plan_seeds: list[int],
    settings: Settings,
) -> TaskCard:
    """Return the scorecard of a task, all cells scored on the same resamples.

    Args:
        task: its name, which the resamples depend on.
        heldout: its test texts.
        predicted: by cell, (seeds, scored texts).
        plan_seeds: in the order of the predictions' rows.
        settings: how to resample and to judge.
    """
    fits = Fits(heldout.truth, np.concatenate(list(predicted.values())), len(heldout.labels))
    scores = score(fits, settings.resamples, seeds.rng(settings.seed, task))
    by_cell = [np.split(part, len(predicted)) for part in scores]
    cells = {cell: Scores(*parts) for cell, *parts in zip(predicted, *by_cell, strict=True)}
    models: dict[str, dict[str, CellCard]] = {cell.model: {} for cell in cells}
    n = len(heldout.truth)
    for cell, own in cells.items():
        numbers = _numbers(own, n) | {"f1_by_label": _f1_by_label(predicted[cell], heldout)}
        real = cells.get(Cell(REAL, cell.model))
        if real is not None and cell.source != REAL:
            numbers |= _gaps(real, own, heldout.truth, settings.tolerance)
        models[cell.model][cell.source] = CellCard(**numbers)
    return TaskCard(
        n=n,
        left_out_rows=heldout.left_out_rows,
        resamples=settings.resamples,
        tolerance=settings.tolerance,
        seeds=plan_seeds,
        models=models,
    )


def _numbers(own: Scores, n: int) -> dict[str, Any]:
    return {
        "macro_f1": centred_interval(own.macro_f1.mean(axis=0), n, SHARE),
        "accuracy": percentile_interval(own.accuracy.mean(axis=0), n),
        "macro_f1_by_seed": own.macro_f1[:, 0].tolist(),
    }


def _gaps(real: Scores, own: Scores, truth: Positions, tolerance: float) -> dict[str, Any]:
    n = len(truth)
    reference = real.macro_f1.mean(axis=0)
    lost = reference - own.macro_f1.mean(axis=0)
    gap = centred_interval(lost, n, DIFFERENCE)
    accuracy_lost = real.accuracy.mean(axis=0) - own.accuracy.mean(axis=0)
    return {
        "gap": gap,
        "relative_gap": centred_interval(lost / reference, n, RELATIVE)
        if reference.all()
        else None,
        "accuracy_gap": percentile_interval(accuracy_lost, n),
        "verdict": verdict(gap, tolerance, even_rows(truth)),
    }


def _f1_by_label(predicted: Positions, heldout: Heldout) -> dict[str, float]:
    """Return the mean over seeds of each label's F1; where it does not occur at all it is 0."""
    counts = count(
        Fits(heldout.truth, predicted, len(heldout.labels)), np.ones((1, len(heldout.truth)))
    )
    means = label_f1_scores(counts)[0].mean(axis=0).tolist()
    occurs = occurring(counts)[0].any(axis=0)
    return {name: f1 for name, f1, any_ in zip(heldout.labels, means, occurs, strict=True) if any_}
