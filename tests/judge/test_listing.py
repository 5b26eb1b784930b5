import pytest

from synthgap.floor import params
from synthgap.judge import listing

REST = "  penalty: 0.05\n  resamples: 100\n  seed: 1\n"


def write(folder, judges, end="\n", other="'x'"):
    file = folder / "params.yaml"
    text = f"# first\nrank_tasks:   # here\n  llm_judges: {judges}\n{REST}other: {other}   # last\n"
    file.write_bytes(text.replace("\n", end).encode())
    return file


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("judges", "changed"),
    [
        ("[a_1, b_2]   # people: all others", '[a_1, b_2, x_1, "4_1"]   # people: all others'),
        ("[]", '[x_1, "4_1"]'),
        ("[a_1,]", '[a_1,x_1, "4_1"]'),
        ('[ "a ]_1" ]', '[ "a ]_1", x_1, "4_1"]'),
        ("[a_1,\n    b_1]", '[a_1,\n    b_1, x_1, "4_1"]'),
    ],
)
def test_names_are_added_and_all_else_stays(tmp_path, judges, changed, end):
    file = write(tmp_path, judges, end)
    assert listing.missing(["x_1", "4_1"], file) == ["x_1", "4_1"]
    assert listing.add(["x_1", "4_1"], file)
    found = file.read_bytes()
    assert found == write(tmp_path, changed, end).read_bytes()
    assert params.load(file)["rank_tasks"]["llm_judges"][-2:] == ["x_1", "4_1"]
    assert listing.missing(["x_1", "4_1"], file) == []


def test_a_link_to_params_stays_one(tmp_path):
    there = write(tmp_path, "[]").rename(tmp_path / "there.yaml")
    link = tmp_path / "params.yaml"
    link.symlink_to(there)
    assert listing.add(["x_1"], link)
    assert link.is_symlink()
    assert params.load(there)["rank_tasks"]["llm_judges"] == ["x_1"]


@pytest.mark.parametrize(
    ("judges", "other"),
    [
        ("\n    - a_1\n    - b_1", "x"),
        ("[a_1,   # me\n    b_1   # you\n    ]", "x"),
        ("&here [a_1]", "*here"),
    ],
    ids=["block", "comments inside", "used elsewhere"],
)
def test_what_cannot_be_changed_safely_is_left(tmp_path, judges, other):
    file = write(tmp_path, judges, other=other)
    before = file.read_bytes()
    assert not listing.add(["x_1"], file)
    assert file.read_bytes() == before
    assert listing.line(["x_1"], file).startswith("  llm_judges: [a_1, ")
    assert listing.line(["x_1"], file).endswith("x_1]")
