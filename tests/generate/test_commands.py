"""`synthgap check`, `recordings` and `batch`, and what `synthgap plan` forecasts."""

import json
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from synthgap.floor.errors import InputError
from synthgap.generate import commands, forecast, scripts
from synthgap.generate.exchange import FIRST_QUESTION, Reply, Request
from synthgap.generate.store import Store, default_file, entry
from tests.generate.api import PRICE, VARIABLE, generate
from tests.generate.endpoint import KEY, Fault, completion, error, run_batch
from tests.generate.plan import write, write_pool, zero_shot

REPLY = Reply("a text", "stop", 10, 8, 0.5, 1)

app = typer.Typer()
app.command("check")(commands.check)
app.add_typer(commands.recordings, name="recordings")
app.add_typer(commands.batch, name="batch")


@pytest.fixture
def folder(endpoint, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, endpoint.url)
    write_pool(tmp_path)
    return tmp_path


def run(*words, status=0):
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == status, result.output
    return result.output


def check_fails(line):
    said = run("check", status=1)
    assert said.startswith("synthgap: ")
    assert line in said
    assert said.count("\n") == 1
    assert KEY not in said


def test_check_asks_for_one_token_with_the_settings_of_params(endpoint, folder):
    said = run("check")
    assert said.startswith(f"tiny at {endpoint.url} answers in ")
    (body,) = endpoint.seen
    assert (body["max_tokens"], body["temperature"], body["model"]) == (1, 1.0, "tiny")


