"""Which of the sizes that are asked for a training table has, and where their predictions are."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from synthgap.floor.errors import InputError
from synthgap.floor.plan import REAL, Cell


class Sizes(NamedTuple):
    """Numbers of human texts that were trained on."""

    below: list[int]
    whole: int
    """All of the training table."""


def check_sources(sources: Sequence[str]) -> None:
    """Check that there are human texts, and others for them to be compared with.

    Raises:
        InputError: there are not.
    """
    if REAL not in sources or len(sources) < 2:
        raise InputError(
            f"params.yaml: study.sources: found {list(sources)}, expected {REAL!r} and others for "
            "the size curves of study.sizes"
        )


def check_model(model: str, models: Sequence[str]) -> None:
    """Check that the model is in the plan, whose cells are the ends of its curves.

    Raises:
        InputError: it is not, so that its predictions are of another plan, or there are none.
    """
    if model not in models:
        raise InputError(
            f"params.yaml: study.sizes: found {model!r}, expected one of study.models, "
            f"{', '.join(models)}"
        )


def below(sizes: Sequence[int], real: pd.DataFrame, path: Path) -> list[int]:
    """Return the sizes, ascending, that are below the table's; all of it is in the plan anyway.

    Args:
        sizes: numbers of texts.
        real: the table as read from `path`.
        path: for messages.

    Raises:
        InputError: a size is less than the number of labels, or none is below the table's.
    """
    n_labels = real["label"].nunique()
    if min(sizes) < n_labels:
        raise InputError(
            f"params.yaml: study.sizes: found {min(sizes)}, expected at least one text for each "
            f"of the {n_labels} labels in {path}"
        )
    chosen = sorted(size for size in sizes if size < len(real))
    if not chosen:
        raise InputError(
            f"params.yaml: study.sizes: found {sorted(sizes)}, expected one below the "
            f"{len(real)} texts in {path}"
        )
    return chosen


def files(
    predictions: Path, sizes: Path, model: str, trained: Sizes, others: Sequence[str]
) -> dict[tuple[str, int], Path]:
    """Return the predictions by source and number of human texts.

    The plan's own cells are in `predictions`: all human texts alone, and each other source alone
    (0 human texts). The rest are in `sizes`.

    Args:
        predictions: the task's folder.
        sizes: the task's folder.
        model: whose predictions.
        trained: the sizes.
        others: the sources besides the human texts.
    """
    found = {(source, 0): Cell(source, model).file(predictions, ".parquet") for source in others}
    found[REAL, trained.whole] = Cell(REAL, model).file(predictions, ".parquet")
    for source in (REAL, *others):
        wanted = trained.below if source == REAL else [*trained.below, trained.whole]
        for size in wanted:
            found[source, size] = sizes / source / model / f"{size}.parquet"
    return found
