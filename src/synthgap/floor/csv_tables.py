"""CSV tables of strings that people write by hand or with a spreadsheet."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from synthgap.floor.errors import InputError


def read_folder(folder: Path, columns: Sequence[str]) -> dict[Path, pd.DataFrame]:
    """Return the CSV tables of a folder by name: what users have dropped into it.

    Raises:
        InputError: no such folder, or see `read`.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder, expected one with CSV tables")
    return {path: read(path, columns) for path in sorted(folder.glob("*.csv"))}


def read(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Return a CSV table; the mark with which spreadsheets begin a file is passed over.

    Raises:
        InputError: no such file, not UTF-8, broken CSV, a NUL character, other columns, a row with
            more or fewer fields, or no rows.
    """
    header, *rows = _lines(path) or [[]]
    if header != list(columns):
        raise InputError(f"{path}: columns are {header}, expected {list(columns)}")
    if not rows:
        raise InputError(f"{path}: no rows, expected at least one")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise InputError(f"{path}, row {number}: {len(row)} fields, expected {len(columns)}")
        if "\0" in "".join(row):
            raise InputError(f"{path}, row {number}: a NUL character, expected text")
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def _lines(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [row for row in csv.reader(file, strict=True) if row]
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason})") from error
    except csv.Error as error:
        raise InputError(f"{path}: not valid CSV ({error})") from error
