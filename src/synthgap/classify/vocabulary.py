"""The part of an encoder's vocabulary that some texts use.

A row of the embeddings whose token is in no text has no gradient, and no prediction depends on it.
Training only the others changes no number, and spares most of the optimiser's work on them: a few
thousand tokens of thirty thousand.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn


def is_narrowable(model: Any) -> bool:  # noqa: ANN401
    """Return whether the model looks its embeddings up in a plain table.

    Some encoders have a table of their own kind, which also scales or normalises what it finds.
    """
    return type(model.get_input_embeddings()) is nn.Embedding


class Narrowed:
    """An encoder whose embeddings were cut down to the tokens of some texts."""

    def __init__(self, model: Any, ids: Sequence[Tensor]) -> None:  # noqa: ANN401
        whole = model.get_input_embeddings()
        # Encoders tell padding by its number, so tokens up to it keep theirs.
        first = torch.arange((whole.padding_idx or 0) + 1)
        self.tokens = torch.unique(torch.cat([first, *ids]))
        """(kept tokens,), their numbers in the whole vocabulary, ascending."""
        self._model = model
        model.set_input_embeddings(
            nn.Embedding.from_pretrained(  # type: ignore[no-untyped-call]
                whole.weight.detach()[self.tokens], freeze=False, padding_idx=whole.padding_idx
            )
        )

    def renumber(self, ids: Sequence[Tensor]) -> list[Tensor]:
        """Return texts' tokens by their numbers among the kept ones."""
        return [torch.searchsorted(self.tokens, text) for text in ids]

    def widened(self, pretrained: Tensor) -> dict[str, Tensor]:
        """Return the model's weights, with pretrained embeddings where tokens were not kept.

        Args:
            pretrained: embeddings of the whole vocabulary, (tokens, width).
        """
        state: dict[str, Tensor] = {name: t.cpu() for name, t in self._model.state_dict().items()}
        rows = self._model.get_input_embeddings()
        (name,) = [name for name, module in self._model.named_modules() if module is rows]
        whole = pretrained.detach().clone()
        whole[self.tokens] = state[f"{name}.weight"]
        return state | {f"{name}.weight": whole}
