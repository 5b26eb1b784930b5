"""Fine-tuning of pretrained encoders, made for many small fits.

Texts are tokenised once for all seeds; what lies below the trained layers is computed once, or,
where everything is trained, embeddings that no text needs are left alone; the weights are read once
and put back before each fit; batches hold texts of similar length.
"""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from synthgap.classify import batches, encoders
from synthgap.classify.adamw import AdamW, Group
from synthgap.classify.batches import Rows
from synthgap.classify.device import Pieces, chosen_device, seed_generator
from synthgap.classify.inputs import Inputs
from synthgap.classify.network import Network
from synthgap.classify.protocol import Examples, Fitted, Point
from synthgap.classify.settings import Finetune
from synthgap.classify.tally import Tally
from synthgap.classify.validation import held_back
from synthgap.classify.vocabulary import Narrowed, is_narrowable
from synthgap.encoder.precision import fast_dtype
from synthgap.floor.seeds import rng

PREDICT_BATCH = 32


class Encoder:
    """A `Classifier`: an encoder ready to be fine-tuned on some texts, once a seed."""

    def __init__(self, settings: Finetune, examples: Examples, texts: Sequence[str]) -> None:
        self._settings = settings
        self._device = chosen_device()
        parts = encoders.load(settings, settings.trained_layers)
        below = parts.below
        if below is not None:
            below = below.to(self._device, fast_dtype(self._device))
        ids = encoders.tokenise(settings, [*examples.texts, *texts])
        self.narrowed: Narrowed | None = None
        """Where everything is trained, the embeddings too."""
        if below is None and is_narrowable(parts.above):
            self.narrowed = Narrowed(parts.above, ids)
            ids = self.narrowed.renumber(ids)
        n = len(examples.texts)
        self._examples = Inputs(ids[:n], below, parts.width, self._device)
        self._unseen = Inputs(ids[n:], below, parts.width, self._device)
        self._labels = torch.tensor(examples.labels)
        share = settings.validation_share
        self._validation = held_back(examples.labels, share, rng(0, "validation"))
        self._training = np.setdiff1d(np.arange(n), self._validation)
        self.network = Network(parts.above, parts.width, examples.n_labels, settings.pooling)
        """As the last fit left it."""
        self.network.to(self._device)
        self._learning, self._predicting = Pieces(), Pieces()

    def fit(self, seed: int) -> Fitted:
        """Return what a fit from the pretrained weights with this seed predicts."""
        self.network.reset(seed)
        # A GPU that others use too may have held less for the fit before.
        self._learning, self._predicting = Pieces(), Pieces()
        curve = list(self._train(seed))
        logits = self._logits(self._unseen, np.arange(len(self._unseen.lengths)))
        return Fitted(torch.softmax(logits, dim=1).numpy(), curve)

    def _train(self, seed: int) -> Iterator[Point]:
        """Learn, and yield the points of the learning curve after each pass and the last step."""
        settings = self._settings
        per_epoch = math.ceil(len(self._training) / settings.batch)
        steps = max(settings.steps, round(settings.epochs * per_epoch))
        optimizer = self._optimizer()
        rate_at = self._rate_at(steps)
        masks = rng(seed, "masks").integers(2**63, size=steps)
        progress = tqdm(range(1, steps + 1), f"seed {seed}", leave=False, delay=5, disable=None)
        tally = Tally()
        for step, rows in zip(progress, self._passes(rng(seed, "batches")), strict=False):
            self.network.train(settings.dropout)
            tally += self._learn(rows, optimizer, int(masks[step - 1]))
            optimizer.step(rate_at(step - 1))
            if step % per_epoch == 0 or step == steps:
                yield Point(step / per_epoch, "training", *tally.means())
                tally = Tally()
                if len(self._validation):
                    held = self._tally(self._validation)
                    yield Point(step / per_epoch, "validation", *held.means())

    def _learn(self, rows: Rows, optimizer: AdamW, masks: int) -> Tally:
        """Leave the gradients of one batch; return how well it was predicted.

        Args:
            rows: of the batch.
            optimizer: to forget the gradients before.
            masks: of dropout follow from this number, however often the batch is tried.
        """

        def learn(pieces: list[Rows]) -> Tally:
            optimizer.zero_grad()
            seed_generator(self._device, masks)
            tally = Tally()
            for piece in pieces:
                batch = self._examples.batch(piece)
                labels = self._labels[piece].to(self._device)
                logits = self.network(*batch)
                loss = nn.functional.cross_entropy(logits, labels, reduction="sum")
                (loss / len(rows)).backward()  # type: ignore[no-untyped-call]
                tally += Tally.of(loss, logits, labels)
            return tally

        return self._learning.run(rows, self._examples.lengths[rows], learn)

    def _passes(self, order: np.random.Generator) -> Iterator[Rows]:
        lengths = self._examples.lengths[self._training]
        while True:
            for rows in batches.shuffled(lengths, self._settings.batch, order):
                yield self._training[rows]

    def _optimizer(self) -> AdamW:
        settings = self._settings
        weights = list(self.network.above.parameters())
        matrices = [weight for weight in weights if weight.ndim > 1]
        vectors = [weight for weight in weights if weight.ndim <= 1]
        head = list(self.network.head.parameters())
        return AdamW(
            [
                Group(matrices, settings.learning_rate, settings.weight_decay),
                Group(vectors, settings.learning_rate, 0.0),
                Group(head, settings.head_learning_rate, 0.0),
            ]
        )

    def _rate_at(self, steps: int) -> Callable[[int], float]:
        warmup = math.ceil(self._settings.warmup_share * steps)

        def share(step: int) -> float:
            """Return the share of the highest rate after so many steps: up, then down, in lines."""
            if step < warmup:
                return (step + 1) / (warmup + 1)
            return (steps - step) / max(1, steps - warmup)

        return share

    def _tally(self, rows: Rows) -> Tally:
        logits, labels = self._logits(self._examples, rows), self._labels[rows]
        loss = nn.functional.cross_entropy(logits, labels, reduction="sum")
        return Tally.of(loss, logits, labels)

    @torch.inference_mode()
    def _logits(self, texts: Inputs, chosen: Rows) -> torch.Tensor:
        self.network.eval()
        found = torch.zeros(len(chosen), self.network.head.out_features)

        def predict(pieces: list[Rows]) -> None:
            for piece in pieces:
                found[piece] = self.network(*texts.batch(chosen[piece])).cpu()

        lengths = texts.lengths[chosen]
        for places in batches.by_length(lengths, PREDICT_BATCH):
            self._predicting.run(places, lengths[places], predict)
        return found
