import json
import multiprocessing
import sqlite3

import pytest

from synthgap.floor.errors import InputError
from synthgap.generate.exchange import Reply, Request
from synthgap.generate.money import Purse
from synthgap.generate.pending import Pending
from synthgap.generate.store import Store, default_file, entry
from tests.generate import made


def request(number=0, limit=100):
    sampling = {"temperature": 1.0, "max_tokens": limit}
    return Request("tiny", (("user", "Write."),), sampling, seed=number, sample=number)


def reply(text="A text.", reason="stop", tokens=5):
    return Reply(text, reason, 3, tokens, 0.5, 1)


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "new" / "replies.sqlite")
    yield opened
    opened.close()


def test_what_is_put_is_there_when_the_store_is_opened_again(store):
    assert store.put([entry(request(), reply())]) == 1
    again = Store(store.file)
    assert again.get(request()) == reply()
    assert again.get(request(1)) is None
    again.close()


def test_the_first_reply_stays(store):
    store.put([entry(request(), reply("first"))])
    assert store.put([entry(request(), reply("second")), entry(request(1), reply())]) == 1
    assert store.get(request()).text == "first"
    assert len(store) == 2


def test_a_reply_that_ended_by_itself_serves_under_another_limit_that_it_keeps_to(store):
    store.put([entry(request(limit=100), reply(tokens=80))])
    assert store.get(request(limit=200)) == reply(tokens=80)
    assert store.get(request(limit=80)) == reply(tokens=80)
    assert store.get(request(limit=79)) is None


def test_a_reply_that_was_cut_is_asked_again_under_a_higher_limit(store):
    cut = reply(reason="length", tokens=100)
    store.put([entry(request(limit=100), cut)])
    assert store.get(request(limit=100)) == cut
    assert store.get(request(limit=200)) is None


def test_a_reply_of_unknown_length_serves_its_own_limit_only(store):
    store.put([entry(request(limit=100), reply(tokens=None))])
    assert store.get(request(limit=100)) is not None
    assert store.get(request(limit=200)) is None


def _put_many(file, first):
    store = Store(file)
    for number in range(100):
        store.put([entry(request(first + number), reply(str(first + number)))])
    store.close()


def test_two_processes_write_at_once(store):
    # 0 to 99 and 50 to 149: half of each one's replies are the other's too.
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_put_many, args=(store.file, n)) for n in (0, 50)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert len(store) == 150
    assert [store.get(request(n)).text for n in range(150)] == [str(n) for n in range(150)]


def test_the_store_lies_in_the_repository_that_dvc_names(monkeypatch, tmp_path):
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    assert default_file() == tmp_path / ".llm_cache" / "replies.sqlite"
    monkeypatch.delenv("DVC_ROOT")
    assert default_file().parts == (".llm_cache", "replies.sqlite")


def test_a_file_that_is_no_store_is_refused(tmp_path):
    file = tmp_path / "replies.sqlite"
    file.write_text("This is no database, and it is long enough to be taken for one." * 20)
    with pytest.raises(InputError, match=r"replies\.sqlite: cannot be used as the response store"):
        Store(file)


def test_a_store_of_another_version_is_refused(store):
    connection = sqlite3.connect(store.file)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(InputError, match="found version 99, expected 2"):
        Store(store.file)


def test_a_full_disk_is_one_line_and_what_is_stored_stays(store):
    store.put([entry(request(), reply())])
    store._writing.execute("PRAGMA max_page_count=1")
    with pytest.raises(InputError, match=r"cannot be written .*full.*all replies in it are kept"):
        store.put([entry(request(n), reply("long " * 5000)) for n in range(1, 9)])
    assert len(store) == 1
    store._writing.execute("PRAGMA max_page_count=100000")
    assert store.put([entry(request(1), reply())]) == 1


def test_a_file_that_is_spoilt_later_is_one_line(store):
    store.put([entry(request(n), reply("long " * 500)) for n in range(50)])
    store.close()
    content = store.file.read_bytes()
    again = Store(store.file)
    store.file.write_bytes(content[:4096] + b"x" * (len(content) - 4096))
    with pytest.raises(InputError, match=r"cannot be read \("):
        again.get(request())
    again.close()


def test_every_connection_brings_replies_to_the_disk(store):
    Purse(store, made.llm())
    Pending(store)
    # 0 would be OFF: the last connection that is closed moves replies from the log into the file.
    found = [one.execute("PRAGMA synchronous").fetchone() for one in store._connections]
    assert len(found) == 4
    assert min(found) >= (1,)


def _open_many(folder, barrier, failures):
    for number in range(20):
        barrier.wait()
        try:
            Store(folder / str(number) / "replies.sqlite").close()
        except InputError as error:
            failures.put(str(error))


def test_processes_that_make_the_store_at_once_wait_for_each_other(tmp_path):
    context = multiprocessing.get_context("spawn")
    barrier, failures = context.Barrier(4), context.Queue()
    four = [
        context.Process(target=_open_many, args=(tmp_path, barrier, failures)) for _ in range(4)
    ]
    for process in four:
        process.start()
    for process in four:
        process.join()
    assert failures.empty(), failures.get()
    assert len(list(tmp_path.iterdir())) == 20


FIRST_VERSION = """
CREATE TABLE replies (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, family TEXT NOT NULL,
    model TEXT NOT NULL, request TEXT NOT NULL, reply TEXT NOT NULL,
    prompt_tokens INTEGER, completion_tokens INTEGER,
    worst_prompt_tokens INTEGER NOT NULL, worst_completion_tokens INTEGER NOT NULL,
    batch INTEGER NOT NULL, imported INTEGER NOT NULL
);
CREATE INDEX families ON replies (family);
CREATE TABLE claims (owner TEXT PRIMARY KEY, process INTEGER, usd REAL NOT NULL);
INSERT INTO claims VALUES ('batch_1', 0, 0.25), ('0123', 4194304, 9.0);
PRAGMA user_version=1;
"""


def test_a_store_of_the_first_version_is_brought_up_and_nothing_in_it_is_lost(tmp_path):
    file = tmp_path / "replies.sqlite"
    old = sqlite3.connect(file)
    old.executescript(FIRST_VERSION)
    for number, (tokens, imported) in enumerate([(7, 0), (None, 0), (9, 1)]):
        asked = request(number)
        kept = json.dumps(reply(str(number))._asdict())
        old.execute(
            "INSERT INTO replies VALUES (NULL, ?, ?, 'tiny', '{}', ?, ?, ?, 40, 100, 0, ?)",
            (asked.key, asked.family, kept, tokens, tokens, imported),
        )
    old.commit()
    old.close()
    store = Store(file)
    assert [store.get(request(n)).text for n in range(3)] == ["0", "1", "2"]
    price = {"prompt": 1e6, "completion": 2e6, "batch_share": 1.0}
    purse = Purse(store, made.llm(price=price, budget_usd=400.0))
    # What was paid without a count of its tokens counts as the most that it can have been.
    assert purse.spent() == 7 + 2 * 7 + 40 + 2 * 100
    left = 400 - purse.spent() - 0.25
    with pytest.raises(InputError, match="does not suffice"):
        purse.claim_batch(left + 0.01)
    purse.claim_batch(left)
    store.close()
    Store(file).close()
