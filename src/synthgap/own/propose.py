"""The entry that a task gets in params.yaml: its data, and wordings to be edited."""

import textwrap
from collections.abc import Mapping
from io import StringIO
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from synthgap.own.look import Look

WIDTH = 100

_ENTRY = """\
labels: []
dataset:
  file:
  train: [train]
  test: [test]
  text: text
  label: label
  names: {}
  votes:
    kind: column
    column: votes
prompt:
  context: >-
    You write texts for a collection that teaches a program to sort texts of one kind. Each stands
    alone, as people really write such texts: their topics, tone, care and mistakes differ.
  zero_shot: >-
    Write one text that people would label "{{ label }}" ({{ description }}). Make it specific and
    natural, as if found and not made up. Length: {{ length }}. Do not write that it has this
    label, and answer with the text alone.
  few_shot: >-
    Here are real texts that people gave the same label:


    {{ examples }}


    Write one new text that people would label "{{ label }}" ({{ description }}). Match the kind,
    style and tone of these texts, about something that none of them is about. Length:
    {{ length }}. Imitate them, but neither reword them nor reuse their sentences, names or
    numbers. Do not write that it has this label, and answer with the text alone.
  length:
  descriptions: {}
"""

_PROMPT = "  prompt:\n"
_COMMENTS = {
    _PROMPT: """\
# Proposed by add-task. Edit: what kind of text it is, who writes it where, in which style. The
# follow-up of all tasks is generate.follow_up.
""",
    "    descriptions:\n": """\
# Edit: which texts have the label, and which similar ones do not.
""",
}
"""What is said above a line."""

_UNSAFE = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf")
)
"""Words that readers of older YAML take for something else than a string."""


class Task(NamedTuple):
    """What of a task is not proposed but known."""

    name: str
    file: str
    look: Look
    has_test: bool
    descriptions: Mapping[str, str]


def entry(task: Task, before: Mapping[str, Any] | None = None, above: str | None = None) -> str:
    """Return the entry as YAML, under the task's name.

    Args:
        task: the task.
        before: the entry that it replaces, whose wordings and descriptions stay.
        above: the comment above its prompt.
    """
    yaml = _yaml()
    found: CommentedMap = yaml.load(_ENTRY)
    found["labels"] = _flow([scalar(label) for label in task.look.labels])
    dataset = found["dataset"]
    dataset["file"] = task.file
    if not task.has_test:
        del dataset["test"]
    if not task.look.n_voted:
        del dataset["votes"]
    names = CommentedMap({scalar(label): scalar(label) for label in task.look.labels})
    names.fa.set_flow_style()
    dataset["names"] = names
    if before and "prompt" in before:
        found["prompt"] = before["prompt"]
    prompt = found["prompt"]
    prompt["length"] = prompt["length"] or length(task.look)
    _describe(prompt["descriptions"], task)
    out = StringIO()
    yaml.dump(CommentedMap({task.name: found}), out)
    # The library keeps the comments inside of what it keeps, not the one above it.
    comments = _COMMENTS if above is None else {_PROMPT: textwrap.dedent(above)}
    return _commented(out.getvalue(), comments)


def _describe(descriptions: CommentedMap, task: Task) -> None:
    """Give each label a description, and leave those that it has already with their comments."""
    descriptions.fa.set_block_style()
    for label in set(descriptions) - set(task.look.labels):
        del descriptions[label]
    for label in task.look.labels:
        if label in task.descriptions or label not in descriptions:
            descriptions[scalar(label)] = task.descriptions.get(label, described(label))


def _commented(text: str, comments: Mapping[str, str]) -> str:
    for line, comment in comments.items():
        indented = textwrap.indent(comment, line[: len(line) - len(line.lstrip())])
        text = text.replace(f"\n{line}", f"\n{indented}{line}", 1)
    return text


def described(label: str) -> str:
    """Return the description of a label that nobody has described."""
    return f"texts of the kind {label}, as the people understood it who labelled them"


def length(look: Look) -> str:
    """Return how long texts shall be: what the middle 80 % of the real ones are."""
    low, _, high = look.words
    return f"{low} to {high} words" if low < high else f"about {max(high, 1)} words"


def scalar(text: str) -> str:
    """Return a string that YAML, old or new, must not take for anything else."""
    words = text.replace(" ", "").replace("_", "").replace("-", "")
    plain = words.isascii() and words.isalpha() and text[0].isalpha() and text[-1].isalpha()
    safe = plain and text.lower() not in _UNSAFE
    return text if safe else DoubleQuotedScalarString(text)


def _flow(values: list[str]) -> CommentedSeq:
    seq = CommentedSeq(values)
    seq.fa.set_flow_style()
    return seq


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
