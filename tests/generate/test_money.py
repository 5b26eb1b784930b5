import asyncio
import multiprocessing
import os
import time

import pytest
from pydantic import ValidationError

from synthgap.floor.errors import InputError
from synthgap.generate.client import Client
from synthgap.generate.exchange import Reply
from synthgap.generate.gate import Gate
from synthgap.generate.llm import Prices
from synthgap.generate.money import Purse, worst_usd
from synthgap.generate.store import Store, entry
from synthgap.generate.written import totals
from tests.generate.api import PRICE, generate, n_stored
from tests.generate.api import llm as llm_of
from tests.generate.endpoint import KEY
from tests.generate.made import llm
from tests.generate.test_store import reply, request

# 10 prompt tokens at $1 and 8 of completion at $2 a million: what the endpoint says of a reply.
USD_A_REPLY = (10 * 1.0 + 8 * 2.0) / 1e6


def test_cost_by_hand():
    # 3 + 3 prompt tokens at $1 and 5 + 7 of completion at $2 a million make $30 a million.
    replies = [reply(tokens=5), reply(tokens=7)]
    assert totals(replies, Prices(**PRICE)) == {
        "requests": 2,
        "tries": 2,
        "seconds": 1.0,
        "prompt_tokens": 6,
        "completion_tokens": 12,
        "usd": pytest.approx(30e-6),
    }


def test_a_batch_costs_its_share():
    batched = reply(tokens=7)._replace(batch=True, seconds=None)
    found = totals([reply(tokens=5), batched], Prices(**PRICE | {"batch_share": 0.5}))
    # 13 + 17 / 2 dollars a million; the batch's time is not known and not counted.
    assert found["usd"] == pytest.approx(21.5e-6)
    assert found["seconds"] == 0.5


def test_an_unknown_price_or_use_gives_no_cost():
    assert "usd" not in totals([reply()], Prices(**PRICE | {"completion": None}))
    found = totals([reply(), reply(tokens=None)], Prices(**PRICE))
    assert found["requests_without_usage"] == 1
    assert not {"usd", "prompt_tokens", "completion_tokens"} & set(found)


def test_the_budget_is_not_exceeded_and_what_was_paid_is_kept(endpoint, tmp_path):
    # The highest cost of a request: fewer than 100 tokens of prompt, and 100 of completion.
    asked = {"price": PRICE, "max_tokens": 100}
    budget = 20 * USD_A_REPLY + 300e-6
    with pytest.raises(InputError, match=r"llm\.budget_usd: .* is reached"):
        generate(endpoint, asked=asked | {"budget_usd": budget}, per_label=100)
    spent = len(endpoint.seen) * USD_A_REPLY
    assert budget - 300e-6 < spent <= budget
    assert n_stored(tmp_path) == len(endpoint.seen)
    made = generate(endpoint, asked=asked | {"budget_usd": 1.0}, per_label=100)
    assert len(endpoint.seen) == 200
    assert made.metrics["llm"]["usd"] == pytest.approx(200 * USD_A_REPLY)


def test_a_budget_without_prices_is_refused():
    with pytest.raises(ValidationError, match="budget_usd needs price"):
        llm(budget_usd=1.0)


def test_two_purses_share_one_budget(tmp_path):
    store = Store(tmp_path / "replies.sqlite")
    worst = worst_usd(request(), Prices(**PRICE))
    settings = llm(price=Prices(**PRICE), budget_usd=2.5 * worst)

    mine, other = Purse(store, settings), Purse(store, settings)
    assert mine.claim(request(1))
    assert other.claim(request(2))
    mine.release(request(1))
    paid = reply("x", tokens=100)._replace(prompt_tokens=0)
    store.put([entry(request(1), paid, settings.price.both)])
    # $200 a million are paid, one request is under way: this one waits for what comes of it.
    assert not mine.claim(request(3))
    other.close()
    assert mine.claim(request(3))
    store.put([entry(request(n), paid, settings.price.both) for n in (2, 3)])
    with pytest.raises(InputError, match="is reached"):
        other.claim(request(4))
    store.close()


def test_what_another_process_asks_is_not_asked_beside_it(tmp_path):
    store = Store(tmp_path / "replies.sqlite")
    mine, other = Purse(store, llm()), Purse(store, llm())
    assert mine.claim(request(1))
    assert not other.claim(request(1))
    assert other.claim(request(2))
    mine.release(request(1))
    assert other.claim(request(1))
    # The claim is another's by now, and is not given back for it.
    mine.release(request(1))
    assert not mine.claim(request(1))
    # What is stored is under way no more.
    store.put([entry(request(1), reply())])
    assert mine.claim(request(1))
    store.close()


def _claim_and_die(file):
    Purse(Store(file), llm(price=Prices(**PRICE), budget_usd=1.0)).claim(request(1))
    os._exit(0)


def test_what_a_process_had_set_aside_dies_with_it(tmp_path):
    store = Store(tmp_path / "replies.sqlite")
    process = multiprocessing.get_context("spawn").Process(
        target=_claim_and_die, args=(store.file,)
    )
    process.start()
    process.join()
    count = "SELECT COUNT(*) FROM asked"
    assert store._reading.execute(count).fetchone() == (1,)
    purse = Purse(store, llm(price=Prices(**PRICE), budget_usd=1.0))
    assert purse.claim(request(1))
    # One of another process that had our number, before the machine was started anew.
    store._writing.execute("UPDATE asked SET began = 1")
    assert purse.claim(request(1))
    store.close()


