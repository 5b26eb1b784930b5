"""What is trained: the upper part of an encoder, pooled to a vector a text, and a linear head."""

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from synthgap.encoder.bert import Bert
from synthgap.encoder.dropout import Dropout
from synthgap.encoder.packed import Layout

if TYPE_CHECKING:
    from synthgap.encoder.strangers import Whole


class Network(nn.Module):
    """The trained part of an encoder, pooled, with a linear head."""

    def __init__(self, above: "Bert | Whole", width: int, n_labels: int, pooling: str) -> None:
        super().__init__()
        self.above = above
        self.head = nn.Linear(width, n_labels)
        self.pooling = pooling
        self._start = {name: tensor.clone() for name, tensor in above.state_dict().items()}

    def reset(self, seed: int) -> None:
        """Put the pretrained weights back, and give the head new ones that depend on the seed."""
        self.above.load_state_dict(self._start)
        # The only global generator here: the head's weights and the bits of dropout come from it.
        torch.manual_seed(seed)
        self.head.reset_parameters()
        for module in self.above.modules():
            if isinstance(module, Dropout):
                module.renew()

    def forward(self, values: Tensor, layout: Layout) -> Tensor:
        """Return logits, (texts, labels), in single precision."""
        pooled = self.above.pooled(values, layout, self.pooling)
        return self.head(pooled)  # type: ignore[no-any-return]
