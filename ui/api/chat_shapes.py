"""Chat shapes: what OpenAI's clients send and expect, as far as it means anything to a course."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from rag import Message, QuestionInvalid
from rag.markers import without_markers
from ui.api.shapes import AnswerShape

_MOST_MESSAGES: Final = 1_000
_FOOTNOTE = re.compile(r"^\[\^[\w-]+\]:.*$", re.MULTILINE)
_TOKEN = re.compile(r"\w{1,8}|[^\w\s]")
_ESCAPED = re.compile(r"\\([^\w\s])")

_EXAMPLE: JsonDict = {
    "model": "deep-learning",
    "messages": [{"role": "user", "content": "What are the gates of an LSTM?"}],
}


class Part(BaseModel):
    """A piece of a message; of pictures and files nothing is taken."""

    type: Annotated[str, Field(max_length=100)]
    text: str | None = None


class ChatMessage(BaseModel):
    """One message; those of the system are not obeyed, for what is answered is what the course says."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.text)


class StreamOptions(BaseModel):
    """What a stream is to bring beside the answer."""

    include_usage: bool | None = False


class ChatRequest(BaseModel):
    """A conversation with a course. What else OpenAI's clients send (temperature, tools, …) changes nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    model: Annotated[str, Field(max_length=200, description="The id of a course.")]
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=_MOST_MESSAGES)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Annotated[int | None, Field(ge=1, le=1, description="There is one answer.")] = 1

    @property
    def streams_usage(self) -> bool:
        """Whether a stream ends with what was counted."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def tokens(self) -> int:
        """Those of all that was said."""
        return sum(_tokens(message.text) for message in self.messages)

    def question(self) -> str:
        """What is asked: the last message. Raises `QuestionInvalid` where that is not the user's."""
        last = self.messages[-1]
        if last.role != "user":
            raise QuestionInvalid("The last message must be the user's; it is the question.")
        return last.text

    def history(self) -> list[Message]:
        """What was said before, without footnotes, their marks, and what Markdown escapes."""
        return [
            Message("user" if message.role == "user" else "assistant", _plain(message.text))
            for message in self.messages[:-1]
            if message.role in ("user", "assistant")
        ]


def _plain(text: str) -> str:
    return without_markers(_ESCAPED.sub(r"\1", _FOOTNOTE.sub("", text)))


class AssistantMessage(BaseModel):
    """The answer, as Markdown with footnotes."""

    role: Literal["assistant"]
    content: str


class Choice(BaseModel):
    """The only one."""

    index: int
    message: AssistantMessage
    finish_reason: Literal["stop"]


class Usage(BaseModel):
    """Tokens of what was sent and of the answer: marks, words, and each eight letters of longer ones.

    Which the model takes is its own affair, and where the course's own sentences answer, there is none.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """An answer as OpenAI's clients expect it; `coursecite` holds all of it: sentences, support and citations."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    coursecite: AnswerShape


class Model(BaseModel):
    """A course that can be asked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "deep-learning",
                    "object": "model",
                    "created": 0,
                    "owned_by": "coursecite",
                    "name": "Deep Learning",
                }
            ]
        }
    )

    id: str
    object: Literal["model"]
    created: int
    owned_by: str
    name: str


class Models(BaseModel):
    """All of them."""

    object: Literal["list"]
    data: list[Model]


def completion(identity: str, asked: ChatRequest, content: str, row: dict[str, Any]) -> dict[str, Any]:
    """A whole answer."""
    message = {"role": "assistant", "content": content}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    parts = {"choices": choices, "usage": _usage(asked, content), "coursecite": row}
    return _head(identity, "chat.completion", asked.model) | parts


def chunk(identity: str, asked: ChatRequest, delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    """A piece of one."""
    choices: Sequence[dict[str, Any]] = [{"index": 0, "delta": delta, "finish_reason": finish_reason}]
    uncounted = {"usage": None} if asked.streams_usage else {}
    return _head(identity, "chat.completion.chunk", asked.model) | {"choices": choices} | uncounted


def usage_chunk(identity: str, asked: ChatRequest, content: str) -> dict[str, Any]:
    """The last piece of an answer that was `content`, for whoever wants to know what was counted."""
    counted: dict[str, Any] = {"choices": [], "usage": _usage(asked, content)}
    return _head(identity, "chat.completion.chunk", asked.model) | counted


def model_row(slug: str, title: str) -> dict[str, Any]:
    """A course as a model."""
    return {"id": slug, "object": "model", "created": 0, "owned_by": "coursecite", "name": title}


def _usage(asked: ChatRequest, content: str) -> dict[str, int]:
    sent, answered = asked.tokens(), _tokens(content)
    return {"prompt_tokens": sent, "completion_tokens": answered, "total_tokens": sent + answered}


def _tokens(text: str) -> int:
    """How many, as `Usage` counts them.

    >>> _tokens("Mitochondria release energy.")
    5
    """
    return sum(1 for _ in _TOKEN.finditer(text))


def _head(identity: str, kind: str, model: str) -> dict[str, Any]:
    return {"id": identity, "object": kind, "created": int(time.time()), "model": model}
