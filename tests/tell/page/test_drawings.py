"""Where things stand on the page's drawings."""

import pytest

from synthgap.tell.page import agreement_charts, gap_chart, map_chart
from synthgap.tell.page.confusion import matrix
from synthgap.tell.page.scales import Scale, round_steps
from synthgap.tell.plot_data import BinPoint, CurvePoint, MapPoint, Taken
from synthgap.tell.summary import TaskSubjectivity
from tests.tell import hand_made


@pytest.mark.parametrize(
    ("low", "high", "most", "steps"),
    [
        (-10.9, 26.6, 7, [-10, 0, 10, 20]),
        (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (61.2, 99.9, 6, [70, 80, 90]),
        (0.001, 0.0023, 4, [0.001, 0.0015, 0.002]),
    ],
)
def test_steps_are_round_numbers_inside_of_the_limits(low, high, most, steps):
    found = round_steps(low, high, most)
    assert found == pytest.approx(steps)
    assert all(low <= step <= high for step in found)


def test_a_scale_may_fall():
    y = Scale(0, 10, 200, 0)
    assert [y(0), y(2.5), y(10)] == [200, 150, 0]


def test_the_most_objective_task_stands_on_top_and_a_larger_gap_further_right():
    chart = gap_chart.draw(hand_made.summary(), "minilm")
    assert [row.task for row in chart.rows] == ["weather", "moods"]
    assert chart.rows[0].y < chart.rows[1].y
    # Zero-shot loses 30 (27 to 34) points on weather and gains 10 on moods.
    weather, moods = chart.marks
    assert moods.x < chart.zero < chart.tolerance < weather.low < weather.x < weather.high
    assert weather.title.startswith("weather, zero-shot: +30.0 (+27.0 to +34.0) points lost")
    places = {tick.text: tick.place for tick in chart.ticks}
    assert places["0"] == chart.zero
    per_point = (places["+10"] - places["0"]) / 10
    assert weather.x == pytest.approx(chart.zero + 30 * per_point, abs=0.2)
    assert all(chart.names < mark.low and mark.high < chart.width for mark in chart.marks)


def test_tasks_without_a_rank_stand_last():
    whole = hand_made.summary()
    tasks = whole.subjectivity.tasks | {"weather": TaskSubjectivity()}
    why = whole.subjectivity.model_copy(update={"tasks": tasks})
    whole = whole.model_copy(update={"subjectivity": why})
    assert gap_chart.by_rank(whole) == ["moods", "weather"]
    assert gap_chart.draw(whole, "minilm").rows[-1].rank == "–"


def test_without_real_texts_there_is_no_drawing_of_gaps():
    cards = {"moods": hand_made.card({})}
    whole = hand_made.summary(cards, tasks=["moods"], sources=["real"])
    assert gap_chart.draw(whole, "minilm") is None


def test_a_curve_goes_from_low_to_high_agreement_and_up_with_accuracy():
    points = [
        CurvePoint("t", "real", "minilm", 0.5, 0.6, 0.5, 0.7, 90),
        CurvePoint("t", "real", "minilm", 1.0, 0.9, 0.8, 0.95, 30),
        CurvePoint("t", "real", "other", 0.2, 0.1, 0.0, 0.2, 30),
    ]
    chart = agreement_charts.draw_curve(points, "minilm", ["real"])
    (line,) = chart.lines
    first, last = line.points
    assert first.x < last.x
    assert last.high < last.y < last.low, "a drawing's y grows downwards"
    assert last.y < first.y
    assert [tick.text for tick in chart.x_ticks] == ["50", "100"]
    assert last.title == "real, agreement at least 100 %: 90.0 % (80.0 to 95.0), n 30"
    assert agreement_charts.draw_curve(points, "third", ["real"]) is None


def test_bins_stand_side_by_side_and_sources_beside_each_other():
    points = [
        BinPoint("t", source, "minilm", start, end, 0.5, 0.4, 0.6, 9)
        for source in ("real", "zero_shot")
        for start, end in ((0.5, 1.0), (1.0, 1.0))
    ]
    chart = agreement_charts.draw_bins(points, "minilm", ["real", "zero_shot"], None)
    real, zero_shot = chart.lines
    assert real.points[0].x < zero_shot.points[0].x < real.points[1].x < zero_shot.points[1].x
    assert [tick.text for tick in chart.x_ticks] == ["50–100", "100"]
    assert "50 to under 100 %" in real.points[0].title


def test_bins_of_bands_go_as_far_as_their_texts_may():
    # Bands of at least 50, 66, 75 and 100 %, in the default bins.
    spans = [(0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (1.0, 1.0)]
    points = [BinPoint("t", "real", "minilm", *span, 0.5, 0.4, 0.6, 9) for span in spans]
    bands = [0.5, 0.66, 0.75, 1.0]
    chart = agreement_charts.draw_bins(points, "minilm", ["real"], bands)
    assert [tick.text for tick in chart.x_ticks] == ["50–66", "66–75", "75–100", "100"]
    named = [agreement_charts.bin_name(point, bands) for point in points]
    assert named == ["50 to under 66 %", "66 to under 75 %", "75 to under 100 %", "100 %"]
    assert "agreement 75 to under 100 %: " in chart.lines[0].points[2].title


def test_a_bin_of_several_bands_goes_from_the_first_to_above_the_last():
    wide = BinPoint("t", "real", "minilm", 0.6, 1.0, 0.5, 0.4, 0.6, 9)
    assert agreement_charts.bin_name(wide, [0.5, 0.66, 0.75, 1.0]) == "66 to under 100 %"
    assert agreement_charts.bin_name(wide, [0.5, 0.66, 0.75]) == "at least 66 %"


def test_a_map_has_a_panel_for_each_source_with_the_same_axes():
    points = [
        MapPoint("t", "real", "sun", 0.0, 0.0),
        MapPoint("t", "real", "rain", 1.0, 0.5),
        MapPoint("t", "zero_shot", "sun", 1.0, 0.5),
        MapPoint("t", "gone", "sun", 9.0, 9.0),
    ]
    real, zero_shot = map_chart.draw(points, ["real", "zero_shot"])
    assert [cloud.label for cloud in real.clouds] == ["rain", "sun"]
    assert real.clouds[0].path == zero_shot.clouds[0].path, "the same place"
    assert real.all == zero_shot.all
    assert real.all.count("M") == 3
    assert map_chart.draw([], ["real"]) == []


def test_a_confusion_matrix_has_shares_of_each_true_labels_texts():
    pairs = [Taken("a", "a", 2), Taken("a", "b", 2), Taken("b", "a", 0), Taken("b", "b", 1)]
    found = matrix("minilm", "real", pairs)
    assert found.labels == ["a", "b"]
    # Two of four texts of a are taken for b; of b there is one, and it is right.
    assert found.rows == [[(2, 0.5), (2, 0.5)], [(0, 0.0), (1, 1.0)]]


def test_a_label_that_no_text_has_is_no_division_by_zero():
    found = matrix("minilm", "real", [Taken("a", "b", 3)])
    assert found.rows[1] == [(0, 0.0), (0, 0.0)]
