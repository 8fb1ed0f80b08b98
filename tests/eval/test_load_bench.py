import asyncio
import itertools
import os

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from eval.bench import load
from eval.bench.load import ANSWERED, FAILED, REFUSED, Load, drive


def event(name, row="{}"):
    return f"event: {name}\ndata: {row}\n\n"


STREAMS = {
    "done": (event("sources") + event("done", '{"answered": true}'), ANSWERED),
    "full": (event("error", '{"code": "line_full"}'), REFUSED),
    "broken": (event("error", '{"code": "internal_error"}'), FAILED),
    "cut off": (event("sources"), FAILED),
}
STATUSES = {"busy": (429, {"Retry-After": "5"}, REFUSED), "defect": (500, {}, FAILED), "rude": (503, {}, FAILED)}


async def answer(request):
    question = (await request.json())["question"]
    if question in STREAMS:
        return PlainTextResponse(STREAMS[question][0], media_type="text/event-stream")
    status, headers, _ = STATUSES[question]
    return Response("Why", status, headers)


@pytest.fixture
def client(monkeypatch):
    """Every client that is made speaks to the double of a server."""
    app = Starlette(routes=[Route("/api/v1/ask", answer, methods=["POST"])])
    real = httpx2.AsyncClient

    def made(**more):
        return real(transport=httpx2.ASGITransport(app=app), base_url=more["base_url"])

    monkeypatch.setattr(httpx2, "AsyncClient", made)


@pytest.mark.parametrize("question", [*STREAMS, *STATUSES])
def test_what_became_of_a_question_is_told(client, monkeypatch, question):
    monkeypatch.setattr(load.random, "Random", lambda _seed: itertools_random())
    expected = (STREAMS.get(question) or STATUSES[question])[-1]
    found = asyncio.run(drive("http://server", os.getpid(), [question], learners=3, asking=2, seconds=0.3))

    assert set(found.outcomes) == {expected}
    assert len(found.seconds) == (found.outcomes[ANSWERED])
    assert bool(found.failures) == (expected == FAILED)
    assert found.memory[0][1] > 10


def itertools_random():
    class Chance:
        """Learners that think for no time at all."""

        uniform = staticmethod(lambda _least, _most: 0.05)
        choice = staticmethod(lambda options: next(itertools.cycle(options)))

    return Chance()


def test_what_was_seen_is_said_in_lines():
    seen = Load()
    seen.outcomes.update({ANSWERED: 20, REFUSED: 1})
    seen.seconds = [1.0] * 19 + [3.0]
    seen.memory = [(float(second), 100.0 + second) for second in range(100)]
    seen.failures = ["500: Why"] * 20

    lines = list(seen.lines())
    assert lines[0] == "20 answered, 1 refused for load"
    assert lines[1].endswith("3.0 s at most")
    assert lines[2] == "the server held, from fifth to fifth of the time, 110, 130, 150, 170, 190 MB"
    assert lines[3:] == ["500: Why"] * 10
