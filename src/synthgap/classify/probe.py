"""Logistic regression on the vectors of a frozen encoder: the cheap classifier with an encoder."""

from collections.abc import Sequence

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from synthgap.classify import batches, encoders
from synthgap.classify.batches import Rows
from synthgap.classify.device import Pieces, chosen_device
from synthgap.classify.inputs import BATCH, Inputs
from synthgap.classify.protocol import Examples, Fitted, spread
from synthgap.classify.settings import Probe
from synthgap.encoder.precision import fast_dtype


class FrozenEncoder:
    """A `Classifier` whose encoder learns nothing.

    The optimum is unique, so that the seed changes nothing and all seeds predict the same.
    """

    def __init__(self, settings: Probe, examples: Examples, texts: Sequence[str]) -> None:
        vectors = _vectors(settings, [*examples.texts, *texts])
        n = len(examples.texts)
        model = LogisticRegression(
            C=settings.inverse_penalty, class_weight="balanced", max_iter=1000
        )
        model.fit(vectors[:n], examples.labels)
        self._probabilities = spread(model, vectors[n:], examples.n_labels)

    def fit(self, seed: int) -> Fitted:
        """Return the one solution, whatever the seed."""
        return Fitted(self._probabilities, [])


@torch.inference_mode()
def _vectors(settings: Probe, texts: Sequence[str]) -> np.ndarray:
    """Return the pooled hidden states, (texts, width), each of length 1."""
    device = chosen_device()
    encoder, width = encoders.frozen(settings)
    inputs = Inputs(encoders.tokenise(settings, texts), None, width, device)
    encoder.to(device, fast_dtype(device))
    found = torch.zeros(len(texts), width)

    def encode(pieces: list[Rows]) -> None:
        for piece in pieces:
            batch = inputs.batch(piece)
            found[piece] = encoder.pooled(*batch, settings.pooling).cpu()

    sizes = Pieces()
    for rows in batches.by_length(inputs.lengths, BATCH):
        sizes.run(rows, inputs.lengths[rows], encode)
    return torch.nn.functional.normalize(found).numpy()
