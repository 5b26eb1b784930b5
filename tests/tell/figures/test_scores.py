import pytest

from synthgap.tell.figures import scores, style
from tests.tell import hand_made
from tests.tell.figures import legible


@pytest.fixture
def figure():
    return scores.draw(hand_made.summary())


def test_every_score_is_a_point_at_its_percentage(figure):
    (panel,) = figure.axes
    # Rows from the top: weather, moods, their mean.
    points = {box.get_label(): box.lines[0].get_xdata() for box in panel.containers}
    assert points["human texts (real)"] == pytest.approx([90, 90, 90])
    (zero_shot,) = [points[label] for label in points if "zero-shot" in label]
    assert zero_shot == pytest.approx([60, 100, 80])
    titles = [label.get_text() for label in panel.get_yticklabels()]
    assert titles == ["weather", "moods", "mean of 2 tasks"]


def test_every_interval_is_a_bar_from_its_lower_to_its_upper_end(figure):
    (panel,) = figure.axes
    (bars,) = panel.containers[1].lines[2]
    ends = [(left[0], right[0]) for left, right in bars.get_segments()]
    assert ends[0] == pytest.approx((50, 65))


def test_sources_that_were_made_elsewhere_look_unlike_each_other():
    names = ["zero_shot", "theirs", "hers"]
    cards = {"moods": hand_made.card(dict.fromkeys(names, (0, 0, 0)))}
    summary = hand_made.summary(cards, tasks=["moods"], sources=["real", *names])
    (panel,) = scores.draw(summary).axes
    looks = {(box.lines[0].get_color(), box.lines[0].get_marker()) for box in panel.containers}
    assert len(looks) == 4


def test_there_is_a_panel_for_each_model():
    names = ["a", "b", "c", "d"]
    cards = {"moods": hand_made.card({"zero_shot": (0, 0, 0)}, models=names)}
    figure = scores.draw(hand_made.summary(cards, tasks=["moods"], models=names))
    shown = [panel.get_title(loc="left") for panel in figure.axes if panel.axison]
    assert shown == names


@pytest.mark.parametrize(("origin", "said"), [("sample", True), ("hub", False)])
def test_the_title_says_whether_it_is_a_demonstration(origin, said):
    title = scores.draw(hand_made.summary(origin=origin)).get_suptitle()
    assert title.startswith("DEMONSTRATION") == said


@pytest.mark.parametrize("models", [["minilm"], ["minilm", "tfidf"], ["a", "b", "c", "d"]])
def test_nothing_is_written_over_anything_else_or_over_the_edge(models):
    cards = {
        name: hand_made.card({"zero_shot": (0.3, 0.2, 0.4)}, n=n, models=models)
        for name, n in (("weather", 50), ("financial_phrasebank", 25_000))
    }
    whole = hand_made.summary(cards, tasks=list(cards), models=models, origin="sample")
    figure = scores.draw(whole)
    assert "weather" in legible.texts(figure)
    assert legible.clashes(figure) == []
    assert legible.outside(figure) == []


def test_the_same_summary_gives_the_same_bytes(tmp_path):
    for folder in ("once", "twice"):
        style.save(scores.draw(hand_made.summary()), tmp_path / folder, "scores")
    for name in ("scores.svg", "scores.png"):
        once = (tmp_path / "once" / name).read_bytes()
        assert once == (tmp_path / "twice" / name).read_bytes()
        assert b"Matplotlib" not in once.split(b"<defs>")[0].replace(b"<!--", b"")
    assert sorted(path.name for path in (tmp_path / "once").iterdir()) == [
        "scores.png",
        "scores.svg",
    ]
