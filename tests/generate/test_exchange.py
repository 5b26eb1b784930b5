import hashlib
import json

import pytest

from synthgap.generate.exchange import Reply, Request, parse_completion, parse_json
from synthgap.generate.troubles import retry_after
from tests.generate.endpoint import completion


def request(**changes):
    fields = {
        "model": "tiny",
        "messages": (("user", "Hé"),),
        "sampling": {"temperature": 1.0, "max_tokens": 9},
        "seed": 7,
        "sample": 0,
    }
    return Request(**fields | changes)


def test_the_key_is_the_sha_256_of_the_sorted_request_in_ascii():
    canonical = (
        r'{"body":{"max_tokens":9,"messages":[{"content":"H\u00e9","role":"user"}],'
        r'"model":"tiny","seed":7,"temperature":1.0},"sample":0}'
    )
    assert request().key == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "small"},
        {"messages": (("user", "He"),)},
        {"messages": (("system", "Hé"),)},
        {"sampling": {"temperature": 0.9, "max_tokens": 9}},
        {"sampling": {"temperature": 1.0, "top_p": 0.9, "max_tokens": 9}},
        {"sampling": {"temperature": 1.0, "max_tokens": 10}},
        {"seed": 8},
        {"seed": None},
        {"sample": 1},
    ],
    ids=str,
)
def test_whatever_shapes_a_reply_is_in_the_key(changes):
    assert request(**changes).key != request().key


def test_the_order_of_parameters_is_not_in_the_key():
    swapped = {"max_tokens": 9, "temperature": 1.0}
    assert request(sampling=swapped).key == request().key


def test_a_completion_is_read():
    found = parse_completion(completion("Hello", "length"), seconds=1.5, tries=2)
    assert found == Reply("Hello", "length", 10, 8, 1.5, 2, batch=False)


def test_the_reason_is_kept_as_it_came_and_none_is_a_stop():
    assert parse_completion(completion("Hello", "MAX_TOKENS"), 1.0, 1).finish_reason == "MAX_TOKENS"
    assert parse_completion(completion("Hello", None), 1.0, 1).finish_reason == "stop"


def test_a_refusal_told_apart_is_a_refusal_whatever_the_reason():
    found = parse_completion(completion(None, "stop", refusal="No."), 1.0, 1)
    assert (found.text, found.finish_reason) == ("No.", "refusal")


def test_tokens_that_are_not_told_are_not_known():
    found = parse_completion(completion("Hello", usage=False), 1.0, 1)
    assert (found.prompt_tokens, found.completion_tokens) == (None, None)


def test_characters_that_no_table_holds_are_taken_out():
    assert parse_completion(completion("a\0b\ud800c"), 1.0, 1).text == "ab?c"


def test_a_content_in_parts_is_the_texts_among_them():
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Let me see."}]},
        {"type": "text", "text": "Hello, "},
        {"type": "text", "text": None},
        "odd",
        {"type": "text", "text": "there"},
    ]
    assert parse_completion(completion(parts), 1.0, 1).text == "Hello, there"
    assert parse_completion(completion([]), 1.0, 1).text == ""


@pytest.mark.parametrize(
    "payload", [None, [], {}, {"choices": []}, {"choices": [1]}, {"choices": [{}]}], ids=str
)
def test_what_is_no_completion_is_refused(payload):
    with pytest.raises(ValueError, match=r"answer|choice"):
        parse_completion(payload, 1.0, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [("[1", "Expecting"), ("[" * 100_000, "nested too deeply"), ("[" + "1" * 5000 + "]", "limit")],
    ids=["cut", "deep", "long number"],
)
def test_json_that_cannot_be_read_is_one_kind_of_error(text, found):
    with pytest.raises(json.JSONDecodeError, match=found):
        parse_json(text)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 90.0),  # 100 s after the epoch
        ({"retry-after": "Thu, 01 Jan 1970 00:00:01 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "Thu, 01 Jan 99999 00:00:01 GMT"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_retry_after_is_seconds_milliseconds_or_a_date(headers, seconds):
    assert retry_after(headers, clock=lambda: 10.0) == seconds
