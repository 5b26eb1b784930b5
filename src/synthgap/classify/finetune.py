"""Fine-tuning of pretrained encoders, made for many small fits.

Texts are tokenised once for all seeds; what lies below the trained layers is computed once; the
weights are read once and put back before each fit; batches hold texts of similar length.
"""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from synthgap.classify import batches, encoders
from synthgap.classify.device import autocast, chosen_device
from synthgap.classify.protocol import Examples, Fitted, Point
from synthgap.classify.settings import Finetune
from synthgap.floor.seeds import rng

PREDICT_BATCH = 32


class Network(nn.Module):
    """The trained part of an encoder, pooled, with a linear head."""

    def __init__(self, above: nn.Module, width: int, n_labels: int, pooling: str) -> None:
        super().__init__()
        self.above = above
        self.head = nn.Linear(width, n_labels)
        self.pooling = pooling

    def forward(self, values: Tensor, mask: Tensor) -> Tensor:
        """Return logits, (texts, labels)."""
        hidden = self.above(values, mask)
        if self.pooling == "first":
            return self.head(hidden[:, 0])  # type: ignore[no-any-return]
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        return self.head((hidden * weights).sum(1) / weights.sum(1))  # type: ignore[no-any-return]


class Encoder:
    """A `Classifier`: an encoder ready to be fine-tuned on some texts, once a seed."""

    def __init__(self, settings: Finetune, examples: Examples, texts: Sequence[str]) -> None:
        self._settings = settings
        self._device = chosen_device()
        parts = encoders.load(settings, settings.trained_layers)
        below = parts.below.to(self._device) if parts.below is not None else None
        ids = encoders.tokenise(settings, [*examples.texts, *texts])
        inputs = ids if below is None else self._hidden(below, ids)
        self._training, self._unseen = inputs[: len(examples.texts)], inputs[len(examples.texts) :]
        self._labels = torch.tensor(examples.labels)
        self._network = Network(parts.above, parts.width, examples.n_labels, settings.pooling)
        self._network.to(self._device)
        self._start = {name: t.clone() for name, t in self._network.above.state_dict().items()}

    def fit(self, seed: int) -> Fitted:
        """Return what a fit from the pretrained weights with this seed predicts."""
        self._reset(seed)
        curve = self._train(rng(seed, "batches"))
        return Fitted(self._predict(), curve)

    def _reset(self, seed: int) -> None:
        self._network.above.load_state_dict(self._start)
        # The only global generator here: dropout and the head's weights come from it.
        torch.manual_seed(seed)
        self._network.head.reset_parameters()

    def _train(self, order: np.random.Generator) -> list[Point]:
        settings = self._settings
        per_epoch = math.ceil(len(self._training) / settings.batch)
        steps = max(settings.steps, round(settings.epochs * per_epoch))
        optimizer = self._optimizer()
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, self._rate_at(steps))
        self._network.train(settings.dropout)
        curve: list[Point] = []
        seen, losses, right = 0, 0.0, 0
        for step, rows in zip(range(1, steps + 1), self._passes(order), strict=False):
            loss, hits = self._step(rows, optimizer)
            schedule.step()
            seen, losses, right = seen + len(rows), losses + loss * len(rows), right + hits
            if step % per_epoch == 0 or step == steps:
                point = Point(step / per_epoch, "training", losses / seen, right / seen)
                curve.append(point)
                seen, losses, right = 0, 0.0, 0
        return curve

    def _step(self, rows: np.ndarray, optimizer: torch.optim.Optimizer) -> tuple[float, int]:
        """Learn from one batch; return its mean loss and how many texts were right before."""
        batch = batches.collate(self._training, rows, self._device)
        labels = self._labels[rows].to(self._device)
        with autocast(self._device):
            logits = self._network(batch.values, batch.mask).float()
        loss = nn.functional.cross_entropy(logits, labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        return loss.item(), int((logits.argmax(1) == labels).sum())

    def _passes(self, order: np.random.Generator) -> Iterator[np.ndarray]:
        while True:
            yield from batches.shuffled(self._training, self._settings.batch, order)

    def _optimizer(self) -> torch.optim.Optimizer:
        settings = self._settings
        matrices = [p for p in self._network.above.parameters() if p.ndim > 1]
        vectors = [p for p in self._network.above.parameters() if p.ndim <= 1]
        return torch.optim.AdamW(
            [
                {"params": matrices, "weight_decay": settings.weight_decay},
                {"params": vectors, "weight_decay": 0.0},
                {
                    "params": list(self._network.head.parameters()),
                    "lr": settings.head_learning_rate,
                    "weight_decay": 0.0,
                },
            ],
            lr=settings.learning_rate,
            fused=True,
        )

    def _rate_at(self, steps: int) -> Callable[[int], float]:
        warmup = math.ceil(self._settings.warmup_share * steps)

        def share(step: int) -> float:
            """Return the share of the highest rate at this step: up in a line, down in a line."""
            if step < warmup:
                return (step + 1) / (warmup + 1)
            return (steps - step) / max(1, steps - warmup)

        return share

    @torch.inference_mode()
    def _predict(self) -> np.ndarray:
        self._network.eval()
        logits = torch.zeros(len(self._unseen), self._network.head.out_features)
        for rows in batches.by_length(self._unseen, PREDICT_BATCH):
            batch = batches.collate(self._unseen, rows, self._device)
            with autocast(self._device):
                logits[rows] = self._network(batch.values, batch.mask).float().cpu()
        return torch.softmax(logits, dim=1).numpy()

    @torch.no_grad()
    def _hidden(self, below: nn.Module, ids: Sequence[Tensor]) -> list[Tensor]:
        found: list[Tensor] = [torch.empty(0)] * len(ids)
        for rows in batches.by_length(ids, PREDICT_BATCH):
            batch = batches.collate(ids, rows, self._device)
            with autocast(self._device):
                hidden = below(batch.values, batch.mask)
            for row, states in zip(rows, hidden, strict=True):
                found[row] = states[: len(ids[row])].clone()
        return found
