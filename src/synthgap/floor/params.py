"""Settings: params.yaml, read with the parser that DVC uses, into closed and frozen sections.

The classes that describe the sections live in the modules that use them, so that a change of one
re-runs only the stages that it concerns. Here is how they are read.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from synthgap.floor.errors import InputError

FILE = Path("params.yaml")


class Section(BaseModel):
    """Base of every section: immutable, strict, and a key that it does not name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _check_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise ValueError("expected a name of lower-case letters, digits and underscores")
    return name


def _check_unique(values: list[Any]) -> list[Any]:
    twice = [value for i, value in enumerate(values) if value in values[:i]]
    if twice:
        raise ValueError(f"{twice[0]!r} is listed twice")
    return values


Name = Annotated[str, AfterValidator(_check_name)]
"""A task, source, model or import: it becomes part of paths and of DVC's stage names."""

Unique = AfterValidator(_check_unique)
"""For lists whose entries must differ."""


def load(file: Path = FILE) -> dict[str, Any]:
    """Return the whole of `file` as plain dictionaries, lists and scalars.

    Raises:
        InputError: no such file, not UTF-8, not YAML 1.2, a key twice, or no sections.
    """
    try:
        content = _parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 at byte {error.start}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{file}: not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise InputError(f"{file}: found {type(content).__name__}, expected sections")
    return content


@lru_cache(maxsize=1)
def _parse(text: str) -> Any:  # noqa: ANN401
    """Return the content of a file; a stage reads several keys of the same one."""
    # DVC reads params.yaml with this parser too: `no` is a string, 1e-5 is a number.
    return YAML(typ="safe").load(text)


def read(key: str, kind: Any, file: Path = FILE) -> Any:  # noqa: ANN401
    """Return the value at the dotted `key`, checked against `kind`.

    A stage calls this with exactly the keys that dvc.yaml lists among its params.

    Args:
        key: such as `fetch`, `study.seeds` or `tasks.humor.labels`.
        kind: a `Section`, or any annotation that pydantic understands.
        file: the params file.

    Raises:
        InputError: the key is missing, or its value has an unknown key, a wrong type or is out of
            range.
    """
    value: Any = load(file)
    for depth, part in enumerate(key.split(".")):
        if not isinstance(value, dict) or part not in value:
            missing = ".".join(key.split(".")[: depth + 1])
            raise InputError(f"{file}: {missing} is missing")
        value = value[part]
    return check(value, kind, f"{file}: {key}")


def check(value: Any, kind: Any, place: str) -> Any:  # noqa: ANN401
    """Return `value` as `kind`.

    Raises:
        InputError: it does not fit; the message begins with `place`.
    """
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        first, *more = error.errors()
        where = ".".join((place, *_keys(first["loc"], value)))
        found = f", found {_short(first['input'])}" if _may_show(first) else ""
        rest = f" (and {len(more)} more)" if more else ""
        raise InputError(f"{where}: {first['msg']}{found}{rest}") from error


def _may_show(error: ErrorDetails) -> bool:
    """Return whether the value may be shown: a text under an unknown key may be a secret."""
    unknown_text = error["type"] == "extra_forbidden" and isinstance(error["input"], str)
    return error["type"] != "missing" and "api_key_env" not in error["loc"] and not unknown_text


def _keys(location: tuple[int | str, ...], value: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the parts of pydantic's location that are keys or positions in the file.

    The others say that a key itself is wrong, or name the member of a union that was tried.
    """
    for depth, part in enumerate(location, start=1):
        missing = depth == len(location) and part != "[key]"
        if isinstance(value, dict) and (part in value or missing):
            value = value.get(part)
            yield str(part)
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
            yield str(part)


def _short(value: Any) -> str:  # noqa: ANN401
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
