"""The wordings that a language model is asked with: Jinja templates from params.yaml.

They are rendered in a sandbox, and every placeholder must have a value. The values (labels,
descriptions, human examples) are never taken for templates themselves.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, NamedTuple

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator

from synthgap.floor import params
from synthgap.floor.errors import InputError

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
_STAND_INS = {
    "label": "a label",
    "description": "what the label means",
    "length": "10 to 20 words",
    "examples": "one example\n\nanother example",
    "count": "2",
}
_ALWAYS = ("label", "description", "length")


def render(template: str, values: Mapping[str, str]) -> str:
    """Return the text that `template` makes of `values`.

    Raises:
        ValueError: it needs another value, does what the sandbox forbids, or fails in itself.
    """
    try:
        return _ENVIRONMENT.from_string(template).render(values)
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError) as error:
        raise ValueError(f"the template fails ({' '.join(str(error).split())})") from error


def _check_text(text: str) -> str:
    if not text.strip():
        raise ValueError("expected a text that is not blank")
    return text


def _template(*placeholders: str, one_of: Sequence[str] = ()) -> Callable[[str], str]:
    """Return a check that a template works with `placeholders`, and uses `one_of` some."""

    def check(template: str) -> str:
        used = _placeholders(template)
        if unknown := used - set(placeholders):
            allowed = ", ".join(placeholders)
            raise ValueError(f"unknown placeholder {min(unknown)!r}, expected {allowed}")
        if one_of and not used & set(one_of):
            raise ValueError(f"expected the placeholder {' or '.join(one_of)}")
        return _check_text(render(template, {name: _STAND_INS[name] for name in placeholders}))

    def checked(template: str) -> str:
        check(template)
        return template

    return checked


def _placeholders(template: str) -> set[str]:
    try:
        return meta.find_undeclared_variables(_ENVIRONMENT.parse(template))
    except TemplateSyntaxError as error:
        raise ValueError(f"not a Jinja template ({error.message}, line {error.lineno})") from error


Text = Annotated[str, AfterValidator(_check_text)]
Context = Annotated[str, AfterValidator(_template(*_ALWAYS))]
ZeroShot = Annotated[
    # Without either, all labels would get the same request.
    str, AfterValidator(_template(*_ALWAYS, one_of=("label", "description")))
]
FewShot = Annotated[str, AfterValidator(_template(*_ALWAYS, "examples", one_of=("examples",)))]
FollowUp = Annotated[str, AfterValidator(_template(*_ALWAYS))]
Several = Annotated[str, AfterValidator(_template("count", one_of=("count",)))]
Descriptions = dict[str, Text]


class Wording(NamedTuple):
    """How one source of one task is asked for: checked templates and what they are filled with."""

    context: str
    request: str
    length: str
    descriptions: dict[str, str]


def check_descriptions(descriptions: Mapping[str, str], labels: Sequence[str], task: str) -> None:
    """Check that each label of the task has a description, and nothing else has.

    Raises:
        InputError: it is not so.
    """
    if set(descriptions) != set(labels):
        raise InputError(
            f"{params.FILE}: tasks.{task}.prompt.descriptions: found {sorted(descriptions)}, "
            f"expected the labels {sorted(labels)}"
        )
