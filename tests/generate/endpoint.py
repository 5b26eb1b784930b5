"""A loopback server that speaks chat completions, files and batches, with scripted faults."""

import hashlib
import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-test-0123456789abcdef"


class Endpoint:
    """What the server does, and what it has seen.

    Attributes:
        faults: taken one by one, each for one request to chat completions, before normal answers.
        seen: the body of each request to chat completions, in order.
        repeats: how often each body was seen.
    """

    def __init__(self, text=None, delay=0.0):
        self.faults = []
        self.text = text or text_of
        self.delay = delay
        self.key = KEY
        self.models = ["tiny", "small"]
        self.lists_models = True
        self.seen, self.paths, self.times = [], [], []
        self.repeats = Counter()
        self.in_flight = self.most_in_flight = 0
        self.files, self.batches = {}, {}
        self.lock = threading.Lock()
        self.stop = threading.Event()
        self.url = None


def text_of(body):
    """Return a text that depends on the request, and no two of which are alike."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return " ".join(digest[i : i + 6] for i in range(0, 48, 6))


def completion(text, finish_reason="stop", refusal=None, usage=True):
    """Return the JSON of a chat completion."""
    message = {"role": "assistant", "content": text, "refusal": refusal}
    tokens = {"prompt_tokens": 10, "completion_tokens": 8, "total_tokens": 18}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "tiny",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        **({"usage": tokens} if usage else {}),
    }


class Fault:
    """One scripted answer in place of the normal one."""

    def __init__(self, status=200, body=None, headers=(), silent=0.0, cut=False):
        self.status, self.headers, self.silent, self.cut = status, dict(headers), silent, cut
        self.body = body if isinstance(body, bytes) else json.dumps(body or {}).encode()


def error(status, message="no luck", code=None, **headers):
    """Return a fault with the JSON of an OpenAI error."""
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return Fault(status, {"error": {"message": message, "code": code}}, named)


def _handler(endpoint):  # noqa: C901
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_):
            pass

        def answer(self, status, body, headers=(), cut=False):
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            for name, value in dict(headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if cut else content)
            self.close_connection = self.close_connection or cut

        def refused(self):
            if self.headers.get("Authorization") == f"Bearer {endpoint.key}":
                return False
            said = f"Incorrect API key provided: {self.headers.get('Authorization')}"
            self.answer(401, {"error": {"message": said, "code": "invalid_api_key"}})
            return True

        def do_GET(self):
            endpoint.paths.append(self.path)
            if self.refused():
                return
            parts = self.path.strip("/").split("/")[1:]
            if parts == ["models"] and endpoint.lists_models:
                self.answer(200, {"data": [{"id": name} for name in endpoint.models]})
            elif parts[0] == "batches" and parts[1] in endpoint.batches:
                self.answer(200, endpoint.batches[parts[1]])
            elif parts[0] == "files" and parts[1] in endpoint.files:
                self.answer(200, endpoint.files[parts[1]])
            else:
                self.answer(404, {"error": {"message": "no such thing"}})

        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"]))
            with endpoint.lock:
                endpoint.paths.append(self.path)
            if self.path.endswith("/files"):
                self.take_file(content)
            elif self.path.endswith("/batches"):
                self.take_batch(json.loads(content))
            elif self.path.endswith("/chat/completions"):
                self.complete(json.loads(content))
            else:
                self.answer(404, b"<html>not here</html>")

        def complete(self, body):
            with endpoint.lock:
                endpoint.seen.append(body)
                endpoint.times.append(time.monotonic())
                endpoint.repeats[json.dumps(body, sort_keys=True)] += 1
                endpoint.in_flight += 1
                endpoint.most_in_flight = max(endpoint.most_in_flight, endpoint.in_flight)
                fault = endpoint.faults.pop(0) if endpoint.faults else None
            try:
                self.complete_with(fault, body)
            except OSError:
                self.close_connection = True  # the client has gone, as is scripted
            finally:
                with endpoint.lock:
                    endpoint.in_flight -= 1

        def complete_with(self, fault, body):
            if self.refused():
                return
            if endpoint.delay:
                endpoint.stop.wait(endpoint.delay)
            if fault:
                endpoint.stop.wait(fault.silent)
                self.answer(fault.status, fault.body, fault.headers, fault.cut)
            elif body["model"] not in endpoint.models:
                said = f"The model `{body['model']}` does not exist"
                self.answer(404, {"error": {"message": said, "code": "model_not_found"}})
            else:
                self.answer(200, completion(endpoint.text(body)))

        def take_file(self, content):
            kind = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            for part in BytesParser().parsebytes(kind + content).walk():
                if part.get_filename():
                    name = f"file-{len(endpoint.files)}"
                    endpoint.files[name] = part.get_payload(decode=True)
            self.answer(200, {"id": name, "object": "file", "purpose": "batch"})

        def take_batch(self, asked):
            name = f"batch_{len(endpoint.batches)}"
            endpoint.batches[name] = {
                "id": name,
                "object": "batch",
                "status": "in_progress",
                "endpoint": asked["endpoint"],
                "input_file_id": asked["input_file_id"],
                "completion_window": asked["completion_window"],
                "created_at": 1,
            }
            self.answer(200, endpoint.batches[name])

    return Handler


@contextmanager
def serving(**options):
    """Yield an endpoint that runs until the end."""
    endpoint = Endpoint(**options)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, request, client_address):
            pass  # clients that are killed reset their connections

    server = Server(("127.0.0.1", 0), _handler(endpoint))
    endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.stop.set()
        server.shutdown()
        server.server_close()
        thread.join()


def run_batch(endpoint, name, answers=None):
    """Finish a batch: answer each line of its file as chat completions would.

    Args:
        endpoint: where it lies.
        name: of the batch.
        answers: gives, for each line's number from 0, what stands in for its usual result line.
    """
    batch = endpoint.batches[name]
    lines = []
    for number, line in enumerate(endpoint.files[batch["input_file_id"]].splitlines()):
        asked = json.loads(line)
        assert (asked["method"], asked["url"]) == ("POST", "/v1/chat/completions")
        body = completion(endpoint.text(asked["body"]))
        result = {
            "id": f"r{number}",
            "custom_id": asked["custom_id"],
            "response": {"status_code": 200, "request_id": "q", "body": body},
            "error": None,
        }
        lines.append(json.dumps((answers or {}).get(number, result)))
    endpoint.files[f"{name}-out"] = "\n".join(lines).encode()
    batch |= {"status": "completed", "output_file_id": f"{name}-out"}
    batch["request_counts"] = {"completed": len(lines), "failed": 0, "total": len(lines)}
