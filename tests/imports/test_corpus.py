import pytest

from synthgap.floor.errors import InputError
from synthgap.imports.corpus import bring_in
from synthgap.imports.reading import Row
from synthgap.imports.settings import Import, Limits

LIMITS = Limits(min_words=2, max_words=12, near_repeat=0.7, seed=1)
LABELS = ["wet", "dry"]
WET = ["rain since noon", "a puddle at the door", "the gutter is overflowing"]
DRY = ["dust on every shelf", "the well gave nothing", "cracks in the riverbed"]
ROWS = [Row(text, "1") for text in WET] + [Row(text, "0") for text in DRY]


def entry(**changed):
    whole = {"task": "weather", "source": "other", "path": "other.csv", "text": "t", "label": "l"}
    return Import(**whole | {"names": {"1": "wet", "0": "dry"}} | changed)


def imported(rows, limits=LIMITS, **changed):
    return bring_in(rows, entry(**changed), LABELS, limits, "mine")


def reasons(rows):
    dropped = imported([*ROWS, *rows]).dropped
    return dict(zip(dropped["id"], dropped["reason"], strict=True))


def test_labels_are_mapped_and_ids_are_the_rows_of_the_file():
    made = imported(ROWS)
    assert made.train["id"].tolist() == [f"other-{i}" for i in range(1, 7)]
    assert made.train["text"].tolist() == WET + DRY
    assert made.train["label"].tolist() == ["wet"] * 3 + ["dry"] * 3
    assert made.metrics == {
        "backend": "import",
        "attempts": 6,
        "kept": {"wet": 3, "dry": 3},
        "dropped": {},
        # Words: 3 + 5 + 4 + 4 + 4 + 4 = 24, over 6 texts.
        "mean_words": 4.0,
    }


def test_without_names_the_labels_are_the_tasks():
    rows = [Row(text, label) for text, label in zip(WET[:2], ["wet", " dry "], strict=True)]
    assert imported(rows, names=None).train["label"].tolist() == ["wet", "dry"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Row("snow on the hills", None), "no_label"),
        (Row("snow on the hills", "  "), "no_label"),
        (Row("snow on the hills", "2"), "other_label"),
        (Row("snow\0on the hills", "1"), "bad_characters"),
        (Row(None, "1"), "empty"),
        (Row(" \n", "1"), "empty"),
        (Row("As an AI language model, I do not get wet", "1"), "refusal"),
        (Row("rain", "1"), "too_short"),
        (Row("very " * 12 + "wet", "1"), "too_long"),
        (Row("wet: drizzle since the morning", "1"), "names_its_label"),
        (Row("  RAIN since   noon", "1"), "repeat"),
        (Row("the gutter is overflowing!", "1"), "near_repeat"),
    ],
)
def test_a_useless_row_is_dropped_for_the_first_reason_that_applies(row, reason):
    assert reasons([row]) == {"other-7": reason}


def test_a_text_under_two_labels_is_kept_under_none():
    assert reasons([Row("Rain since noon", "0")]) == {
        "other-1": "two_labels",
        "other-7": "two_labels",
    }


def test_near_the_other_label_is_no_repeat():
    assert reasons([Row("the gutter is overflowing!", "0")]) == {}


def test_what_cannot_be_written_is_replaced_in_the_dropped_table():
    made = imported([*ROWS, Row("a \0 b", "1"), Row("a b", "\ud800")])
    assert made.dropped["text"].tolist() == ["a � b", "a b"]
    assert made.dropped["label"].tolist() == ["wet", "�"]


def test_rows_kept_and_dropped_are_all_rows():
    rows = [*ROWS, ROWS[0], Row("", "1"), Row("x y", "9")]
    made = imported(rows, per_label=2)
    ids = [*made.train["id"], *made.dropped["id"]]
    assert sorted(ids) == sorted(f"other-{i}" for i in range(1, 10))


def test_per_label_draws_exactly_so_many_and_a_larger_draw_holds_the_smaller():
    drawn = {n: imported(ROWS, per_label=n) for n in (1, 2)}
    for n, made in drawn.items():
        assert made.train["label"].value_counts().to_dict() == {"wet": n, "dry": n}
        assert made.metrics["dropped"] == {"surplus": 6 - 2 * n}
    assert set(drawn[1].train["id"]) < set(drawn[2].train["id"])
    draws = {
        tuple(imported(ROWS, LIMITS._replace(seed=s), per_label=1).train["id"]) for s in range(9)
    }
    assert len(draws) > 1


@pytest.mark.parametrize(
    ("rows", "changed", "message"),
    [
        (
            ROWS,
            {"names": {"1": "wet"}},
            r"imports.mine.names: found the labels \['wet'\], expected",
        ),
        (ROWS, {"names": {"1": "wet", "0": "arid"}}, "names: found the labels .'arid', 'wet'"),
        (
            ROWS,
            {"names": {"1": "wet", "0": "dry", "2": "dry"}},
            "other.csv: no row has the label '2', found '1', '0'",
        ),
        (ROWS, {"names": None}, "other.csv: no row has the label 'wet', found '1', '0'"),
        (ROWS, {"per_label": 4}, "expected 4 of each label: wet has 3, dry has 3 .dropped: none"),
        (
            [*ROWS[:3], Row("", "0")],
            {},
            "too few usable texts, expected 1 of each label: dry has 0 .dropped: empty 1",
        ),
    ],
)
def test_what_does_not_fit_the_task_is_an_error(rows, changed, message):
    with pytest.raises(InputError, match=message):
        imported(rows, **changed)


def test_an_import_has_a_name_that_no_stage_writes():
    with pytest.raises(ValueError, match="a name of its own"):
        entry(source="real")
