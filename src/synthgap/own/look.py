"""What is in the rows: counts that say whether they are fit to study, and what to look at."""

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from synthgap.fetch.draw import allocate
from synthgap.floor.errors import InputError
from synthgap.floor.texts import fold
from synthgap.own import scripts
from synthgap.own.rows import TEST, TRAIN, Rows

MAX_LABELS = 500
LEAST = 2
"""Different texts of each label that each side needs."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)

Places = npt.NDArray[np.int64]


class Look(NamedTuple):
    """What was found."""

    labels: list[str]
    rows: dict[str, int]
    """By label."""
    usable: dict[str, dict[str, int]]
    """By side, then label: different texts, of one label only, that are in no other side."""
    unused: dict[str, int]
    """Rows that will be dropped, by reason."""
    words: tuple[int, int, int]
    """A text's: 10th percentile, median, 90th percentile."""
    longest: int
    """Characters."""
    scripts: dict[str, float]
    n_voted: int
    warnings: list[str]


def look(rows: Rows, place: str, test_share: float) -> Look:
    """Return what is in the rows.

    Args:
        rows: what was read.
        place: the file's name, for errors.
        test_share: of the texts of a label, where no rows are test rows.

    Raises:
        InputError: the labels are not fit to be classified by: one, too many, two spellings of a
            number, or one with too few texts.
    """
    counts = Counter(label for label in rows.labels if label)
    labels = _check_labels(counts, place)
    usable, unused = _sides(rows, labels)
    if not any(split == TEST for split in rows.splits):
        usable = _divided(usable[TRAIN], test_share)
    _check_usable(usable, labels, place)
    words = np.array([len(text.split()) for text in rows.texts if text], dtype=np.int64)
    low, middle, high = np.percentile(words, [10, 50, 90], method="nearest").astype(int).tolist()
    longest = max(map(len, rows.texts))
    return Look(
        labels=labels,
        rows={label: counts[label] for label in labels},
        usable=usable,
        unused={reason: n for reason, n in unused.items() if n},
        words=(low, middle, high),
        longest=longest,
        scripts=scripts.shares(rows.texts),
        n_voted=sum(map(bool, rows.votes)),
        warnings=_warnings(counts, labels),
    )


def _check_labels(counts: Counter[str], place: str) -> list[str]:
    if len(counts) < 2:
        found = f"the only label {next(iter(counts))!r}" if counts else "no label in any row"
        raise InputError(f"{place}: found {found}, expected at least two labels")
    if len(counts) > MAX_LABELS:
        raise InputError(
            f"{place}: found {len(counts):,} labels, expected at most {MAX_LABELS}; is it the "
            "right column?"
        )
    numbers: dict[float, str] = {}
    for label in counts:
        number = _number(label)
        if number is not None and numbers.setdefault(number, label) != label:
            raise InputError(
                f"{place}: found the labels {numbers[number]!r} and {label!r}, the same number, "
                "expected one spelling"
            )
    return sorted(counts)


def _number(label: str) -> float | None:
    return float(label) if _NUMBER.fullmatch(label) else None


def _sides(rows: Rows, labels: list[str]) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Return the texts of each side that can be used, as `fetch_real` will find them."""
    code = {label: i for i, label in enumerate(labels)} | {"": -1}
    codes = np.array([code[label] for label in rows.labels], dtype=np.int64)
    keys = np.array([_key(text) for text in rows.texts], dtype=np.uint64)
    empty = np.array([not text or text.isspace() for text in rows.texts], dtype=bool)
    splits = np.array(rows.splits, dtype=object)
    kept = ~empty & (codes >= 0)
    unused = {
        "without a text": int((empty & (codes >= 0)).sum()),
        "without a label": int((codes < 0).sum()),
        "of another split": int((~np.isin(splits, [TRAIN, TEST])).sum()),
    }
    sides: dict[str, Places] = {}
    for split in (TEST, TRAIN):
        places = np.flatnonzero(kept & (splits == split))
        sides[split], unused[f"repeats ({split})"], unused[f"two labels ({split})"] = _single(
            places, keys[places], codes[places]
        )
    leaks = np.isin(keys[sides[TRAIN]], keys[sides[TEST]])
    unused["in the test rows too"] = int(leaks.sum())
    sides[TRAIN] = sides[TRAIN][~leaks]
    counted = {
        split: dict(
            zip(labels, np.bincount(codes[places], minlength=len(labels)).tolist(), strict=True)
        )
        for split, places in sides.items()
    }
    return counted, unused


def _single(places: Places, keys: npt.NDArray[np.uint64], codes: Places) -> tuple[Places, int, int]:
    """Return the first row of each text of one label, and how many are repeats, or of two."""
    if not len(places):
        return places, 0, 0
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    low, high = codes[first].copy(), codes[first].copy()
    np.minimum.at(low, group, codes)
    np.maximum.at(high, group, codes)
    one = low == high
    n_two = int((~one[group]).sum())
    chosen = np.sort(first[one])
    return places[chosen], len(places) - n_two - len(chosen), n_two


def _key(text: str) -> int:
    """Return a number of the text as it is compared: equal numbers, the same text."""
    folded = " ".join(text.lower().split()) if text.isascii() else fold(text)
    return int.from_bytes(blake2b(folded.encode(), digest_size=8).digest(), "little")


def _divided(counts: dict[str, int], test_share: float) -> dict[str, dict[str, int]]:
    some = {label: n for label, n in counts.items() if n}
    test = allocate(some, round(test_share * sum(some.values())), LEAST)
    return {
        TRAIN: {label: n - test.get(label, 0) for label, n in counts.items()},
        TEST: {label: test.get(label, 0) for label in counts},
    }


def _check_usable(usable: dict[str, dict[str, int]], labels: list[str], place: str) -> None:
    for label in labels:
        train, test = usable[TRAIN][label], usable[TEST][label]
        if min(train, test) < LEAST:
            raise InputError(
                f"{place}: the label {label!r} has {train} different texts to train on and {test} "
                f"to test on, expected at least {LEAST} of each"
            )


def _warnings(counts: Counter[str], labels: Sequence[str]) -> list[str]:
    spellings: dict[str, list[str]] = {}
    for label in labels:
        spellings.setdefault(fold(label), []).append(label)
    alike = [same for same in spellings.values() if len(same) > 1]
    few = [label for label in labels if counts[label] < 20]
    return [f"the labels {' and '.join(map(repr, same))} look alike" for same in alike] + [
        f"{len(few)} labels have fewer than 20 rows: {', '.join(few[:10])}"
    ] * bool(few)
