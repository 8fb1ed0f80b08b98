"""Courses as models, asked by the official client against a server on this machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import openai
import pytest

from rag import Answer, ModelFailed, record
from tests.ui.api.programs import api_over
from tests.ui.conftest import FakeAssistant, one_course
from tests.ui.serving import serving
from ui.asking import Asking
from ui.journal import Journal
from ui.markdown import to_markdown
from ui.waiting import Line

pytestmark = pytest.mark.loopback

HELLO = [{"role": "user", "content": "What is mitosis?"}]


@pytest.fixture
def asking() -> Asking:
    return Asking(Line(longest=1))


@pytest.fixture
def address(assistant: FakeAssistant, sqlite_journal: Journal, asking: Asking) -> Iterator[str]:
    with serving(api_over(one_course(assistant), sqlite_journal, asking=asking)) as address:
        yield f"{address}/v1"


@pytest.fixture
def client(address: str, sqlite_journal: Journal) -> Iterator[openai.OpenAI]:
    _, secret = sqlite_journal.keys.add("Open WebUI", ["ask"])
    with openai.OpenAI(base_url=address, api_key=secret, max_retries=0, timeout=20) as client:
        yield client


def test_each_course_is_a_model(client: openai.OpenAI) -> None:
    assert [(one.id, one.object, one.name) for one in client.models.list()] == [("course", "model", "Biology")]
    assert client.models.retrieve("course").owned_by == "coursecite"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("other")


def test_an_answer_has_footnotes_and_brings_its_citations_along(
    client: openai.OpenAI, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.enqueue(answer)

    got = client.chat.completions.create(model="course", messages=HELLO, temperature=0.9, max_tokens=5)

    [choice] = got.choices
    assert (choice.message.role, choice.finish_reason, got.object) == ("assistant", "stop", "chat.completion")
    assert choice.message.content == to_markdown(answer)
    assert "Mitosis gives two equal nuclei.[^1]" in choice.message.content
    assert "[^1]: Cells and their energy, § Mitosis: “Mitosis divides one nucleus" in choice.message.content
    assert got.coursecite["citations"] == record(answer)["citations"]


def test_a_stream_comes_to_the_same(client: openai.OpenAI, assistant: FakeAssistant, answer: Answer) -> None:
    assistant.enqueue(answer)

    chunks = list(client.chat.completions.create(model="course", messages=HELLO, stream=True))

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == to_markdown(answer)
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert chunks[0].choices[0].delta.role == "assistant"
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    assert chunks[-1].coursecite["text"] == answer.text


def test_tokens_are_counted_whole_and_in_a_stream_where_that_is_asked_for(
    client: openai.OpenAI, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.enqueue(answer, answer)
    said = [{"role": "system", "content": "Be brief."}, *HELLO]

    usage = client.chat.completions.create(model="course", messages=said).usage
    stream = client.chat.completions.create(
        model="course", messages=said, stream=True, stream_options={"include_usage": True}
    )
    *pieces, last = stream

    assert usage
    assert usage.prompt_tokens == len("Be brief . What is mitosis ?".split())
    assert usage.completion_tokens > len(answer.text.split())
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert (last.choices, last.usage, last.id) == ([], usage, pieces[0].id)
    assert {piece.usage for piece in pieces} == {None}
    assert pieces[-1].coursecite["text"] == answer.text


@pytest.mark.parametrize("stream", [False, True])
def test_a_refusal_names_the_nearest_sections(
    client: openai.OpenAI, assistant: FakeAssistant, refusal: Answer, stream: bool
) -> None:
    assistant.enqueue(refusal)

    got = client.chat.completions.create(model="course", messages=HELLO, stream=stream)

    pieces = [chunk.choices[0].delta.content or "" for chunk in got] if stream else [got.choices[0].message.content]
    assert "".join(pieces) == to_markdown(refusal)
    assert "§ Mitosis" in "".join(pieces)


def test_what_was_said_before_is_understood_and_what_the_system_says_is_not_obeyed(
    client: openai.OpenAI, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.enqueue(answer)
    said = to_markdown(replace(answer, citations=answer.citations))

    client.chat.completions.create(
        model="course",
        messages=[
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": [{"type": "text", "text": "What is mitosis?"}]},
            {"role": "assistant", "content": said},
            {"role": "user", "content": "and meiosis?"},
        ],
    )

    [history] = assistant.histories
    assert [message.role for message in history] == ["user", "assistant"]
    assert history[0].content == "What is mitosis?"
    assert history[1].content == "Mitosis gives two equal nuclei. It is followed by meiosis. (weakly supported)"


def test_mistakes_are_the_errors_that_the_client_knows(
    client: openai.OpenAI, address: str, assistant: FakeAssistant, asking: Asking
) -> None:
    ask = client.chat.completions.create
    wrong = openai.OpenAI(base_url=address, api_key="coursecite_wrong", max_retries=0, timeout=20)
    with wrong as stranger, pytest.raises(openai.AuthenticationError, match="This API key is wrong"):
        stranger.models.list()
    with pytest.raises(openai.NotFoundError) as unknown:
        ask(model="gpt-4o", messages=HELLO)
    assert (unknown.value.code, unknown.value.type) == ("model_not_found", "not_found_error")
    with pytest.raises(openai.UnprocessableEntityError, match="The last message must be the user's"):
        ask(model="course", messages=[{"role": "assistant", "content": "Hi"}])
    with pytest.raises(openai.UnprocessableEntityError, match="question is empty"):
        ask(model="course", messages=[{"role": "user", "content": [{"type": "image_url"}]}])
    with pytest.raises(openai.UnprocessableEntityError, match=r"body\.n"):
        ask(model="course", messages=HELLO, n=2)
    with asking.line.place(), pytest.raises(openai.InternalServerError) as full:
        ask(model="course", messages=HELLO, stream=True)
    assert (full.value.status_code, full.value.code) == (503, "line_full")
    assert assistant.histories == []


def test_a_model_that_breaks_off_is_an_error_in_the_stream_too(client: openai.OpenAI, assistant: FakeAssistant) -> None:
    assistant.enqueue(ModelFailed("The model broke off."), ModelFailed("The model broke off."))

    with pytest.raises(openai.InternalServerError, match="The model broke off"):
        client.chat.completions.create(model="course", messages=HELLO)
    with pytest.raises(openai.APIError, match="The model broke off"):
        list(client.chat.completions.create(model="course", messages=HELLO, stream=True))


def test_the_client_tries_again_when_it_was_told_to(
    client: openai.OpenAI, assistant: FakeAssistant, answer: Answer, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.waiting._MOMENT", 0.2)
    assistant.enqueue(answer)
    with ExitStack() as line:
        line.enter_context(asking.line.place())
        leaving = threading.Timer(0.3, line.close)
        leaving.start()
        got = client.with_options(max_retries=5).chat.completions.create(model="course", messages=HELLO)
        leaving.join()

    assert got.choices[0].message.content == to_markdown(answer)


def test_the_client_for_asyncio_works_too(
    address: str, sqlite_journal: Journal, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.enqueue(answer)
    _, secret = sqlite_journal.keys.add("Async", ["ask"])

    async def asked() -> str:
        async with openai.AsyncOpenAI(base_url=address, api_key=secret, max_retries=0, timeout=20) as client:
            stream = await client.chat.completions.create(model="course", messages=HELLO, stream=True)
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    assert asyncio.run(asked()) == to_markdown(answer)
