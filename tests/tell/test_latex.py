from synthgap.tell import latex
from tests.tell import hand_made


def test_each_task_has_a_row_of_scores_and_gaps_with_intervals_below():
    lines = latex.table(hand_made.summary()).splitlines()
    # The largest gap first; real 90 (80 to 95), zero-shot 60 and a gap of 30 (27 to 34).
    place = lines.index(r"weather & 90.0 & 60.0 & $+30.0$ \\")
    assert lines[place + 1] == (
        r" & \scriptsize (80.0 to 95.0) & \scriptsize (50.0 to 65.0) "
        r"& \scriptsize ($+27.0$ to $+34.0$) \\[2pt]"
    )
    assert lines[place + 2].startswith("moods & ")
    assert any(line.startswith("mean of 2 tasks & ") for line in lines)


def test_there_is_a_tabular_for_each_model_as_wide_as_its_rows():
    cards = {"moods": hand_made.card({"zero_shot": (0, 0, 0)}, models=["a_b", "c"])}
    page = latex.table(hand_made.summary(cards, tasks=["moods"], models=["a_b", "c"]))
    assert page.count(r"\begin{tabular}{lrrr}") == page.count(r"\end{tabular}") == 2
    assert r"a\_b & real" in page
    assert {line.count("&") for line in page.splitlines() if line.endswith(r"\\")} == {3}


def test_the_sample_is_warned_of():
    assert latex.table(hand_made.summary(origin="sample")).startswith("% Demonstration only")


def test_what_latex_would_take_for_its_own_is_escaped():
    assert latex.escape(r"50 % of_a\b {x}~^$&#") == (
        r"50 \% of\_a\textbackslash{}b \{x\}\textasciitilde{}\textasciicircum{}\$\&\#"
    )
