"""`synthgap annotate` against a server on loopback."""

import json
import re
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.judge.panel import PANEL
from synthgap.measure.stats.proportions import wilson_interval
from tests.generate.api import VARIABLE
from tests.generate.endpoint import Fault, completion, serving
from tests.judge import plan
from tests.judge.plan import asked, run

OUT, METRICS = Path("data/panel/weather.parquet"), Path("metrics/panel/weather.json")
ANSWERS = {
    "text 1": ["sun", "Sun.", "**snow**"],
    "text 2": ["not sun", "not_sun", "Label: not-sun"],
    "text 3": ["sun", "snow", "not_sun"],
    "text 4": ["not_sun", "not_sun", "sun"],
    "text five": ["sun", "sun", "snow"],
}
"""Of three voters, whichever comes first."""


class Voters:
    """Answers the questions about a text one after the other."""

    def __init__(self, answers=ANSWERS):
        self.left = {text: list(own) for text, own in answers.items()}

    def __call__(self, body):
        return self.left[text_of(body)].pop(0)


def text_of(body):
    return re.search(r'^"(.*)"$', asked(body), re.MULTILINE)[1]


def order_of(body):
    return tuple(re.findall(r"^- (\w+):", asked(body), re.MULTILINE))


@pytest.fixture
def folder(endpoint, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    endpoint.text = Voters()
    plan.write(tmp_path, endpoint.url, {"concurrency": 1})
    plan.write_texts(tmp_path)
    return tmp_path


def votes_in(path=OUT):
    table = tables.read_numbers(path, PANEL)
    return {row.id: sorted(row.votes) for row in table.itertuples()}


def card():
    return json.loads(METRICS.read_text())


def test_each_text_gets_its_votes_with_labels_in_changing_order(endpoint, folder):
    run("annotate", "weather", "--votes", 3)
    assert len(endpoint.seen) == 15
    assert set(Counter(map(text_of, endpoint.seen)).values()) == {3}
    assert len({body["seed"] for body in endpoint.seen}) == 15
    orders = Counter(map(order_of, endpoint.seen))
    assert {frozenset(order) for order in orders} == {frozenset(plan.LABELS["weather"])}
    # Of 6 orders, 15 draws leave fewer than 3 unseen but for one time in thousands.
    assert len(orders) >= 4
    assert votes_in() == {
        "t1": ["snow", "sun", "sun"],
        "t2": ["not_sun"] * 3,
        "t3": ["not_sun", "snow", "sun"],
        "t4": ["not_sun", "not_sun", "sun"],
        "v1": ["snow", "sun", "sun"],
    }
    table = tables.read_numbers(OUT, PANEL)
    assert set(zip(table["source"], table["model"], strict=True)) == {("llm", "tiny")}
    assert table["agreement"].tolist() == [2 / 3, 1.0, 1 / 3, 2 / 3, 2 / 3]


def test_the_panel_by_hand(endpoint, folder):
    # Majorities: sun, not_sun, a tie, not_sun, sun; labels sun, not_sun, sun, not_sun, snow: right
    # on 3 of 4. People voted on t1, t2 and v1: sun, not_sun, snow; the same on 2 of 3. Their
    # agreement is 2/3, 1, 2/3, as is the panel's: rho 1.
    said = run("annotate", "weather", "--votes", 3)
    found = card()
    assert (found["source"], found["model"], found["votes_per_text"]) == ("llm", "tiny", 3)
    assert (found["n_texts"], found["n_votes"], found["unread"]) == (5, 15, 0)
    assert found["mean_agreement"]["value"] == pytest.approx((3 * 2 / 3 + 1 + 1 / 3) / 5)
    assert found["tied_share"] == wilson_interval(1 / 5, 5)._asdict()
    assert found["label_share"] == wilson_interval(3 / 4, 4)._asdict()
    people = found["human"]
    assert (people["n_texts"], people["n_tied"]) == (3, 0)
    assert people["same_majority_share"] == wilson_interval(2 / 3, 3)._asdict()
    assert people["agreement_rho"] == 1.0
    assert "most frequent vote is people's: 0.67 (" in said
    assert said.endswith("15 votes on 5 texts; see metrics/panel/weather.json\n")


def test_human_votes_stay_apart(endpoint, folder):
    human = Path("data/votes/weather.parquet")
    before = human.read_bytes()
    run("annotate", "weather", "--votes", 3)
    assert human.read_bytes() == before
    with pytest.raises(InputError, match=r"columns are id string.*source string, model string"):
        tables.read_numbers(OUT, tables.VOTES)
    with pytest.raises(InputError, match=r"expected id string.*source string, model string"):
        tables.read_numbers(human, PANEL)


@pytest.mark.parametrize("missing", [False, True])
def test_without_human_votes_there_is_nothing_to_compare(endpoint, folder, missing):
    plan.write_texts(folder, human={})
    if missing:
        Path("data/votes/weather.parquet").unlink()
    said = run("annotate", "weather", "--votes", 3)
    assert "people: no text has their votes and the panel's" in said
    assert card()["absent"] == {"human": "no text has votes of people and of the panel"}
    assert "human" not in card()


def test_further_votes_ask_for_those_alone_and_a_second_run_for_none(endpoint, folder, monkeypatch):
    endpoint.text = lambda body: order_of(body)[0]
    run("annotate", "weather", "--votes", 2)
    assert len(endpoint.seen) == 10
    run("annotate", "weather", "--votes", 5, "--force")
    assert len(endpoint.seen) == 25
    before = OUT.read_bytes(), METRICS.read_bytes()
    monkeypatch.delenv(VARIABLE)
    run("annotate", "weather", "--votes", 5, "--force")
    assert len(endpoint.seen) == 25
    assert (OUT.read_bytes(), METRICS.read_bytes()) == before


def test_a_label_that_cannot_be_read_is_asked_for_again_and_then_left_out(endpoint, folder):
    endpoint.text = lambda body: "??" if text_of(body) == "text 4" else "sun"
    endpoint.faults = [Fault(body=completion("sun or snow"))]
    said = run("annotate", "weather", "--votes", 3)
    # 12 that can be read, one of them at the second try, and 3 with three tries.
    assert len(endpoint.seen) == 12 + 1 + 9
    assert set(votes_in()) == {"t1", "t2", "t3", "v1"}
    assert (card()["unread"], card()["n_texts"]) == (3, 4)
    assert "3 votes could not be read and are left out" in said
    assert card()["absent"]["alpha"] == "all votes are for one label, so that chance alone agrees"


def test_a_text_with_a_single_vote_does_not_count(endpoint, folder):
    answers = {text: ["sun"] * 2 for text in ANSWERS} | {"text 3": ["sun", "?", "?", "?"]}
    endpoint.text = Voters(answers)
    run("annotate", "weather", "--votes", 2)
    assert votes_in()["t3"] == ["sun"]
    assert (card()["n_texts"], card()["left_out_rows"], card()["unread"]) == (4, 1, 1)


def test_without_any_answer_nothing_is_written(endpoint, folder):
    endpoint.text = lambda _: "?"
    said = run("annotate", "weather", "--votes", 2, status=1)
    assert "votes on weather: no answer can be read, the last reply is '?'" in said
    assert not OUT.exists()
    assert not METRICS.exists()


def test_files_are_not_replaced_unasked(endpoint, folder):
    tables.write_plain("mine", METRICS)
    said = run("annotate", "weather", status=1)
    assert said.startswith("synthgap: metrics/panel/weather.json: is there already")
    assert endpoint.seen == []


def test_a_dry_run_says_what_it_would_take(endpoint, folder):
    tables.write_plain("mine", METRICS)
    said = run("annotate", "weather", "--dry-run").splitlines()
    assert said[0] == "votes on weather: 25 requests to tiny, more where an answer cannot be read"
    assert "100 out (estimated; 1,600 at most)" in said[1]
    assert endpoint.paths == []


def test_temperature_0_is_remarked_on(endpoint, folder):
    plan.write(folder, endpoint.url, {"temperature": 0.0})
    assert "llm.temperature is 0" in run("annotate", "weather", "--dry-run")


def test_what_is_missing_is_said_in_one_line(endpoint, folder):
    said = run("annotate", "wether", status=1)
    assert said == (
        "synthgap: params.yaml: no task 'wether', expected one of weather, moods, spam\n"
    )
    said = run("annotate", "moods", status=1)
    assert said.startswith("synthgap: data/test/moods.jsonl: no such file")
    assert "run `dvc repro fetch_real@moods` first" in said
    plan.write(folder, endpoint.url, {"model": None})
    assert "llm.model: found null" in run("annotate", "weather", status=1)


def test_a_run_that_is_killed_pays_for_nothing_twice_but_what_was_in_flight(tmp_path):
    with serving(delay=0.02, text=lambda body: order_of(body)[0]) as endpoint:
        plan.write(tmp_path, endpoint.url, {"concurrency": 2})
        plan.write_texts(tmp_path)
        first = plan.start(tmp_path, "annotate", "weather", "--votes", "10")
        while len(endpoint.seen) < 15:
            assert first.poll() is None, first.communicate()
            time.sleep(0.002)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        assert not (tmp_path / OUT).exists()
        again = plan.start(tmp_path, "annotate", "weather", "--votes", "10")
        _, said = again.communicate()
        assert again.returncode == 0, said
    assert len(endpoint.repeats) == 50
    assert 50 <= len(endpoint.seen) <= 50 + 2
    assert [len(own) for own in votes_in(tmp_path / OUT).values()] == [10] * 5
