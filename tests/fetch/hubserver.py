"""A stand-in for the hub on the loopback interface: as much as datasets and encoders take."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

COMMIT = "c0ffee" + "0" * 34
CONVERTED = "facade" + "0" * 34
"""The commit of the branch refs/convert/parquet."""


class Server(ThreadingHTTPServer):
    """Serves the datasets and encoders in `folder/<org>/<name>`, each at one commit."""

    def __init__(self, folder: Path, commit: str, has_files: bool) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.commit = commit
        self.has_files = has_files


class Handler(BaseHTTPRequestHandler):
    """Answers what huggingface_hub asks."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        paths = json.loads(self.rfile.read(size))["paths"]
        root = self.server.folder / Path(*self._parts()[2:4])
        self._send([entry(root, root / path) for path in paths if (root / path).exists()])

    def _parts(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]

    def _answer(self) -> None:
        first, second, third, fourth, *more = [*self._parts(), "", "", ""]
        if first == "api" and second in ("datasets", "models"):
            self._describe(self.server.folder / third / fourth, [part for part in more if part])
        elif fourth == "resolve":  # datasets/<org>/<name>/resolve/<revision>/<path>
            path = [part for part in more[1:] if part]
            self._deliver(self.server.folder.joinpath(second, third, *path))
        elif third == "resolve":  # <org>/<name>/resolve/<revision>/<path>: an encoder
            path = [part for part in more if part]
            self._deliver(self.server.folder.joinpath(first, second, *path))
        else:
            self._send_missing("RepoNotFound")

    def _describe(self, root: Path, more: list[str]) -> None:
        if not root.is_dir():
            self._send_missing("RepoNotFound")
        elif more[:1] == ["tree"]:
            self._send([entry(root, file) for file in sorted(root.joinpath(*more[2:]).rglob("*"))])
        else:
            name = root.relative_to(self.server.folder).as_posix()
            is_converted = more == ["revision", "refs/convert/parquet"]
            commit = CONVERTED if is_converted else self.server.commit
            self._send({"id": name, "sha": commit, "siblings": [], "tags": []})

    def _deliver(self, file: Path) -> None:
        if not self.server.has_files:
            self._send_missing("RepoNotFound")
        elif file.is_file():
            content = file.read_bytes()
            tag = f'"{hashlib.sha256(content).hexdigest()}"'
            self._send(content, **{"ETag": tag, "X-Repo-Commit": self.server.commit})
        else:
            self._send_missing("EntryNotFound")

    def _send_missing(self, code: str) -> None:
        self._send({}, 404, **{"X-Error-Code": code, "X-Error-Message": "not found"})

    def _send(self, content: object, status: int = 200, **headers: str) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def hub(folder: Path, commit: str = COMMIT, has_files: bool = True) -> Iterator[str]:
    """Serve a folder laid out like the hub, and yield the endpoint.

    Without `has_files` it still says which commit is the newest, but has lost all files.
    """
    server = Server(folder, commit, has_files)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def entry(root: Path, file: Path) -> dict[str, object]:
    """Return a file or folder as the hub lists it."""
    path = file.relative_to(root).as_posix()
    if file.is_dir():
        return {"type": "directory", "path": path, "oid": "0" * 40, "size": 0}
    oid = hashlib.sha1(file.read_bytes(), usedforsecurity=False).hexdigest()
    return {"type": "file", "path": path, "oid": oid, "size": file.stat().st_size}
