"""How well some texts were predicted, added up batch by batch."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Tally:
    """Sums over texts."""

    texts: int = 0
    loss: float = 0.0
    """Cross-entropy, in nats."""
    right: int = 0
    """Texts whose label had the highest logit."""

    @classmethod
    def of(cls, loss: Tensor, logits: Tensor, labels: Tensor) -> "Tally":
        """Return the tally of one batch.

        Args:
            loss: the sum over its texts.
            logits: (texts, labels).
            labels: (texts,), positions.
        """
        with torch.no_grad():
            return cls(len(labels), loss.item(), int((logits.argmax(1) == labels).sum()))

    def __add__(self, other: "Tally") -> "Tally":
        """Return the tally of the texts of both."""
        return Tally(self.texts + other.texts, self.loss + other.loss, self.right + other.right)

    def means(self) -> tuple[float, float]:
        """Return the mean loss and the accuracy."""
        return self.loss / self.texts, self.right / self.texts
