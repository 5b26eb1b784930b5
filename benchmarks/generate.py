"""How fast replies are asked for: ours, plain AsyncOpenAI, and bespokelabs-curator.

A server in a process of its own answers every request after a fixed time. Ours does everything
that a generation stage does to a request: key, seed, gate, retries, and a commit to the store.

    python benchmarks/generate.py [--requests 2000] [--in-flight 64] [--latency 0.05]
        [--curator PYTHON] [--only NAME] [--rounds 3]

`--curator` is the interpreter of a virtual environment with bespokelabs-curator; without it only
the other two run.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEXT = "The lake lay still that morning, and nobody had seen the boat for three days."
REPLY = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "bench",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": TEXT},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 40, "completion_tokens": 20, "total_tokens": 60},
}
BODY = json.dumps(REPLY).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
BYTES = {bytes([byte]): byte for byte in range(256)}
PROMPT = "Write one sentence about a lake, different from all others, number {}."


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wait: float) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:-2])
            await reader.readexactly(int(fields.get(b"content-length", b"0")))
            await asyncio.sleep(wait)
            writer.write(HEAD % len(BODY) + BODY)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def serve(wait: float, ports: "multiprocessing.Queue[int]") -> None:
    async def run() -> None:
        server = await asyncio.start_server(
            lambda reader, writer: _answer(reader, writer, wait), "127.0.0.1", 0, backlog=512
        )
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def ours(url: str, requests: int, in_flight: int) -> None:
    from synthgap.generate.asking import Asking
    from synthgap.generate.exchange import Request
    from synthgap.generate.llm import Llm, Prices
    from synthgap.generate.store import Store

    settings = Llm(
        base_url=url,
        model="bench",
        api_key_env=None,
        temperature=1.0,
        top_p=1.0,
        max_tokens=100,
        max_tokens_name="max_tokens",
        seed=1,
        extra={},
        concurrency=in_flight,
        requests_per_minute=None,
        tokens_per_minute=None,
        timeout_seconds=60.0,
        retries=3,
        wait_seconds=1.0,
        patience_seconds=60.0,
        price=Prices(prompt=None, completion=None, batch_share=1.0),
        budget_usd=None,
    )

    async def run(store: Store) -> None:
        asking = Asking(settings, store, "none")

        async def one(number: int) -> None:
            messages = (("user", PROMPT.format(number)),)
            await asking.answer(Request("bench", messages, settings.sampling(), number, 0))

        try:
            await asking.side_by_side(one(number) for number in range(requests))
        finally:
            await asking.close()

    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "replies.sqlite")
        begun = time.monotonic()
        asyncio.run(run(store))
        _report(requests, begun)
        assert len(store) == requests
        store.close()


def plain(url: str, requests: int, in_flight: int) -> None:
    import openai

    async def run() -> None:
        client = openai.AsyncOpenAI(base_url=url, api_key="none")
        room = asyncio.Semaphore(in_flight)

        async def one(number: int) -> str | None:
            async with room:
                reply = await client.chat.completions.create(
                    model="bench",
                    messages=[{"role": "user", "content": PROMPT.format(number)}],
                    temperature=1.0,
                    top_p=1.0,
                    max_tokens=100,
                    seed=number,
                )
            return reply.choices[0].message.content

        texts = await asyncio.gather(*(one(number) for number in range(requests)))
        assert len(texts) == requests
        await client.close()

    begun = time.monotonic()
    asyncio.run(run())
    _report(requests, begun)


def curator(url: str, requests: int, in_flight: int) -> None:
    import tiktoken  # type: ignore[import-not-found]

    # It fetches its tokeniser from the network; one that takes bytes for tokens is as quick.
    bytewise = tiktoken.Encoding("bytes", pat_str=".", mergeable_ranks=BYTES, special_tokens={})
    tiktoken.get_encoding = tiktoken.encoding_for_model = lambda name: bytewise

    from bespokelabs import curator as library  # type: ignore[import-not-found]
    from datasets import Dataset

    class Writer(library.LLM):  # type: ignore[misc]
        def prompt(self, row: dict[str, str]) -> str:
            return row["prompt"]

        def parse(self, row: dict[str, str], response: str) -> dict[str, str]:
            return {"text": response}

    writer = Writer(
        model_name="gpt-4o-mini",
        backend="openai",
        backend_params={
            "base_url": f"{url}/chat/completions",
            "api_key": "none",
            "max_concurrent_requests": in_flight,
            "max_requests_per_minute": 10_000_000,
            "max_tokens_per_minute": 1_000_000_000,
        },
        generation_params={"temperature": 1.0, "top_p": 1.0, "max_tokens": 100},
    )
    rows = Dataset.from_list([{"prompt": PROMPT.format(number)} for number in range(requests)])
    begun = time.monotonic()
    found = writer(rows)
    _report(requests, begun)
    assert len(getattr(found, "dataset", found)) == requests


def _report(requests: int, begun: float) -> None:
    seconds = time.monotonic() - begun
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"RESULT {requests / seconds:.1f} {seconds:.2f} {mib:.0f}")


RUNS = {"ours": ours, "plain": plain, "curator": curator}


def measure(name: str, python: str, arguments: argparse.Namespace, url: str) -> list[float]:
    """Return requests a second, seconds and MiB of a run in a process of its own."""
    command = [python, __file__, "--run", name, "--url", url]
    command += ["--requests", str(arguments.requests), "--in-flight", str(arguments.in_flight)]
    with tempfile.TemporaryDirectory() as folder:
        quiet = {"CURATOR_CACHE_DIR": folder, "TELEMETRY_ENABLED": "false", "OPENAI_API_KEY": "x"}
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, **quiet}, check=False
        )
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            return [float(value) for value in line.split()[1:]]
    sys.exit(f"{name} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--curator", metavar="PYTHON")
    parser.add_argument("--only", choices=RUNS)
    parser.add_argument("--run", choices=RUNS, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        RUNS[arguments.run](arguments.url, arguments.requests, arguments.in_flight)
        return
    pythons = {"ours": sys.executable, "plain": sys.executable}
    if arguments.curator:
        pythons["curator"] = arguments.curator
    names = [arguments.only] if arguments.only else list(pythons)
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(arguments.latency, ports), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ports.get()}/v1"
    found: dict[str, list[list[float]]] = {name: [] for name in names}
    # In turns, so that whatever else the machine does meets all of them.
    for _ in range(arguments.rounds):
        for name in names:
            found[name].append(measure(name, pythons[name], arguments, url))
    print(f"{arguments.requests} requests, {arguments.in_flight} in flight, {arguments.latency} s")
    for name, runs in found.items():
        rate, seconds, mib = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{name:8} {rate:7.1f} requests/s {seconds:6.2f} s {mib:6.0f} MiB peak")
    server.terminate()


if __name__ == "__main__":
    main()
