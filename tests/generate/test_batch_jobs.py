"""Batches at the endpoint: what is paid is paid once, and one batch keeps no other one back."""

import json

import pytest

from synthgap.generate.exchange import Request
from synthgap.generate.money import Purse
from synthgap.generate.pending import NO_REPLY, Pending, request_of
from synthgap.generate.store import Store, default_file, entry
from tests.generate.api import PRICE, VARIABLE, llm, n_stored
from tests.generate.endpoint import KEY, completion, run_batch
from tests.generate.plan import write, write_pool, zero_shot
from tests.generate.test_commands import REPLY, exported, run


@pytest.fixture
def folder(endpoint, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, endpoint.url)
    write_pool(tmp_path)
    return tmp_path


def submitted(folder, name="batch.jsonl"):
    requests = exported(folder, name)[1]
    run("batch", "submit", name)
    return requests


def submit_two(endpoint, folder):
    """Submit 20 requests, and 12 more."""
    submitted(folder)
    write(folder, endpoint.url, per_label=8)
    submitted(folder, "more.jsonl")


def test_a_file_that_is_answered_is_not_submitted_again(endpoint, folder):
    submitted(folder)
    run_batch(endpoint, "batch_0", {3: {"custom_id": "x", "error": {"code": "odd"}}})
    run("batch", "fetch")
    said = run("batch", "submit", "batch.jsonl", status=1)
    assert said == (
        "synthgap: batch.jsonl: 19 of its requests are answered already, expected none: "
        "export again\n"
    )
    assert list(endpoint.batches) == ["batch_0"]


def test_a_batch_is_paid_at_the_price_that_it_was_exported_at(endpoint, folder):
    submitted(folder)
    run_batch(endpoint, "batch_0")
    # The price falls while the batch is under way.
    cheap = {name: value / 100 for name, value in PRICE.items()}
    write(folder, endpoint.url, {"price": cheap})
    run("batch", "fetch")
    store = Store(default_file())
    paid = Purse(store, llm(endpoint, price=cheap | {"batch_share": 0.5})).spent()
    assert paid == pytest.approx(0.5 * 20 * (10 * PRICE["prompt"] + 8 * PRICE["completion"]) / 1e6)
    store.close()


@pytest.mark.parametrize("seed", [7, None])
def test_a_request_is_kept_whole(tmp_path, seed):
    sampling = {"temperature": 1.0, "max_tokens": 9, "response_format": {"type": "json_object"}}
    asked = Request("tiny", (("system", "Hé"), ("user", "Ho")), sampling, seed, 3)
    store = Store(tmp_path / "replies.sqlite")
    pending = Pending(store)
    pending.add([entry(asked, NO_REPLY)])
    assert request_of(pending.get(asked.key)) == asked
    store.close()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("\n \n", "found no requests"),
        ("\n{", "line 2: found no custom_id"),
        ('{"id": 1}', "line 1: found no custom_id"),
        ("[" * 3000, "line 1: found no custom_id"),
        ('{"custom_id": ["x"]}', "custom_id ['x'] was not written by batch export"),
    ],
    ids=["blank", "cut", "no id", "deep", "list"],
)
def test_another_file_is_not_submitted(endpoint, folder, content, found):
    (folder / "a.jsonl").write_text(content)
    said = run("batch", "submit", "a.jsonl", status=1)
    assert said.startswith(f"synthgap: a.jsonl{', ' if 'line' in found else ': '}{found}")
    assert said.count("\n") == 1
    assert endpoint.paths == []


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\u0085", "\x0c"], ids=ascii)
def test_signs_that_end_a_line_elsewhere_may_stand_in_a_prompt(endpoint, folder, sign):
    pool = folder / "data" / "pool" / "weather.jsonl"
    rows = [json.loads(line) for line in pool.read_text().splitlines()]
    lines = [json.dumps(row | {"text": row["text"].replace(" ", sign)}) for row in rows]
    pool.write_text("\n".join(lines))
    run("batch", "export", "a.jsonl")
    assert run("batch", "submit", "a.jsonl") == "batch batch_0\n"


def test_a_batch_that_is_gone_keeps_no_other_one_back(endpoint, folder):
    submit_two(endpoint, folder)
    run_batch(endpoint, "batch_1")
    del endpoint.batches["batch_0"]
    status = run("batch", "status", status=1).splitlines()
    assert status[0] == "batch_1: completed, 12 of 12, 0 failed"
    fetched = run("batch", "fetch", status=1).splitlines()
    assert fetched[0] == "batch_1 (completed): 12 replies stored, 0 were there before"
    for problem in (status[1], fetched[1]):
        assert problem.startswith(f"synthgap: batch_0: {endpoint.url} does not know this batch (")
        assert problem.endswith("`synthgap batch forget batch_0` gives it up")
    assert (len(status), len(fetched)) == (2, 2)
    assert n_stored(folder) == 12


def test_what_a_batch_that_is_gone_had_asked_may_be_asked_again(endpoint, folder):
    write(folder, endpoint.url, {"budget_usd": 0.01, "max_tokens": 100})
    submitted(folder)
    del endpoint.batches["batch_0"]
    assert exported(folder)[1] == []
    assert run("batch", "forget", "batch_0") == (
        "batch_0: given up, what it has not answered may be asked again\n"
    )
    assert run("batch", "status") == "no batch is under way\n"
    # What was set aside for it is given back: its like fits once, and not twice, into the budget.
    write(folder, endpoint.url, {"budget_usd": 0.007, "max_tokens": 100})
    assert len(submitted(folder)) == 20


