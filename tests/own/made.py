"""Files as users have them: good ones, and every kind of bad one."""

import csv
import gzip
import io
import json
from pathlib import Path

DAY = "the morning was bright and café {} had opened its doors early"
NIGHT = "the street lay dark and über {} nobody was awake any more"


def rows(n: int = 8, day: str = "day", night: str = "night") -> list[tuple[str, str]]:
    """Return `n` different texts of each of two labels, with letters that ASCII does not have."""
    return [row for i in range(n) for row in ((DAY.format(i), day), (NIGHT.format(i), night))]


def table(content: list[tuple], header: tuple = ("text", "label"), delimiter: str = ",") -> str:
    """Return CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([header, *content])
    return out.getvalue()


def objects(content: list[tuple]) -> str:
    """Return JSON Lines."""
    lines = (json.dumps({"text": text, "label": label}) for text, label in content)
    return "\n".join(lines) + "\n"


def put(folder: Path, name: str, content: str | bytes) -> None:
    """Write a file; packed if its name says so."""
    data = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder but those of git and DVC."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".git", ".dvc"} & set(path.relative_to(folder).parts)
    }
