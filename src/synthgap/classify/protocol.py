"""What every classifier is to the rest of the pipeline."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Examples(NamedTuple):
    """Labelled texts to fit on."""

    texts: Sequence[str]
    labels: NDArray[np.int64]
    """(texts,), positions in the task's list of labels."""
    n_labels: int


class Point(NamedTuple):
    """One point of a learning curve."""

    epoch: float
    """Passes over the training texts so far."""
    part: str
    """`training`, or `validation` for the texts that were held back from it."""
    loss: float
    """Mean cross-entropy a text, in nats."""
    accuracy: float


class Fitted(NamedTuple):
    """What one fit leaves behind."""

    probabilities: NDArray[np.float32]
    """(texts to predict, labels); each row sums to 1."""
    curve: list[Point]


class Classifier(Protocol):
    """A classifier that has its training texts and the texts to predict, ready for many seeds.

    What does not depend on the seed (reading weights, tokenising) is done once, when it is made.
    """

    def fit(self, seed: int) -> Fitted:
        """Return what a fit from scratch with this seed predicts; equal seeds, equal results."""
        ...


def spread(model: Any, texts: Any, n_labels: int) -> NDArray[np.float32]:  # noqa: ANN401
    """Return probabilities with a column for every label, also for those never seen in training.

    Args:
        model: a fitted classifier of scikit-learn, whose classes are positions of labels.
        texts: a row a text, as the model takes them.
        n_labels: of the task.
    """
    probabilities = np.zeros((len(texts), n_labels), dtype=np.float32)
    if len(texts):
        probabilities[:, model.classes_] = model.predict_proba(texts)
    return probabilities
