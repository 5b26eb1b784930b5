"""The page's HTML; what a browser makes of it is in tests/browser."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from synthgap.measure.agreement.card import AgreementCard
from synthgap.measure.relation.card import Relation
from synthgap.measure.stats.intervals import Interval
from synthgap.tell.page import render
from tests.tell import hand_made
from tests.tell.page import made

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Elements, texts and attributes of a page; fails where tags are not closed in order."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.attributes, self.texts = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.texts.append(data)

    def values(self, name):
        return [value for _, attribute, value in self.attributes if attribute == name]


@pytest.fixture(scope="module")
def page():
    return made.page()


@pytest.mark.parametrize("text", made.HOSTILE, ids=range(len(made.HOSTILE)))
def test_a_hostile_text_changes_no_element_wherever_it_stands(page, text):
    harmless, hostile = Page(page), Page(made.page([text], [text, f"2 {text}"]))
    # A text that is cut has a span more, which says how long it is.
    assert [tag for tag in hostile.tags if tag != "span"] == [
        tag for tag in harmless.tags if tag != "span"
    ]
    names = [(tag, name) for tag, name, _ in harmless.attributes]
    assert {(tag, name) for tag, name, _ in hostile.attributes} == set(names)


def test_a_hostile_text_is_shown_in_full_up_to_its_limit():
    whole = " ".join(Page(made.page(made.HOSTILE)).texts)
    assert made.HOSTILE[0] in whole
    assert made.HOSTILE[1] in whole
    assert made.HOSTILE[6] in whole
    assert "⟨U+202E⟩right to left⟨U+202C⟩" in whole
    assert "\u202e" not in whole
    assert "10000 characters in all" in whole


def test_the_page_asks_no_host_for_anything(page):
    parsed = Page(page)
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & set(parsed.tags)
    assert parsed.values("src") == []
    assert all(value.startswith("#") for value in parsed.values("href"))
    assert "url(" not in page
    assert "@import" not in page
    assert "http" not in re.sub(r"http-equiv", "", page)


def test_only_the_pages_own_script_may_run(page):
    (policy,) = [v for v in Page(page).values("content") if "default-src" in v]
    assert policy.startswith("default-src 'none';")
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    found = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{found}'" in policy
    assert not any(name.startswith("on") for _, name, _ in Page(page).attributes)


def test_every_table_has_a_caption_and_every_drawing_a_text(page):
    parsed = Page(page)
    assert parsed.tags.count("table") == parsed.tags.count("caption") > 10
    drawings = [tag for tag, name, value in parsed.attributes if (name, value) == ("role", "img")]
    labelled = [
        value for tag, name, value in parsed.attributes if (tag, name) == ("svg", "aria-label")
    ]
    assert len(drawings) == len(labelled) > 4
    hidden = [tag for tag, name, _ in parsed.attributes if name == "aria-hidden"]
    assert parsed.tags.count("svg") == len(drawings) + len(hidden)


def test_the_page_says_what_sets_are_worth(page):
    whole = " ".join(" ".join(Page(page).texts).split())
    assert "How many human labels are the other texts worth?" in whole
    assert "weather minilm zero-shot 200 183 (fewer than 50 to 390)" in whole


@pytest.mark.parametrize(("origin", "warns"), [("sample", True), ("mirror", False)])
def test_the_sample_is_warned_of_in_large_type(origin, warns):
    assert ('<p class="warning"><strong>Demonstration' in made.page(origin=origin)) == warns


def test_the_answer_and_each_tasks_numbers_are_on_the_page(page):
    whole = " ".join(" ".join(Page(page).texts).split())
    assert "minilm on average over 2 tasks loses 10.0 points of macro-F1" in whole
    assert "+30.0 falls short +27.0 to +34.0" in whole
    assert "$0.12, 1,234 tokens" in whole
    assert "Krippendorff's α 0.50 (0.40 to 0.60)" in whole
    assert "The mean is not known: unknown." in whole


def test_a_mean_of_bands_of_agreement_is_told_as_a_lower_bound():
    summary = hand_made.summary()
    known = AgreementCard(
        votes="human", n_texts=50, bands=[0.5, 1.0], mean_agreement=Interval(0.825, 0.81, 0.84, 50)
    )
    facts = [made.facts(summary, task)._replace(agreement=known) for task in summary.plan.tasks]
    html = render.page(summary, facts, render.Methods([], []))
    whole = " ".join(" ".join(Page(html).texts).split())
    mean = "Mean agreement at least 82.5 (81.0 to 84.0) %: bands of agreement are published"
    assert mean in whole


def test_why_a_correlation_is_not_known_is_told_in_words():
    few = Relation(n=2, absent={"rho": "n is 2, expected at least 3"})
    relations = {"subjectivity_rank": {"gap": {"minilm": {"zero_shot": few}}}}
    whole = hand_made.summary()
    why = whole.subjectivity.model_copy(update={"relations": relations})
    whole = whole.model_copy(update={"subjectivity": why})
    facts = [made.facts(whole, task) for task in whole.plan.tasks]
    told = " ".join(" ".join(Page(render.page(whole, facts, render.Methods([], []))).texts).split())
    assert "zero-shot: ρ not known (n is 2, expected at least 3)." in told


def test_every_model_of_the_plan_has_its_scores_and_drawing():
    cards = {
        name: hand_made.card({"zero_shot": (0.3, 0.2, 0.4)}, models=["a", "b"])
        for name in ("weather", "moods")
    }
    html = made.page(cards=cards, models=["a", "b"])
    assert html.count('class="scores"') == 2
    assert html.count("Points of macro-F1 lost with") == 2


def test_a_plan_without_real_texts_has_a_page_without_gaps():
    cards = {"moods": hand_made.card({})}
    html = made.page(cards=cards, tasks=["moods"], sources=["real"])
    assert "No answer: the plan has not both" in html
    assert "points lost" not in html.split("</header>")[0]
