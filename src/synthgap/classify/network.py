"""What is trained: the upper part of an encoder, pooled to a vector a text, and a linear head."""

import torch
from torch import Tensor, nn


def pool(hidden: Tensor, mask: Tensor, pooling: str) -> Tensor:
    """Return a vector a text, (texts, width), of hidden states (texts, tokens, width)."""
    if pooling == "first":
        return hidden[:, 0]
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1)


class Network(nn.Module):
    """The trained part of an encoder, pooled, with a linear head."""

    def __init__(self, above: nn.Module, width: int, n_labels: int, pooling: str) -> None:
        super().__init__()
        self.above = above
        self.head = nn.Linear(width, n_labels)
        self.pooling = pooling
        self._start = {name: tensor.clone() for name, tensor in above.state_dict().items()}

    def reset(self, seed: int) -> None:
        """Put the pretrained weights back, and give the head new ones that depend on the seed."""
        self.above.load_state_dict(self._start)
        # The only global generator here: dropout and the head's weights come from it.
        torch.manual_seed(seed)
        self.head.reset_parameters()

    def forward(self, values: Tensor, mask: Tensor) -> Tensor:
        """Return logits, (texts, labels), in single precision."""
        pooled = pool(self.above(values, mask), mask, self.pooling)
        return self.head(pooled).float()  # type: ignore[no-any-return]