def test_check_says_that_there_is_no_key(endpoint, folder, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    check_fails(f"no key: the environment variable {VARIABLE} (llm.api_key_env) is not set")
    assert endpoint.seen == []


def test_check_says_that_the_key_is_wrong(endpoint, folder):
    endpoint.key = "another"
    check_fails(f"the key in {VARIABLE} is not accepted")


def test_check_names_the_models_where_the_server_lists_them(endpoint, folder):
    write(folder, endpoint.url, {"model": "huge"})
    check_fails(
        "no model 'huge' (llm.model), or no chat completions at llm.base_url; models there:"
        " small, tiny"
    )


def test_check_does_without_a_list_of_models(endpoint, folder):
    endpoint.lists_models = False
    write(folder, endpoint.url, {"model": "huge"})
    check_fails("404 The model `huge` does not exist; no model 'huge'")


def test_check_says_that_nobody_answers(endpoint, folder):
    write(folder, "http://127.0.0.1:9/v1")
    check_fails("http://127.0.0.1:9/v1: connection failed")


def test_check_says_that_it_is_another_kind_of_server(endpoint, folder):
    endpoint.faults = [Fault(body=b"<html>It works!</html>")]
    check_fails("not the answer of an OpenAI-compatible endpoint ('<html>It works!</html>')")


def test_check_says_what_is_rejected(endpoint, folder):
    endpoint.faults = [error(400, "Unsupported parameter: top_p")]
    check_fails("400 Unsupported parameter: top_p")


def exported(folder, name="batch.jsonl"):
    said = run("batch", "export", name)
    return said, [json.loads(line) for line in (folder / name).read_text().splitlines()]


def result(request, endpoint, **changes):
    body = completion(endpoint.text(request["body"]))
    response = {"status_code": 200, "request_id": "q", "body": body}
    return {"id": "r", "custom_id": request["custom_id"], "response": response, "error": None} | (
        changes
    )


def write_results(folder, results):
    (folder / "results.jsonl").write_text("\n".join(json.dumps(one) for one in results))


def test_a_batch_file_has_what_openai_reads(endpoint, folder):
    said, requests = exported(folder)
    assert "20 requests" in said
    assert {(one["method"], one["url"]) for one in requests} == {("POST", "/v1/chat/completions")}
    assert len({one["custom_id"] for one in requests}) == 20
    assert set(requests[0]["body"]) == {
        *("max_tokens", "messages", "model", "seed", "temperature", "top_p")
    }
    assert endpoint.paths == []


def test_a_stage_finds_what_a_batch_answered(endpoint, folder):
    _, requests = exported(folder)
    write_results(folder, [result(one, endpoint) for one in reversed(requests)])
    assert run("batch", "import", "results.jsonl").startswith("results.jsonl: 20 replies stored")
    assert exported(folder)[1] == []
    stage = zero_shot(folder)
    _, said = stage.communicate()
    assert stage.returncode == 0, said
    assert endpoint.paths == []
    metrics = json.loads((folder / "out" / "m.json").read_text())
    assert metrics["llm"]["requests"] == 10


def test_conversations_go_turn_by_turn(endpoint, folder):
    write(folder, endpoint.url, per_label=4, turns=2)
    n_messages = []
    while requests := exported(folder)[1]:
        n_messages.append([len(one["body"]["messages"]) for one in requests])
        write_results(folder, [result(one, endpoint) for one in requests])
        run("batch", "import", "results.jsonl")
    # Two sources, two labels, two conversations of two turns each.
    assert n_messages == [[2] * 8, [4] * 8]


def test_a_damaged_result_file_keeps_its_successes(endpoint, folder):
    _, requests = exported(folder)
    expired = {"code": "batch_expired", "message": "This request could not be executed in time."}
    failed = {"status_code": 500, "request_id": "q", "body": {"error": {"message": "overloaded"}}}
    write_results(
        folder,
        [
            result(requests[0], endpoint),
            result(requests[1], endpoint, response=None, error=expired),
            result(requests[2], endpoint, response=failed),
            result(requests[3], endpoint, custom_id="somebody else's"),
            result(requests[4], endpoint, response={"status_code": 200, "body": {"choices": []}}),
            result(requests[0], endpoint),
        ],
    )
    with (folder / "results.jsonl").open("a") as out:
        out.write('\n{"id": "r", "custom_id": "cut of')
    said = run("batch", "import", "results.jsonl").splitlines()
    assert said[0] == "results.jsonl: 1 replies stored, 1 were there before"
    first = requests[1]["custom_id"], requests[2]["custom_id"]
    assert said[1:] == [
        f"results.jsonl, line 2: custom_id {first[0]}: {expired['message']}",
        f"results.jsonl, line 3: custom_id {first[1]}: overloaded",
        'results.jsonl, line 4: unknown custom_id "somebody else\'s"',
        "results.jsonl, line 5: an answer without a choice",
        "results.jsonl, line 7: not valid JSON, the file may have been cut short",
        "5 lines gave no reply: export again",
    ]
    assert len(exported(folder)[1]) == 19


def test_a_result_is_stored_whatever_has_happened_to_params(endpoint, folder):
    _, requests = exported(folder)
    write(folder, endpoint.url, {"temperature": 0.1})
    write_results(folder, [result(one, endpoint) for one in requests])
    assert "20 replies stored" in run("batch", "import", "results.jsonl")


def test_a_batch_through_the_endpoint(endpoint, folder):
    exported(folder)
    assert run("batch", "submit", "batch.jsonl") == "batch batch_0\n"
    assert run("batch", "status") == "batch_0: in_progress, 0 of 0, 0 failed\n"
    assert run("batch", "fetch") == "no batch is over\n"
    # What is under way is not exported, and so not paid, twice.
    said, requests = exported(folder, "again.jsonl")
    assert requests == []
    assert "20 more are in batches under way" in said
    assert "in a batch already" in run("batch", "submit", "batch.jsonl", status=1)
    run_batch(endpoint, "batch_0", {3: {"id": "r", "custom_id": "x", "error": {"code": "odd"}}})
    assert run("batch", "fetch").splitlines() == [
        "batch_0 (completed): 19 replies stored, 0 were there before",
        "batch_0, line 4: custom_id x: odd",
        "1 lines gave no reply: export again",
    ]
    assert run("batch", "status") == "no batch is under way\n"
    assert len(exported(folder)[1]) == 1


def test_a_batch_beyond_the_budget_is_not_submitted(endpoint, folder):
    exported(folder)
    write(folder, endpoint.url, {"budget_usd": 0.0001})
    said = run("batch", "submit", "batch.jsonl", status=1)
    assert "llm.budget_usd: 0.0001 does not suffice, 0.0000 is spent or under way" in said
    assert endpoint.paths == []


def test_a_batch_under_way_is_set_aside_of_the_budget(endpoint, folder):
    # 20 requests of at most 100 tokens at $2 a million, and of their prompts: more than $0.004.
    write(folder, endpoint.url, {"budget_usd": 0.01, "max_tokens": 100})
    exported(folder)
    run("batch", "submit", "batch.jsonl")
    with pytest.raises(InputError, match=r"llm\.budget_usd: .* is reached"):
        generate(endpoint, asked={"price": PRICE, "budget_usd": 0.004, "max_tokens": 100})
    assert endpoint.seen == []
    run_batch(endpoint, "batch_0")
    run("batch", "fetch")
    # 20 replies of 10 and 8 tokens cost $0.00052.
    generate(endpoint, asked={"price": PRICE, "budget_usd": 0.004, "max_tokens": 100})
    assert len(endpoint.seen) == 10


def test_a_batch_that_the_endpoint_does_not_take_is_one_line(endpoint, folder):
    exported(folder)
    write(folder, "http://127.0.0.1:9/v1")
    said = run("batch", "submit", "batch.jsonl", status=1)
    assert said.startswith("synthgap: http://127.0.0.1:9/v1: ")
    assert said.count("\n") == 1


def test_few_shot_batches_need_the_human_examples(endpoint, folder):
    (folder / "data" / "pool" / "weather.jsonl").unlink()
    assert "run `dvc repro fetch_real@weather` first" in run("batch", "export", "b", status=1)


def test_recordings_are_exported_and_imported(endpoint, folder):
    generate(endpoint)
    assert run("recordings", "export", "a.jsonl") == "a.jsonl: 10 replies\n"
    assert run("recordings", "import", "a.jsonl") == "a.jsonl: 10 replies, 0 of them new\n"
    assert "cannot be read" in run("recordings", "import", "b.jsonl", status=1)


def forecast_of(folder):
    return list(forecast.lines(scripts.parts(folder / "data" / "pool")))


def test_a_forecast_by_hand(endpoint, folder):
    write(folder, endpoint.url, {"budget_usd": 1.0, "max_tokens": 100})
    # 2 sources x 2 labels x 5. Out: 6 words at 1.4 tokens. In, at 4 characters a token and 4
    # tokens a message: the context has 11 characters; the zero-shot requests 45 and 45; few-shot
    # ones three examples of 19 or 20, a blank line (2) behind each, and 32 or 33.
    zero = 5 * ((11 + 45) / 4 + 8) + 5 * ((11 + 45) / 4 + 8)
    few = 5 * ((11 + 57 + 6 + 32) / 4 + 8) + 5 * ((11 + 60 + 6 + 33) / 4 + 8)
    prompt, out = zero + few, 20 * 6 * 1.4
    assert forecast_of(folder) == [
        "texts: 20 requests to tiny, more where texts are of no use",
        f"  tokens: about {prompt:,.0f} in, {out:,.0f} out (estimated; 2,000 at most)",
        "  cost: about $0.00, $0.00 if every reply is cut; budget $1.00",
        "  time: unknown before 20 replies of the model are in the store",
    ]
    assert endpoint.paths == []


def test_a_forecast_counts_what_is_missing_and_measures_what_is_there(endpoint, folder):
    stage = zero_shot(folder)
    _, said = stage.communicate()
    assert stage.returncode == 0, said
    assert forecast_of(folder)[0].startswith("texts: 10 requests")
    write(folder, endpoint.url, {"requests_per_minute": 3}, per_label=20)
    assert forecast_of(folder)[0].startswith("texts: 70 requests")
    assert forecast_of(folder)[3] == "  time: about 24 min"
    store = Store(default_file())
    assert len(store) == 10
    store.close()


def test_answers_of_judges_tell_nothing_of_the_length_of_texts(endpoint, folder):
    write(folder, endpoint.url, {"max_tokens": 100})
    before = forecast_of(folder)
    answers = [
        Request("tiny", (("user", "A or B?"),), {}, None, FIRST_QUESTION + i) for i in range(20)
    ]
    store = Store(default_file())
    store.put([entry(one, Reply("A", "stop", 10, 1, 0.5, 1)) for one in answers])
    assert forecast_of(folder) == before
    store.put([entry(replace(one, sample=one.sample - FIRST_QUESTION), REPLY) for one in answers])
    assert forecast_of(folder)[1].endswith("160 out (measured; 2,000 at most)")
    store.close()


def test_a_forecast_without_prices_guesses_none(endpoint, folder):
    write(folder, endpoint.url, {"price": PRICE | {"prompt": None}})
    assert forecast_of(folder)[2] == "  cost: unknown, set llm.price"


def test_a_forecast_without_human_examples_says_so(endpoint, folder):
    (folder / "data" / "pool" / "weather.jsonl").unlink()
    assert forecast_of(folder)[-1].endswith("not fetched yet: their length is estimated")


def test_with_texts_that_are_there_nothing_is_forecast(endpoint, folder):
    write(folder, endpoint.url, backend="corpus")
    assert forecast_of(folder) == []
