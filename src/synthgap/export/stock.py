"""A pooled linear head in a stock architecture, so that anybody can load it without our code.

Transformers' classifiers for BERT and its kin read one token's vector through tanh. Ours is linear,
and mostly reads the mean over tokens. Both are brought into that form, equal but for about 1e-4 of
a logit:

- *tanh*: of values so small that tanh(x) = x in single precision; the last layer scales them back.
- *mean*: one more layer, whose attention weighs all tokens alike, carries the logits of the mean in
  the first components of each token's vector. They are made so large that what the token itself
  adds (its residual) does not count, and the others' are fixed and larger still, so that the
  normalisation divides every text by the same.

The logits are all that is left of the vector then: such a model is for prediction, not for further
training.
"""

from typing import Any

import torch
from torch import Tensor, nn

from synthgap.encoder.shape import KINDS
from synthgap.floor.errors import InputError

SIGNAL = 2.0**17
"""The logits' factor in the further layer: the residual, of order 1, adds 1e-5 to them."""

FRAME = 2.0**25
"""The size of the fixed components."""

SMALL = 2.0**-13
"""What goes into tanh, for each unit of a logit."""


def check(config: Any, n_labels: int) -> None:  # noqa: ANN401
    """Check that the stock classifier of a configuration can be given our head.

    Raises:
        InputError: it is of another kind, or there are more labels than the layer can carry.
    """
    # Others have no classifier, another activation before the last product, or positions in
    # attention.
    if config.model_type not in KINDS or n_labels > config.hidden_size // 2:
        raise InputError(
            f"a {config.model_type} encoder with {n_labels} labels cannot be exported, "
            "expected a kind of BERT or RoBERTa and at most half as many labels as components"
        )


def attach(model: Any, weight: Tensor, bias: Tensor, pooling: str) -> None:  # noqa: ANN401
    """Give a stock classifier our head, in place.

    Args:
        model: an `AutoModelForSequenceClassification` that `check` passes, with our encoder.
        weight: of the linear head, (labels, width).
        bias: of the linear head, (labels,).
        pooling: `mean` or `first`.
    """
    base = getattr(model, model.base_model_prefix)
    scale = 1.0
    with torch.no_grad():
        if pooling == "mean":
            scale = _carry_mean(model, base, weight, bias)
            weight, bias = torch.eye(*weight.shape), torch.zeros_like(bias)
        inner, outer = _layers_around_tanh(model, base)
        _clear(inner)
        inner.weight[: len(weight)] = SMALL * weight
        inner.bias[: len(bias)] = SMALL * bias
        _clear(outer)
        outer.weight[:, : len(weight)] = torch.eye(len(weight)) * (scale / SMALL)


def _layers_around_tanh(model: Any, base: Any) -> tuple[nn.Linear, nn.Linear]:  # noqa: ANN401
    if getattr(base, "pooler", None) is not None:
        return base.pooler.dense, model.classifier
    return model.classifier.dense, model.classifier.out_proj


def _carry_mean(model: Any, base: Any, weight: Tensor, bias: Tensor) -> float:  # noqa: ANN401
    """Append the layer; return by what its first components are to be multiplied."""
    labels, width = weight.shape
    config = model.config
    layer = type(base.encoder.layer[0])(config)
    for part in layer.modules():
        if isinstance(part, nn.Linear):
            _clear(part)
    # Queries and keys of 0 weigh all tokens alike; values are the hidden states themselves.
    layer.attention.self.value.weight.copy_(torch.eye(width))
    mixed = layer.attention.output.dense
    mixed.weight[:labels] = SIGNAL * weight
    mixed.bias[:labels] = SIGNAL * bias
    signs = torch.ones(width - labels)
    signs[1::2] = -1
    signs[len(signs) // 2 * 2 :] = 0
    mixed.bias[labels:] = FRAME * signs
    base.encoder.layer.append(layer.eval())
    config.num_hidden_layers += 1
    deviation = FRAME * (signs.abs().sum().item() / width) ** 0.5
    return float(deviation / SIGNAL)


def _clear(linear: nn.Linear) -> None:
    linear.weight.zero_()
    linear.bias.zero_()