def test_only_what_is_lost_is_given_up(endpoint, folder):
    submit_two(endpoint, folder)
    for name in ("batch_0", "batch_1"):
        assert "found in_progress" in run("batch", "forget", name, status=1)
    assert "expected one that is (batch_0, batch_1)" in run("batch", "forget", "x", status=1)
    endpoint.key = "another"
    assert "401" in run("batch", "forget", "batch_0", status=1)
    endpoint.key = KEY
    run_batch(endpoint, "batch_0")
    run("batch", "forget", "batch_0")
    assert n_stored(folder) == 20
    assert run("batch", "status") == "batch_1: in_progress, 0 of 0, 0 failed\n"


def test_a_lost_file_of_a_batch_takes_no_other_with_it(endpoint, folder):
    submitted(folder)
    run_batch(endpoint, "batch_0")
    endpoint.batches["batch_0"]["error_file_id"] = "gone"
    said = run("batch", "fetch", status=1)
    assert "batch_0: " in said
    assert "does not know the file gone of this batch" in said
    assert n_stored(folder) == 20
    run("batch", "forget", "batch_0")
    assert run("batch", "fetch") == "no batch is over\n"


def test_an_answer_that_describes_no_batch_keeps_no_other_one_back(endpoint, folder):
    submit_two(endpoint, folder)
    run_batch(endpoint, "batch_1")
    endpoint.batches["batch_0"] = b"<html>hello</html>"
    said = run("batch", "fetch", status=1).splitlines()
    assert said[0].startswith("batch_1 (completed): 12 replies stored")
    assert said[1].startswith(f"synthgap: batch_0: {endpoint.url}: not the answer of an endpoint")
    assert len(said) == 2


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        (
            {
                "object": "list",
                "data": [
                    {"code": "model_not_found", "message": "no such\nmodel", "line": 1},
                    {"code": "empty_file", "message": None, "line": None},
                ],
            },
            "no such model (line 1); empty_file",
        ),
        ("too much", "too much"),
        ([f"key {KEY}"], "key [key]"),
        ({"data": [{"message": "long " * 100}]}, ("long " * 48)[:237] + "..."),
    ],
    ids=["listed", "text", "key", "long"],
)
def test_why_a_batch_failed_is_said(endpoint, folder, errors, said):
    submitted(folder)
    endpoint.batches["batch_0"] |= {"status": "failed", "errors": errors}
    why = f"batch_0: the endpoint says: {said}"
    assert run("batch", "status").splitlines() == ["batch_0: failed, 0 of 0, 0 failed", why]
    assert run("batch", "fetch").splitlines() == [
        "batch_0 (failed): 0 replies stored, 0 were there before",
        why,
    ]


def result(request, text):
    body = completion(text)
    response = {"status_code": 200, "request_id": "q", "body": body}
    return {"id": "r", "custom_id": request["custom_id"], "response": response, "error": None}


def texts_stored():
    store = Store(default_file())
    found = [one.reply.text for one in store.entries()]
    store.close()
    return found


def test_a_batch_that_echoes_the_key_does_not_get_it_into_the_store(endpoint, folder):
    requests = submitted(folder)
    said = {"message": f"{'x' * 130} {KEY} is odd"}
    run_batch(
        endpoint,
        "batch_0",
        {
            0: result(requests[0], f"My key is {KEY}."),
            1: {"custom_id": requests[1]["custom_id"], "error": said},
        },
    )
    told = run("batch", "fetch")
    assert "My key is [key]." in texts_stored()
    assert f"{'x' * 130} [key] is odd" in told
    assert KEY not in told
    assert all(KEY.encode() not in file.read_bytes() for file in folder.glob(".llm_cache/*"))


def test_a_word_for_a_key_damages_no_text_of_a_batch(endpoint, folder, monkeypatch):
    monkeypatch.setenv(VARIABLE, "test")
    endpoint.key = "test"
    requests = submitted(folder)
    run_batch(endpoint, "batch_0", {0: result(requests[0], "The latest test.")})
    run("batch", "fetch")
    assert "The latest test." in texts_stored()


def test_what_was_kept_under_another_limit_counts_as_answered(endpoint, folder):
    exported(folder)
    write(folder, endpoint.url, {"max_tokens": 2048})
    _, requests = exported(folder, "more.jsonl")
    store = Store(default_file())
    first = request_of(Pending(store).get(requests[0]["custom_id"]))
    store.put([entry(first, REPLY)])
    store.close()
    assert "1 of its requests are answered" in run("batch", "submit", "batch.jsonl", status=1)


def test_a_stage_does_not_ask_for_what_is_in_a_batch_under_way(endpoint, folder):
    submitted(folder)
    stage = zero_shot(folder)
    _, said = stage.communicate()
    assert stage.returncode == 1
    assert said.splitlines()[-1].endswith(
        f"tiny at {endpoint.url}: 10 of the requests that are due are in a batch under way, which "
        "would be paid twice: run `synthgap batch fetch` first"
    )
    assert endpoint.seen == []
    run_batch(endpoint, "batch_0")
    run("batch", "fetch")
    stage = zero_shot(folder)
    _, said = stage.communicate()
    assert stage.returncode == 0, said
    assert endpoint.seen == []


def test_a_stage_asks_for_what_is_in_no_batch(endpoint, folder):
    submitted(folder)
    write(folder, endpoint.url, {"temperature": 0.5})
    stage = zero_shot(folder)
    _, said = stage.communicate()
    assert stage.returncode == 0, said
    assert len(endpoint.seen) == 10
