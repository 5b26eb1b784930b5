from rich.console import Console

from synthgap.tell import terminal
from tests.tell import hand_made


def printed(whole, **settings):
    console = Console(record=True, width=80, **settings)
    with console.capture() as capture:
        console.print(terminal.verdicts(whole))
    return capture.get()


def test_the_table_has_scores_gaps_and_verdicts_without_colours_where_there_is_no_terminal():
    lines = [line.split() for line in printed(hand_made.summary()).splitlines()]
    assert ["weather", "90.0", "60.0", "+30.0", "falls", "short"] in lines
    assert ["moods", "90.0", "100.0", "-10.0", "stands", "in"] in lines
    assert ["mean", "of", "2", "tasks", "90.0", "80.0", "+10.0"] in lines


def test_verdicts_are_coloured_on_a_terminal():
    coloured = printed(hand_made.summary(), force_terminal=True, color_system="standard")
    assert "\x1b[31m falls short" in coloured
    assert "\x1b[32m stands in" in coloured


def test_default_sized_tasks_fit_eighty_columns():
    cards = {
        "financial_phrasebank": hand_made.card(
            {"zero_shot": (0.3, 0.27, 0.34), "few_shot": (0.3, 0.27, 0.34)}
        )
    }
    whole = hand_made.summary(
        cards, tasks=["financial_phrasebank"], sources=["real", "zero_shot", "few_shot"]
    )
    assert "…" not in printed(whole)


def test_what_sets_are_worth_is_told_where_size_curves_are_asked_for():
    whole = hand_made.summary()
    assert "worth" not in printed(whole)
    told = printed(whole.model_copy(update={"worth": hand_made.WORTH}))
    assert "How many human labels are the other texts worth?" in told
    assert "more than 400" in told


def test_the_sample_is_called_a_demonstration():
    assert "Demonstration only" in printed(hand_made.summary(origin="sample"))
    assert "Demonstration" not in printed(hand_made.summary())


def test_the_plan_is_told_with_its_cells_and_fits():
    # 2 tasks, 2 sources, 1 model: 4 cells, with 2 seeds 8 fits.
    lines = list(terminal.plan(hand_made.study()))
    assert lines[0].split(maxsplit=1) == ["tasks", "weather, moods"]
    assert lines[-1] == "2 tasks, 4 cells to train, 8 fits"
