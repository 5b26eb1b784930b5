import json
import logging
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from synthgap.fetch import choose
from synthgap.fetch.source import Choice, mirror_folder, read
from synthgap.floor.errors import InputError


@contextmanager
def endpoint(body, status=200):
    """Answer every request with one body."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args):
            pass

        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def silence(drip=b""):
    """Accept connections and never finish an answer; `drip` is sent again and again."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def hold():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            while not stop.wait(0.05):
                try:
                    connection.sendall(drip)
                except OSError:
                    return

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.close()
        thread.join()


def hub(url):
    return {"HF_ENDPOINT": url}


NO_HUB = {"HF_HUB_OFFLINE": "1"}
HUB_PAGE = json.dumps({"id": "stanfordnlp/imdb"}).encode()


def test_auto_takes_the_mirror_if_its_folder_is_there(tmp_path):
    choice = choose.choose("auto", str(tmp_path), NO_HUB)
    assert (choice.source, choice.mirror) == ("mirror", str(tmp_path))
    assert choice.why == f"the mirror {tmp_path} is there"


def test_auto_takes_the_hub_if_there_is_no_mirror_and_the_hub_answers(tmp_path):
    with endpoint(HUB_PAGE) as url:
        choice = choose.choose("auto", str(tmp_path / "none"), hub(url))
    assert (choice.source, choice.mirror) == ("hub", None)
    assert url not in choice.why


def test_auto_takes_the_sample_else_and_says_what_it_is_worth(caplog):
    caplog.set_level(logging.INFO)
    choice = choose.choose("auto", None, NO_HUB)
    assert choice.source == "sample"
    assert choice.why == "no mirror is set, and the hub does not answer"
    assert "HF_HUB_OFFLINE is set" in caplog.text
    assert "written by a language model: a demonstration only" in caplog.text


def test_the_choice_is_said_in_one_line(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    choose.choose("mirror", str(tmp_path), NO_HUB)
    assert caplog.messages == ["human texts come from the mirror: fetch.source says mirror"]


def test_what_is_asked_for_explicitly_is_taken_without_a_look_at_the_others(tmp_path):
    assert choose.choose("sample", str(tmp_path), NO_HUB).source == "sample"
    with endpoint(HUB_PAGE) as url:
        assert choose.choose("hub", str(tmp_path), hub(url)).source == "hub"


def test_a_mirror_that_is_asked_for_and_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"fetch\.mirror is nowhere, where no folder is"):
        choose.choose("mirror", "nowhere", {"DVC_ROOT": str(tmp_path)})
    with pytest.raises(InputError, match=r"fetch\.mirror is None"):
        choose.choose("mirror", None, {})


def test_a_hub_that_is_asked_for_and_offline_is_refused():
    with pytest.raises(InputError, match=r"fetch\.source is hub, but HF_HUB_OFFLINE is set"):
        choose.choose("hub", None, NO_HUB)


def test_the_mirror_is_relative_to_the_root_that_dvc_names(tmp_path):
    (tmp_path / "copy").mkdir()
    assert mirror_folder("copy", {"DVC_ROOT": str(tmp_path)}) == tmp_path / "copy"
    choice = choose.choose("auto", "copy", {"DVC_ROOT": str(tmp_path), **NO_HUB})
    assert (choice.source, choice.mirror) == ("mirror", "copy")


@pytest.mark.parametrize("value", ["1", "true", "YES", "on"])
@pytest.mark.parametrize("name", choose.OFFLINE)
def test_whoever_works_offline_is_not_connected(name, value):
    assert choose.hub_silence({name: value, **hub("http://127.0.0.1:9")}) == f"{name} is set"


def test_a_hub_that_answers_is_not_silent():
    with endpoint(HUB_PAGE) as url:
        assert choose.hub_silence({"HF_HUB_OFFLINE": "0", **hub(url + "/")}) is None


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"<html>log in</html>", 200), (b"[]", 200), (b"{}", 403), (b"{}", 503)],
    ids=["portal", "no-object", "forbidden", "broken"],
)
def test_what_answers_but_is_no_hub_is_none(body, status):
    with endpoint(body, status) as url:
        assert url in choose.hub_silence(hub(url))


def test_nobody_at_the_other_end_is_no_hub():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = choose.hub_silence(hub(f"http://127.0.0.1:{port}"))
    assert f"http://127.0.0.1:{port} did not answer" in found


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: 1\r\n"], ids=["mute", "drip"])
def test_a_hub_that_never_ends_its_answer_has_so_many_seconds(drip):
    with silence(drip) as url:
        start = time.monotonic()
        found = choose.hub_silence(hub(url), seconds=0.3)
        assert time.monotonic() - start < 1
    assert "did not answer" in found


def test_an_endpoint_that_is_no_address_is_no_hub():
    assert "did not answer" in choose.hub_silence(hub("huggingface"))


def test_the_choice_is_read_as_it_was_written(tmp_path):
    choice = Choice(source="hub", asked="auto", mirror=None, why="because")
    file = tmp_path / "source.json"
    file.write_text(choice.model_dump_json(), encoding="utf-8")
    assert read(file) == choice


def test_another_choice_than_there_is_is_refused(tmp_path):
    file = tmp_path / "source.json"
    file.write_text('{"source": "web", "asked": "auto", "mirror": null, "why": ""}')
    with pytest.raises(InputError, match=r"source\.json\.source: .*'web'"):
        read(file)
