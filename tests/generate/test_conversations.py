"""Conversations, exact counts, and what a change of params asks for anew."""

import json

import pytest

from synthgap.floor.errors import InputError
from synthgap.generate.backend import Example
from synthgap.generate.dialogue import Conversation, Script, texts_in
from synthgap.generate.exchange import Reply
from tests.generate.api import generate
from tests.generate.endpoint import Fault, completion, error
from tests.generate.made import brief, llm, settings


def test_a_follow_up_stands_behind_all_that_was_said(endpoint):
    generate(endpoint, asked={"concurrency": 1}, per_label=3, turns=3)
    first, second, third = (body["messages"] for body in endpoint.seen[:3])
    assert first == [
        {"role": "system", "content": "A forecast."},
        {"role": "user", "content": "Write sun."},
    ]
    said = endpoint.text(endpoint.seen[0])
    follow_up = {"role": "user", "content": "One more for sun, of another kind."}
    assert second == [*first, {"role": "assistant", "content": said}, follow_up]
    assert third[:4] == second
    assert len(third) == 6


def test_conversations_run_side_by_side(endpoint):
    endpoint.delay = 0.1
    generate(endpoint, asked={"concurrency": 8}, per_label=8, turns=2)
    # 16 texts in 8 conversations of two turns: two rounds, and not 16 one after the other.
    assert endpoint.most_in_flight == 8
    assert endpoint.times[-1] - endpoint.times[0] < 0.8


def test_each_request_has_its_own_seed_and_the_sampling_of_params(endpoint):
    asked = {"temperature": 0.7, "top_p": 0.9, "max_tokens": 50, "extra": {"top_k": 20}}
    generate(endpoint, asked=asked, per_label=10, turns=2)
    assert len({body["seed"] for body in endpoint.seen}) == 20
    for body in endpoint.seen:
        assert {name: body[name] for name in ("temperature", "top_p", "max_tokens", "top_k")} == {
            "temperature": 0.7,
            "top_p": 0.9,
            "max_tokens": 50,
            "top_k": 20,
        }


def test_null_is_not_sent(endpoint):
    generate(endpoint, asked={"temperature": None, "top_p": None, "seed": None}, per_label=1)
    assert set(endpoint.seen[0]) == {"model", "messages", "max_tokens"}


def test_a_conversation_goes_on_where_it_was_cut(endpoint):
    endpoint.faults = [Fault(body=completion("First text.")), error(401)]
    asked = {"concurrency": 1}
    with pytest.raises(InputError, match="401"):
        generate(endpoint, asked=asked, per_label=3, turns=3)
    made = generate(endpoint, asked=asked, per_label=3, turns=3)
    # Six texts, and the one request that was refused.
    assert len(endpoint.seen) == 6 + 1
    assert endpoint.seen[2] == endpoint.seen[1]
    assert made.train["text"][0] == "First text."


def test_a_reply_of_no_use_ends_its_conversation(endpoint):
    endpoint.faults = [Fault(body=completion("cut", finish_reason="length"))]
    made = generate(endpoint, asked={"concurrency": 1}, per_label=3, turns=3)
    assert made.dropped["id"].tolist() == ["few_shot-0-0-0-0"]
    # The first conversation about sun has one turn, the next one the three that are needed.
    ids = ["few_shot-0-1-0-0", "few_shot-0-1-1-0", "few_shot-0-1-2-0"]
    assert made.train["id"].tolist()[-3:] == ids
    assert len(endpoint.seen) == 7


@pytest.mark.parametrize("turns", [1, 3])
def test_more_texts_pay_for_the_difference_and_fewer_for_nothing(endpoint, turns):
    few = generate(endpoint, per_label=100, turns=turns)
    assert len(endpoint.seen) == 200
    many = generate(endpoint, per_label=120, turns=turns)
    assert len(endpoint.seen) == 240
    again = generate(endpoint, per_label=100, turns=turns)
    assert len(endpoint.seen) == 240
    assert again.train.equals(few.train)
    assert again.metrics == few.metrics
    for label in ("sun", "rain"):
        ids = many.train.loc[many.train["label"] == label, "id"]
        assert set(few.train.loc[few.train["label"] == label, "id"]) <= set(ids)


def test_what_is_in_the_store_needs_no_key_and_no_endpoint(endpoint, monkeypatch):
    made = generate(endpoint)
    monkeypatch.delenv("SYNTHGAP_TEST_KEY")
    again = generate(endpoint, asked={"base_url": "http://127.0.0.1:9/v1"})
    assert again.train.equals(made.train)
    assert again.provenance.equals(made.provenance)
    assert again.metrics == made.metrics


def test_a_raised_limit_asks_only_for_what_was_cut(endpoint):
    endpoint.faults = [Fault(body=completion("cut", finish_reason="length"))]
    generate(endpoint, asked={"max_tokens": 50})
    assert len(endpoint.seen) == 11
    generate(endpoint, asked={"max_tokens": 100})
    assert [body["max_tokens"] for body in endpoint.seen[11:]] == [100]


