import multiprocessing
import sqlite3

import pytest

from synthgap.floor.errors import InputError
from synthgap.generate.exchange import Reply, Request
from synthgap.generate.store import Store, default_file, entry


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
    with pytest.raises(InputError, match="found version 99, expected 1"):
        Store(store.file)
