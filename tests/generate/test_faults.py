"""What an endpoint can do wrong: afterwards there are N texts, and nothing was asked in vain."""

import asyncio
import itertools
import json
import time
from dataclasses import replace

import pytest

from synthgap.floor.errors import InputError
from synthgap.generate.asking import run
from synthgap.generate.client import Client
from synthgap.generate.exchange import Request
from synthgap.generate.store import Store
from tests.generate.api import VARIABLE, generate, llm, n_stored
from tests.generate.endpoint import KEY, Fault, completion, error, text_of

REQUEST = Request("tiny", (("user", "Write."),), {"max_tokens": 100}, seed=1, sample=1)
NEEDED = 10  # two labels with five texts each
REFUSAL = "I'm sorry, but I can't assist with that request."
PASSING = {
    "429 with Retry-After": error(429, retry_after=0.3),
    "429 without": error(429),
    "500": error(500),
    "503": error(503, retry_after=0.05),
    "dropped connection mid-body": Fault(body=completion("half of it"), cut=True),
    "30 s silence": Fault(silent=30.0),
    "truncated JSON": Fault(body=b'{"choices": [{"message": {"content": "ha'),
    "HTML": Fault(body=b"<html><body>Welcome to the proxy</body></html>"),
    "JSON nested too deeply": Fault(body=b"[" * 100_000),
    "no choice": Fault(body={**completion(""), "choices": []}),
}
USELESS = {
    "truncated": completion("a text that was cut", finish_reason="length"),
    "truncated under another name": completion("a text that was", finish_reason="model_length"),
    "content_filter": completion("", finish_reason="content_filter"),
    "unfinished": completion("a text that ended in an", finish_reason="error"),
    "open_thought": completion("<think>A text, let me see"),
    "refusal": completion(REFUSAL),
    "refusal told apart": completion(None, refusal="No."),
    "empty": completion("  "),
}


def listed(body):
    return json.dumps({"texts": [text_of([body, i]) for i in range(2)]})


def check_kept(made, per_label=5):
    assert made.metrics["kept"] == {"sun": per_label, "rain": per_label}
    assert made.train["label"].value_counts().to_dict() == made.metrics["kept"]


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_passes_costs_one_request_more(endpoint, fault):
    endpoint.faults = [fault]
    made = generate(endpoint, asked={"timeout_seconds": 0.5})
    check_kept(made)
    assert len(endpoint.seen) == NEEDED + 1
    assert sorted(endpoint.repeats.values()) == [1] * (NEEDED - 1) + [2]
    assert made.metrics["llm"]["tries"] == NEEDED + 1


@pytest.mark.parametrize(("reason", "reply"), USELESS.items(), ids=USELESS)
def test_a_reply_of_no_use_is_dropped_and_one_more_is_asked_for(endpoint, reason, reply):
    endpoint.faults = [Fault(body=reply)]
    made = generate(endpoint)
    check_kept(made)
    assert len(endpoint.seen) == NEEDED + 1
    assert set(endpoint.repeats.values()) == {1}
    assert made.dropped["reason"].tolist() == [reason.split()[0]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"texts": ["one text in place of two"]}', "surplus"),
        ('{"texts": ["twice the same text", "twice the same text"]}', "repeat"),
        ('{"texts": ["cut off in the mid', "not_json"),
        ("Here you are: one, two.", "not_json"),
        ("[" * 3000, "not_json"),
    ],
    ids=["wrong number", "duplicates", "malformed", "prose", "deep"],
)
def test_a_list_of_texts_that_is_not_what_was_asked_for_is_made_up_for(endpoint, content, reason):
    # Two replies of two texts for each of two labels are needed, and one more for what is lost.
    endpoint.text = listed
    endpoint.faults = [Fault(body=completion(content))]
    made = generate(endpoint, per_label=4, texts_per_reply=2)
    check_kept(made, 4)
    assert len(endpoint.seen) == 4 + 1
    assert reason in made.dropped["reason"].tolist()


def test_three_texts_in_place_of_two_are_all_looked_at(endpoint):
    endpoint.text = lambda body: json.dumps([text_of([body, i]) for i in range(3)])
    made = generate(endpoint, per_label=4, texts_per_reply=2)
    check_kept(made, 4)
    assert made.metrics["dropped"]["surplus"] == 4
    assert len(endpoint.seen) == 4


def test_waiting_for_ones_turn_is_no_time_out(endpoint):
    # 64 at once and 32 behind them: those wait 2 s for their turn and 2 s for their reply, which
    # together is more than the 3 s that a reply may take.
    endpoint.delay = 2.0
    made = generate(endpoint, asked={"concurrency": 64, "timeout_seconds": 3.0}, per_label=48)
    check_kept(made, 48)
    assert len(endpoint.seen) == 96
    assert endpoint.most_in_flight == 64


def test_a_refused_rate_cools_the_whole_client_down(endpoint):
    endpoint.faults = [error(429, retry_after=0.5)]
    generate(endpoint, per_label=20)
    pauses = [after - before for before, after in itertools.pairwise(endpoint.times)]
    assert max(pauses) > 0.4


def test_many_refusals_use_up_no_retries(endpoint):
    endpoint.faults = [error(429, retry_after=0.02) for _ in range(12)]
    check_kept(generate(endpoint, asked={"retries": 0, "concurrency": 1}))
    assert len(endpoint.seen) == NEEDED + 12


