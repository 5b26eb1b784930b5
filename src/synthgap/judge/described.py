"""A task as judges get to know it: its labels, what they mean, and examples of each."""

import json
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

MOST_WORDS = 60
"""Of an example; a longer one is cut, for judges read about many tasks."""


class Label(NamedTuple):
    """One label of a task."""

    name: str
    description: str
    examples: list[str]


class Described(NamedTuple):
    """A task as judges get to know it."""

    task: str
    labels: list[Label]


def describe(
    task: str,
    descriptions: Mapping[str, str],
    texts: pd.DataFrame,
    n_examples: int,
    rng: np.random.Generator,
) -> Described:
    """Return the task with up to `n_examples` of the `texts` for each label.

    Args:
        task: its name.
        descriptions: what each label means, in the order of the labels.
        texts: a TEXTS table, of texts that nothing is scored on.
        n_examples: for each label; fewer where there are not so many.
        rng: what they are drawn with.
    """
    labels = []
    for name, description in descriptions.items():
        own = sorted(texts.loc[texts["label"] == name, "text"])
        drawn = rng.permutation(len(own))[:n_examples]
        labels.append(Label(name, description, [shorten(own[place]) for place in drawn]))
    return Described(task, labels)


def shorten(text: str) -> str:
    """Return the text, cut behind `MOST_WORDS` words where it has more."""
    words = text.split()
    return text if len(words) <= MOST_WORDS else " ".join([*words[:MOST_WORDS], "…"])


def as_text(described: Described) -> str:
    """Return the task as paragraphs of plain text, without its name: that may tell too much.

    Examples are quoted as JSON strings, so that they end where they end whatever is in them.
    """
    lines = []
    for label in described.labels:
        lines.append(f"Label {quote(label.name)}: {label.description}")
        lines += [f"  Example: {quote(example)}" for example in label.examples]
    return "\n".join(lines)


def quote(text: str) -> str:
    """Return the text as a JSON string, on one line."""
    return json.dumps(text, ensure_ascii=False)
