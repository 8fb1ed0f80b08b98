"""How a server bears many learners: ``python -m eval.bench.load --learners 200 --asking 8 --minutes 10``.

Starts a server over the included course, with a data folder of its own, and has each learner connect, think,
ask over the API as the answer comes (server-sent events), and think again; no more than `asking` of them ask at
once. Printed are what became of the questions, how long they took, and what memory the server held, from
beginning to end.
The exit code is 1 where a question was neither answered nor refused for load. Needs Linux.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import httpx2

from eval.bench.memory import resident_mb
from eval.questions import read_questions

_SET = Path(__file__).parents[1] / "sets" / "deep-learning-applications-in-healthcare.jsonl"
_SERVE = "from ui.cli import main; main()"
_STARTS_WITHIN = 300.0
_LOAD = (429, 503)
"""Statuses by which a server says that it has too much to do."""

ANSWERED, REFUSED, FAILED = "answered", "refused for load", "failed"


@dataclass
class Load:
    """What was seen: questions by what became of them, the seconds that answers took, and pairs of time and MB."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The same for people."""
        yield ", ".join(f"{count:,} {outcome}" for outcome, count in self.outcomes.most_common())
        if len(self.seconds) > 1:
            cuts = quantiles(self.seconds, n=20)
            took = median(self.seconds), cuts[18], max(self.seconds)
            yield "answers took {:.1f} s (median), {:.1f} s (95 %), {:.1f} s at most".format(*took)
        if self.memory:
            yield f"the server held, from fifth to fifth of the time, {', '.join(_fifths(self.memory))} MB"
        yield from self.failures[:10]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what came of it; the exit code."""
    asked = _asked(arguments)
    questions = [question.text for question in read_questions(_SET)]
    with TemporaryDirectory() as data, _server(Path(data)) as (address, pid):
        load = asyncio.run(drive(address, pid, questions, asked.learners, asked.asking, 60 * asked.minutes))
    for line in load.lines():
        sys.stdout.write(f"{line}\n")
    return 1 if load.outcomes[FAILED] else 0


async def drive(address: str, pid: int, questions: Sequence[str], learners: int, asking: int, seconds: float) -> Load:
    """Have so many learners ask for so long, `asking` of them at once."""
    load, until, turn = Load(), time.monotonic() + seconds, asyncio.Semaphore(asking)
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx2.AsyncClient(base_url=address, limits=limits, timeout=120, trust_env=False) as client:
        watching = asyncio.create_task(_watch(load, pid))
        await asyncio.gather(*(_learner(client, load, questions, turn, until, seed) for seed in range(learners)))
        watching.cancel()
    return load


async def _learner(
    client: httpx2.AsyncClient,
    load: Load,
    questions: Sequence[str],
    turn: asyncio.Semaphore,
    until: float,
    seed: int,
) -> None:
    chance = random.Random(seed)  # noqa: S311 - so that a run can be repeated
    while time.monotonic() < until:
        await asyncio.sleep(min(chance.uniform(0, 20), max(until - time.monotonic(), 0)))
        async with turn:
            if time.monotonic() < until:
                await _ask(client, load, chance.choice(questions))


async def _ask(client: httpx2.AsyncClient, load: Load, question: str) -> None:
    began = time.monotonic()
    try:
        outcome, problem = await _outcome(client, question)
    except httpx2.HTTPError as error:
        outcome, problem = FAILED, repr(error)
    load.outcomes[outcome] += 1
    if outcome == ANSWERED:
        load.seconds.append(time.monotonic() - began)
    if problem:
        load.failures.append(problem)


async def _outcome(client: httpx2.AsyncClient, question: str) -> tuple[str, str]:
    """What became of a question, and what went wrong, if anything."""
    headers = {"Accept": "text/event-stream"}
    name = row = ""
    async with client.stream("POST", "/api/v1/ask", json={"question": question}, headers=headers) as response:
        if response.status_code in _LOAD and "retry-after" in response.headers:
            return REFUSED, ""
        if response.status_code != 200:
            return FAILED, f"{response.status_code}: {(await response.aread()).decode(errors='replace')[:200]}"
        async for line in response.aiter_lines():
            name = line.removeprefix("event: ") if line.startswith("event: ") else name
            row = line.removeprefix("data: ") if line.startswith("data: ") else row
    if name == "done":
        return ANSWERED, ""
    is_load = name == "error" and json.loads(row).get("code") in ("line_full", "server_stopping")
    return (REFUSED, "") if is_load else (FAILED, f"the stream ended with {name or 'nothing'}: {row[:200]}")


async def _watch(load: Load, pid: int) -> None:
    while True:
        load.memory.append((time.monotonic(), resident_mb(pid)))
        await asyncio.sleep(1)


def _fifths(memory: Sequence[tuple[float, float]]) -> list[str]:
    """The medians: what the first one has more to come is loading, what the others have is a leak."""
    held = [mb for _, mb in memory]
    fifth = max(len(held) // 5, 1)
    return [f"{median(held[at : at + fifth]):,.0f}" for at in range(0, min(5 * fifth, len(held)), fifth)]


@contextmanager
def _server(data: Path) -> Iterator[tuple[str, int]]:
    """The address of a server that is ready, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", _SERVE, "serve", "--port", str(port)]
    server = subprocess.Popen(  # noqa: S603 - our own program
        command, env={**os.environ, "COURSECITE_DATA": str(data)}, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(60)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    with httpx2.Client(trust_env=False, timeout=5) as client:
        while time.monotonic() < until and server.poll() is None:
            try:
                if client.get(f"{address}/readyz").status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            time.sleep(0.5)
    raise SystemExit("The server did not start.")


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.bench.load", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--asking", type=int, default=8, help="of them at once")
    parser.add_argument("--minutes", type=float, default=10)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
