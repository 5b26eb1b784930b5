from html.parser import HTMLParser

import numpy as np

from synthgap.judge import form
from synthgap.judge.described import Described, Label
from synthgap.judge.pairs import one_order
from synthgap.measure.ranking.judgments import COLUMNS

HOSTILE = "<script>alert('x')</script> & \"{{ 7 * 7 }}\""
TASKS = [
    Described("weather", [Label("sun", "it will be bright", [HOSTILE]), Label("rain", "wet", [])]),
    Described(
        "moods", [Label("</strong><img src=x onerror=alert(1)>", "at ease", ["All is well."])]
    ),
    Described("spam", [Label("ham", "wanted <b>", [])]),
]
PAIRS = one_order([task.task for task in TASKS], np.random.default_rng(1))


class Reader(HTMLParser):
    """Collects the text of a page, and its tags."""

    def __init__(self):
        super().__init__()
        self.tags, self.words = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words += data


def page(judge="ann"):
    return form.page(judge, TASKS, PAIRS)


def read(text):
    reader = Reader()
    reader.feed(text)
    return reader


def test_the_page_describes_each_task_and_has_a_line_for_each_pair():
    found = read(page())
    assert found.tags.count("section") == 3
    assert found.tags.count("tr") == 1 + len(PAIRS) == 4
    for number, pair in enumerate(PAIRS, start=1):
        assert f"{number}☐ {pair.task_a}☐ {pair.task_b}" in found.words


def test_texts_and_labels_are_shown_as_they_are_and_never_taken_for_html_or_a_template():
    found = read(page("<i>ann</i>"))
    assert not {"script", "img", "b", "i"} & set(found.tags)
    for text in (HOSTILE, "</strong><img src=x onerror=alert(1)>", "wanted <b>", "<i>ann</i>"):
        assert text in found.words


def test_the_page_says_how_to_type_it_in():
    words = " ".join(read(page()).words.split())
    assert "The table ann.csv was written with this page" in words
    assert "judge, task_a, task_b, more_objective" in words
    assert "Judge: ann" in words


def test_the_page_loads_nothing_from_elsewhere():
    text = form.page("ann", TASKS[::2], PAIRS)
    assert "http" not in text
    assert "src=" not in text


def test_the_table_to_fill_in_has_the_same_pairs_in_the_same_order():
    rows = form.rows("ann", PAIRS)
    assert [row[1:3] for row in rows] == PAIRS
    assert {(row[0], row[3]) for row in rows} == {("ann", "")}
    assert {len(row) for row in rows} == {len(COLUMNS)}