def test_what_was_paid_counts_at_the_price_of_its_time(tmp_path):
    store = Store(tmp_path / "replies.sqlite")
    dear = Prices(prompt=1e6, completion=1e6, batch_share=0.5)
    cheap = Prices(prompt=1.0, completion=1.0, batch_share=0.5)
    store.put([entry(request(1), reply(), dear.both)])
    store.put([entry(request(2), reply())])  # asked when no price was known
    store.put([entry(request(3), reply()._replace(batch=True), dear.both)])
    for price in (cheap, dear):
        found = Purse(store, llm(price=price)).spent()
        assert found == pytest.approx(1.5 * dear.usd(3, 5) + price.usd(3, 5))
    store.close()


def test_a_reply_that_was_paid_twice_counts_twice_but_not_one_that_is_read_twice(tmp_path):
    store = Store(tmp_path / "replies.sqlite")
    price = Prices(**PRICE)
    in_batch = entry(request(2), reply()._replace(batch=True), price.both)
    for _ in range(2):
        store.put([entry(request(1), reply(), price.both), in_batch])
    assert len(store) == 2
    assert Purse(store, llm(price=price)).spent() == pytest.approx(3 * price.usd(3, 5))
    store.close()


def test_a_batch_is_set_aside_before_it_is_submitted_until_it_ends(tmp_path):
    store = Store(tmp_path / "replies.sqlite")
    settings = llm(price=Prices(**PRICE), budget_usd=1.0)
    purse, other = Purse(store, settings), Purse(store, settings)
    purse.claim_batch(0.6)
    with pytest.raises(InputError, match=r"0\.6000 is spent or under way and the batch can cost"):
        other.claim_batch(0.6)
    purse.name_batch("batch_1")
    purse.close()
    with pytest.raises(InputError, match=r"0\.6000 is spent or under way"):
        other.claim_batch(0.6)
    other.release_batch("batch_1")
    other.claim_batch(0.6)
    other.close()
    purse.claim_batch(1.0)
    store.close()


def test_imported_replies_were_not_paid_here(tmp_path):
    store = Store(tmp_path / "replies.sqlite")
    store.put([entry(request(1), reply()), entry(request(2), reply())._replace(imported=True)])

    assert Purse(store, llm(price=Prices(**PRICE))).spent() == pytest.approx((3 + 2 * 5) / 1e6)
    store.close()


def test_requests_per_minute_are_capped(endpoint):
    generate(endpoint, asked={"requests_per_minute": 1200})
    # Ten requests at twenty a second: nine pauses of 50 ms.
    assert endpoint.times[-1] - endpoint.times[0] > 0.35


def test_tokens_per_minute_are_capped(endpoint):
    # A reply takes 18 tokens: ten of them at 300 a second, the first at once.
    generate(endpoint, asked={"tokens_per_minute": 18_000, "max_tokens": 8})
    assert endpoint.times[-1] - endpoint.times[0] > 9 * 18 / 300 * 0.8


def test_refusals_halve_what_is_in_flight_and_answers_let_it_grow_again():
    gate = Gate(llm(concurrency=8, wait_seconds=0.01))

    async def go():
        sent = [await gate.enter(0) for _ in range(8)]
        for one in sent:
            gate.refused(one, None)
        assert gate.limit == 4  # once for the eight that were under way together
        limits = []
        for _ in range(4 + 5 + 6):
            gate.answered(await gate.enter(0), 0)
            limits.append(gate.limit)
        # After four answers five are let in, after five more six, after six more seven.
        assert limits == [4] * 3 + [5] * 5 + [6] * 6 + [7]

    asyncio.run(go())


def test_refusals_without_a_time_wait_twice_as_long_each():
    gate = Gate(llm(concurrency=2, wait_seconds=0.05))

    async def go():
        begun = time.monotonic()
        for _ in range(3):
            gate.refused(await gate.enter(0), None)
        gate.answered(await gate.enter(0), 0)
        return time.monotonic() - begun

    # 50, 100 and 200 ms.
    assert 0.35 <= asyncio.run(go()) < 0.6


def test_only_refusals_for_too_long_stop():
    gate = Gate(llm(wait_seconds=0.02, patience_seconds=0.05))

    async def go():
        for _ in range(9):
            gate.refused(await gate.enter(0), None)

    with pytest.raises(InputError, match=r"rate limit \(429\)"):
        asyncio.run(go())


def test_a_client_that_has_stopped_sends_nothing(endpoint):
    async def go():
        client = Client(llm_of(endpoint), KEY)
        client.stop(InputError("enough"))
        try:
            return await client.ask(request())
        finally:
            await client.close()

    with pytest.raises(InputError, match="enough"):
        asyncio.run(go())
    assert endpoint.seen == []


def test_a_reply_of_unknown_use_counts_with_its_highest_cost(tmp_path):
    store = Store(tmp_path / "replies.sqlite")
    store.put([entry(request(), Reply("x", "stop", None, None, 1.0, 1))])

    assert Purse(store, llm(price=Prices(**PRICE))).spent() == pytest.approx(
        worst_usd(request(), Prices(**PRICE))
    )
    store.close()
