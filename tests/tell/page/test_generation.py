import pytest

from synthgap.floor import params
from synthgap.floor.errors import InputError
from synthgap.tell.page.generation import Generation, cost, spent
from tests.generate.api import VARIABLE, generate
from tests.generate.endpoint import KEY, serving
from tests.generate.made import brief
from tests.tell.page import made


def generation(**llm):
    known = {"model": "m", "requests": 1200, "seconds": 1.0} | llm
    return Generation.model_validate({"backend": "api", "attempts": 1, "llm": known})


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Generation(backend="corpus", attempts=1), "written before"),
        (Generation(backend="import", attempts=1), "made elsewhere"),
        (made.written(), "$0.12, 1,234 tokens"),
        (generation(prompt_tokens=5, completion_tokens=7), "12 tokens"),
        (generation(prompt_tokens=5), "1,200 requests"),
    ],
    ids=["corpus", "import", "priced", "no_price", "no_usage"],
)
def test_the_cost_is_what_is_known_of_it(one, words):
    assert cost(one) == words


def test_tasks_are_sorted_by_dollars_or_else_by_tokens():
    assert spent({"zero_shot": made.written(), "few_shot": made.written()}) == 0.25
    assert spent({"zero_shot": generation(prompt_tokens=5, completion_tokens=7)}) == 12
    assert spent({"zero_shot": Generation(backend="corpus", attempts=1)}) == 0


def test_metrics_of_something_else_are_named():
    with pytest.raises(InputError, match=r"zero_shot\.json\.backend: Field required"):
        params.check({"attempts": 1}, Generation, "zero_shot.json")


def test_what_a_model_was_really_asked_is_in_the_metrics_of_its_stage(tmp_path, monkeypatch):
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    monkeypatch.setenv(VARIABLE, KEY)
    with serving() as endpoint:
        metrics = generate(endpoint).metrics
    asked = Generation.model_validate(metrics).llm.asked
    wording = brief().wording
    assert (asked.context, asked.request) == (wording.context, wording.request)
    assert asked.descriptions == wording.descriptions
    assert asked.sampling["temperature"] == 1.0
    assert KEY not in str(metrics)
