"""params.yaml with one more task: only the lines of the task are touched.

A round trip through a YAML library keeps comments and order, but also writes `null` as nothing and
indents lists anew. So the library only tells where the lines are, and then what the result means.
New lines end as the others do.
"""

from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from synthgap.floor import params
from synthgap.floor.errors import InputError

_INDENT = "  "


def with_task(text: str, name: str, entry: str) -> str:
    """Return the params with the task's entry, at the end of the tasks or where it was before.

    Args:
        text: the content of params.yaml.
        name: of the task.
        entry: YAML with the task's name as its only key.

    Raises:
        InputError: the file is written in a way that cannot be edited line by line.
    """
    content = _load(text)
    lines, line_end = text.splitlines(keepends=True), _line_end(text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += line_end
    tasks = content["tasks"]
    start, end = _task_lines(content, tasks, name, lines)
    blank = [line_end] if start == end else []
    indented = [
        (_INDENT + line if line.strip() else line) + line_end
        for line in entry.replace("\r\n", "\n").removesuffix("\n").split("\n")
    ]
    behind = [line_end] if lines[end:] and lines[end].strip() else []
    changed = "".join([*lines[:start], *blank, *indented, *behind, *lines[end:]])
    expected = _plain(text)
    expected["tasks"] = {**expected["tasks"], **_plain(entry)}
    return _checked(changed, expected)


def with_plan(text: str, name: str) -> str:
    """Return the params with the task in `study.tasks`, if it is not there.

    Raises:
        InputError: see `with_task`.
    """
    study = _load(text)["study"]
    names = study["tasks"]
    expected = _plain(text)
    if name in names:
        return text
    lines = text.splitlines(keepends=True)
    if names.fa.flow_style():
        line, column = study.lc.value("tasks")
        rest = "".join(lines[line:])
        close = rest.index("]", column)
        rest = f"{rest[:close].rstrip().rstrip(',')}, {name}{rest[close:]}"
        changed = "".join(lines[:line]) + rest
    else:
        line, column = names.lc.item(len(names) - 1)
        # The position is that of the name, behind a dash and a space.
        lines.insert(line + 1, f"{' ' * (column - 2)}- {name}{_line_end(text)}")
        changed = "".join(lines)
    expected["study"]["tasks"].append(name)
    return _checked(changed, expected)


def tasks_of(text: str) -> Mapping[str, Any]:
    """Return the entries of tasks, with the wrapping of their texts."""
    tasks: Mapping[str, Any] = _load(text)["tasks"]
    return tasks


def above_prompt(text: str, name: str) -> str | None:
    """Return the comment lines above a task's `prompt`, None where there is no such task."""
    task: CommentedMap | None = _load(text)["tasks"].get(name)
    if task is None or "prompt" not in task:
        return None
    lines = text.splitlines(keepends=True)
    end = task.lc.key("prompt")[0]
    return "".join(lines[_behind(lines, end) : end])


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _task_lines(
    content: CommentedMap, tasks: CommentedMap, name: str, lines: list[str]
) -> tuple[int, int]:
    """Return the first line of the task, and the one behind its last."""
    later = [content.lc.key(key)[0] for key in content if content.lc.key(key)[0] > _line(content)]
    end = _behind(lines, min(later, default=len(lines)))
    if name not in tasks:
        return end, end
    start = tasks.lc.key(name)[0]
    following = [tasks.lc.key(key)[0] for key in tasks if tasks.lc.key(key)[0] > start]
    return start, _behind(lines, min(following)) if following else end


def _line(content: CommentedMap) -> int:
    line: int = content.lc.key("tasks")[0]
    return line


def _behind(lines: list[str], end: int) -> int:
    """Return where comments and blank lines before the line `end` begin: they belong to it."""
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _load(text: str) -> CommentedMap:
    content: CommentedMap = YAML().load(text)
    if content["tasks"].fa.flow_style() or not content["tasks"]:
        raise InputError(f"{params.FILE}: tasks: found {{...}}, expected one task a block of lines")
    return content


def _plain(text: str) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(text)
    return content


def _checked(text: str, expected: Mapping[str, Any]) -> str:
    found = _plain(text)
    if found != expected:
        raise InputError(
            f"{params.FILE}: cannot be edited line by line, expected tasks and study.tasks in "
            "lines of their own, as in the file that comes with synthgap"
        )
    return text