STOPPING = {
    "wrong key": ([error(401, "bad key sk")], 1, "401 bad key sk; the key in"),
    "forbidden": ([error(403)], 1, "may not use this endpoint or model"),
    "no credit": ([error(429, code="insufficient_quota")], 1, "out of credit"),
    "down for good": ([error(500)] * 3, 3, "500 no luck (after 2 retries)"),
    "never JSON": ([Fault(body=b"<p>hi")] * 3, 3, "not the answer of an OpenAI-compatible"),
    "all rejected": ([error(400, "no such field")] * 9, 4, "no such field; the endpoint rejects"),
    "no credit, said in a 400": (
        [error(400, "Your credit balance is too low")],
        1,
        "or its account is refused; all replies",
    ),
    "wrong key, said in a 400": ([error(400, "API key not valid.")], 1, "the key in"),
    "long wait": ([error(429, retry_after=9999)], 1, "asks to wait 9999 s"),
}


@pytest.mark.parametrize(("faults", "seen", "said"), STOPPING.values(), ids=STOPPING)
def test_what_does_not_pass_stops_in_one_line(endpoint, faults, seen, said):
    endpoint.faults = list(faults)
    with pytest.raises(InputError) as caught:
        generate(endpoint, asked={"concurrency": 1, "retries": 2})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(endpoint.seen) == seen


def test_replies_under_way_are_kept_when_another_request_stops_the_run(endpoint, tmp_path):
    endpoint.delay = 0.1
    endpoint.faults = [error(401)]
    with pytest.raises(InputError, match="401"):
        generate(endpoint)
    assert n_stored(tmp_path) == len(endpoint.seen) - 1 == 3
    check_kept(generate(endpoint))
    assert len(endpoint.seen) == NEEDED + 1


def test_one_rejected_prompt_does_not_stop_the_others(endpoint):
    endpoint.faults = [error(400, "this prompt is not liked")]
    made = generate(endpoint)
    check_kept(made)
    assert made.dropped[["text", "reason"]].to_numpy().tolist() == [
        ["400 this prompt is not liked", "rejected"]
    ]


def test_a_rejection_is_stored_when_an_answer_has_shown_that_settings_are_right(endpoint, tmp_path):
    endpoint.faults = [error(400, "no such field")] * 9
    with pytest.raises(InputError, match="no such field"):
        generate(endpoint, asked={"concurrency": 1})
    assert n_stored(tmp_path) == 0
    endpoint.faults = [error(400, "this prompt is not liked")] * 2
    check_kept(generate(endpoint, asked={"concurrency": 1}))
    assert n_stored(tmp_path) == NEEDED + 2


def test_many_rejections_alike_blame_the_settings_and_are_not_stored(endpoint, tmp_path):
    def text(body):
        if len(endpoint.seen) == NEEDED:
            endpoint.faults = [error(400, "this account has ended")] * 99
        return text_of(body)

    endpoint.text = text
    with pytest.raises(InputError, match="400 this account has ended; the endpoint rejects"):
        generate(endpoint, asked={"concurrency": 1}, per_label=30)
    assert len(endpoint.seen) == NEEDED + 21
    assert n_stored(tmp_path) == NEEDED
    endpoint.text, endpoint.faults = text_of, []
    check_kept(generate(endpoint, per_label=30), 30)


def test_the_first_reason_to_stop_is_the_one_that_is_told(endpoint):
    endpoint.faults = [Fault(429, silent=0.3)]

    async def go():
        client = Client(llm(endpoint), KEY)
        asking = asyncio.create_task(client.ask(REQUEST))
        while not endpoint.seen:
            await asyncio.sleep(0.01)
        client.stop(InputError("the first reason"))
        try:
            await asking
        finally:
            await client.close()

    with pytest.raises(InputError, match="the first reason"):
        asyncio.run(go())


def test_when_it_stops_nobody_waits_for_the_rate_or_for_another_try(endpoint):
    endpoint.faults = [error(500), error(401, "bad key")]
    begun = time.monotonic()
    with pytest.raises(InputError, match="401 bad key"):
        generate(endpoint, asked={"requests_per_minute": 120, "wait_seconds": 60.0})
    assert time.monotonic() - begun < 10
    assert len(endpoint.seen) == 2


def test_a_store_that_cannot_be_written_ends_the_run(endpoint, tmp_path):
    store = Store(tmp_path / "replies.sqlite")
    store._writing.execute("PRAGMA max_page_count=1")
    asked = [replace(REQUEST, sample=n, messages=(("user", "x" * 9999),)) for n in range(20)]

    async def job(asking, request):
        await asking.answer(request)

    with pytest.raises(InputError, match=r"cannot be written \(database or disk is full\)"):
        run(llm(endpoint), store, lambda asking: (job(asking, one) for one in asked))
    assert len(endpoint.seen) < 20
    store.close()


def test_a_shortfall_says_why_label_by_label(endpoint):
    endpoint.text = lambda body: "always the same text"
    with pytest.raises(InputError) as caught:
        generate(endpoint, max_attempts_factor=2)
    # Ten requests a label at most; sun, the first label, keeps the text and rain repeats it.
    assert "sun has 1 (dropped: repeat 9" in str(caught.value)
    assert "rain has 0 (dropped: repeat 10" in str(caught.value)
    assert len(endpoint.seen) == 20


def test_without_a_key_nothing_is_asked(endpoint, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(InputError, match=f"the environment variable {VARIABLE}"):
        generate(endpoint)
    assert endpoint.paths == []


def test_an_endpoint_that_echoes_the_key_does_not_get_it_into_the_message(endpoint):
    endpoint.key = "another"
    with pytest.raises(InputError, match=r"Incorrect API key provided: Bearer \[key\]") as caught:
        generate(endpoint)
    assert KEY not in str(caught.value)


def test_nobody_there_is_said(endpoint):
    asked = {"base_url": "http://127.0.0.1:9/v1", "retries": 1}
    with pytest.raises(InputError, match=r"127\.0\.0\.1:9/v1: connection failed .*after 1 retries"):
        generate(endpoint, asked=asked)