def test_a_changed_temperature_asks_for_everything_anew(endpoint):
    generate(endpoint, asked={"temperature": 0.5})
    generate(endpoint, asked={"temperature": 0.6})
    assert len(endpoint.seen) == 20


def test_the_last_text_of_a_list_is_kept_only_as_long_as_it_is_needed(endpoint):
    endpoint.text = lambda body: json.dumps([f"{n} {body['seed']}" for n in range(3)])
    asked = {"concurrency": 1}
    made = generate(endpoint, asked=asked, per_label=4, texts_per_reply=3, near_repeat=1.0)
    assert made.metrics["kept"] == {"sun": 4, "rain": 4}
    assert made.metrics["dropped"]["surplus"] == 4
    assert endpoint.seen[0]["response_format"]["json_schema"]["schema"]["properties"]["texts"] == {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 3,
        "maxItems": 3,
    }
    request = endpoint.seen[0]["messages"][-1]["content"]
    assert request == "Write sun.\n\nGive 3 such texts as JSON."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("  plain \n", (["plain"], None)),
        ("<think>Let me see.\n</think>\n\nplain", (["plain"], None)),
        ("Let me see.\n</think>\n\nplain", (["plain"], None)),
        ("\n<think>One.</think>\n<think>Two.</think> plain", (["plain"], None)),
        ("<think>One <think>two</think> three</think> plain", (["plain"], None)),
        ("</think>", ([""], None)),
        ("A <think> and a </think> are tags.", (["A <think> and a </think> are tags."], None)),
        (" <think>Let me see. A text", (["<think>Let me see. A text"], "open_thought")),
        ("One.</think> <think>Two.", (["One.</think> <think>Two."], "open_thought")),
        ("", ([""], None)),
    ],
)
def test_one_text_is_the_reply_without_white_space_and_thoughts(text, found):
    assert texts_in(Reply(text, "stop", 1, 1, 1.0, 1), 1) == found


def test_a_thought_that_was_cut_is_named_by_how_the_reply_ended():
    cut = Reply("<think>Let me", "length", 1, 1, 1.0, 1)
    assert texts_in(cut, 1) == (["<think>Let me"], "truncated")
    assert texts_in(cut._replace(finish_reason="stop"), 2) == (["<think>Let me"], "open_thought")


@pytest.mark.parametrize(
    ("reasons", "fault"),
    [
        ("stop STOP eos eos_token end_turn stop_sequence COMPLETE", None),
        ("length max_tokens MAX_TOKENS model_length", "truncated"),
        ("content_filter SAFETY PROHIBITED_CONTENT sensitive", "content_filter"),
        ("refusal", "refusal"),
        ("rejected", "rejected"),
        ("error abort tool_calls OTHER insufficient_system_resource", "unfinished"),
    ],
)
def test_only_a_reply_that_ended_by_itself_is_of_use(reasons, fault):
    for reason in reasons.split():
        reply = Reply("a text", reason, 1, 1, 1.0, 1)
        assert texts_in(reply, 1) == (["a text"], fault)
        assert reply.ends_by_itself is (fault is None)


@pytest.mark.parametrize(
    "text",
    ['{"texts": ["a", " b "]}', '["a", "b"]', '```json\n{"texts": ["a", "b"]}\n```'],
)
def test_several_texts_are_a_list_of_json(text):
    assert texts_in(Reply(text, "stop", 1, 1, 1.0, 1), 2) == (["a", "b"], None)


@pytest.mark.parametrize(
    "text",
    ["a, b", '{"texts": []}', '{"texts": [1]}', '{"other": ["a"]}', "[" * 3000, "1" * 5000],
    ids=["prose", "none", "number", "other name", "deep", "long number"],
)
def test_other_json_is_a_fault(text):
    assert texts_in(Reply(text, "stop", 1, 1, 1.0, 1), 2) == ([text], "not_json")


POOL = [Example(f"sun-{i}", f"Human text {i}.", "sun") for i in range(10)] + [
    Example("rain-0", "The only one.", "rain")
]


def conversation(label="sun", number=0, pool=POOL, **changes):
    asked = brief(pool=pool)
    wording = asked.wording._replace(request="{{ examples }}\n\nWrite {{ label }}.")
    script = Script(asked._replace(wording=wording), settings(**changes), llm())
    opened = Conversation(script, label, number)
    opened.planned = 1
    return opened


def test_each_conversation_draws_its_own_examples_of_its_label():
    drawn = [conversation(number=n, examples=3) for n in range(4)]
    shown = [one.request.messages[1][1] for one in drawn]
    assert len(set(shown)) == 4
    assert all(text.count("Human text") == 3 for text in shown)
    again = conversation(number=2, examples=3)
    assert again.request == drawn[2].request


def test_a_label_with_fewer_examples_shows_those_that_it_has():
    assert conversation("rain").request.messages[1][1] == "The only one.\n\nWrite rain."


def test_examples_are_no_templates():
    pool = [Example("sun-0", "{{ label }} {% raise %}", "sun")]
    shown = conversation(pool=pool).request.messages[1][1]
    assert shown == "{{ label }} {% raise %}\n\nWrite sun."
