"""Shapes: the JSON that comes in and goes out, as the API's description shows it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from rag import Support
from rag.assistant import LONGEST_QUESTION
from ui.courses import LONGEST_TITLE, Language, Origin

Question = Annotated[str, Field(max_length=LONGEST_QUESTION, description="What is asked; not empty, and text.")]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, description="Of a course; printable.")]
_MOST_TURNS = 100
_LONGEST_TURN = 20_000

ANSWER_EXAMPLE: JsonDict = {
    "question": "What are the gates of an LSTM?",
    "asked": "What are the gates of an LSTM?",
    "answered": True,
    "confidence": 0.93,
    "text": "LSTMs use a memory cell, input gate, output gate, and forget gate.",
    "sentences": [
        {
            "text": "LSTMs use a memory cell, input gate, output gate, and forget gate.",
            "support": "supported",
            "citations": [1],
        }
    ],
    "citations": [
        {
            "number": 1,
            "doc_id": "lstm.md",
            "title": "Recurrent networks",
            "place": "§ Long Short-Term Memory (LSTM)",
            "quote": "LSTMs use a memory cell, input gate, output gate, and forget gate.",
            "start": 1200,
            "end": 1266,
        }
    ],
    "retrieved": [{"doc_id": "lstm.md", "start": 900, "end": 1900, "score": 0.031}],
    "nearest": [],
    "model": "quoted",
    "index_version": "5b1f0c",
    "timings": {"retrieve_ms": 9.1, "first_token_ms": 0.0, "total_ms": 720.5},
    "conversation": 17,
    "turn": 41,
    "not_saved": "",
}


class Strict(BaseModel):
    """What comes in: a misspelt name is an error, and not ignored."""

    model_config = ConfigDict(extra="forbid")


class PastTurn(Strict):
    """Something said before."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=_LONGEST_TURN)]


class AskRequest(Strict):
    """A question about a course."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "What are the gates of an LSTM?", "course": "deep-learning"}]},
    )

    question: Question
    course: Annotated[str, Field(max_length=200, description="Its id; may be left out where there is one only.")] = ""
    history: Annotated[
        list[PastTurn], Field(max_length=_MOST_TURNS, description="What was said before, for a follow-up.")
    ] = []
    conversation: Annotated[
        int | None, Field(description="A conversation of your own to go on with, in the place of `history`.")
    ] = None
    keep: Annotated[bool, Field(description="Whether question and answer are kept in a conversation.")] = True

    @model_validator(mode="after")
    def _one_past(self) -> AskRequest:
        if self.history and self.conversation is not None:
            raise ValueError("give `history` or `conversation`, not both")
        return self


class SentenceShape(BaseModel):
    """A sentence of an answer, how well its citations support it, and their numbers."""

    text: str
    support: Support
    citations: list[int]


class CitationShape(BaseModel):
    """The words that prove a sentence: characters `start` to `end` of the document's text."""

    number: int
    doc_id: str
    title: str
    place: str
    quote: str
    start: int
    end: int


class HitShape(BaseModel):
    """A passage that the search found."""

    doc_id: str
    start: int
    end: int
    score: float


class NearShape(BaseModel):
    """A section that comes near a question that the course does not answer."""

    doc_id: str
    title: str
    place: str


class TimingsShape(BaseModel):
    """Milliseconds since the question's turn came."""

    retrieve_ms: float
    first_token_ms: float
    total_ms: float


class AnswerShape(BaseModel):
    """An answer, or a refusal (`answered` is false); and where it is kept, if it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER_EXAMPLE]})

    question: str
    asked: str
    answered: bool
    confidence: float
    text: str
    sentences: list[SentenceShape]
    citations: list[CitationShape]
    retrieved: list[HitShape]
    nearest: list[NearShape]
    model: str
    index_version: str
    timings: TimingsShape
    conversation: int | None
    turn: int | None
    not_saved: Annotated[str, Field(description="Why it could not be kept, where it could not.")]


class CourseShape(BaseModel):
    """A course; it is asked by its `id`, once it is `ready`. Only one whose `origin` is `created` can be changed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "deep-learning",
                    "title": "Deep Learning",
                    "ready": True,
                    "language": "en",
                    "documents": 12,
                    "origin": "created",
                }
            ]
        }
    )

    id: str
    title: str
    ready: bool
    language: Annotated[str, Field(description="That of what answers now.")]
    documents: int
    origin: Annotated[Origin, Field(description="Whether it came with the program, or was given to the server.")]


class CoursesShape(BaseModel):
    """The courses that whoever asks may open."""

    courses: list[CourseShape]


class CourseRequest(Strict):
    """A new course."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"title": "Zellbiologie", "language": "de"}]}
    )

    title: Title
    language: Language = "en"


class CourseChange(Strict):
    """What is to be another: the title, the language, or both."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"title": "Cell Biology II"}]})

    title: Title | None = None
    language: Language | None = None

    @model_validator(mode="after")
    def _something(self) -> CourseChange:
        if self.title is None and self.language is None:
            raise ValueError("give `title`, `language`, or both")
        return self


class FileReportShape(BaseModel):
    """What was read of a file: warnings are sentences, `skipped` says why nothing was."""

    name: str
    documents: int
    pages: int
    characters: int
    passages: int
    warnings: list[str]
    skipped: str


class FileShape(BaseModel):
    """A file of a course: its bytes, and what was read of it; null as long as it is not in the index that answers."""

    name: str
    size: int
    report: FileReportShape | None


class IndexingShape(BaseModel):
    """How far the indexing of a course is; `problem` is a sentence where it failed."""

    stage: Literal["idle", "waiting", "reading", "failed"]
    busy: bool
    name: str
    done: int
    total: int
    passages: int
    problem: str


class DocumentsShape(BaseModel):
    """The files of a course. Answers come from what was read before until `indexing` is no longer busy."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "files": [
                        {
                            "name": "week-1.pdf",
                            "size": 48211,
                            "report": {
                                "name": "week-1.pdf",
                                "documents": 1,
                                "pages": 12,
                                "characters": 20871,
                                "passages": 24,
                                "warnings": [],
                                "skipped": "",
                            },
                        }
                    ],
                    "indexing": {
                        "stage": "idle",
                        "busy": False,
                        "name": "",
                        "done": 0,
                        "total": 0,
                        "passages": 0,
                        "problem": "",
                    },
                }
            ]
        }
    )

    files: list[FileShape]
    indexing: IndexingShape


class StoredShape(BaseModel):
    """A file that was put in place, under the name that it has there."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "week-1.pdf", "size": 48211}]})

    name: str
    size: int


class ConversationShape(BaseModel):
    """A conversation that whoever asks has had."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 17,
                    "course": "deep-learning",
                    "title": "What are the gates of an LSTM?",
                    "turns": 2,
                    "created": "2026-11-25T20:11:09+00:00",
                    "changed": "2026-11-25T20:12:40+00:00",
                }
            ]
        }
    )

    id: int
    course: str
    title: str
    turns: int
    created: str
    changed: str


class ConversationsShape(BaseModel):
    """Those in which all the words stand, the one changed last first; 500 at most."""

    conversations: list[ConversationShape]


class TurnShape(BaseModel):
    """A question and its answer, as `POST /ask` gave it; null where none came. `note` says what stopped it."""

    id: int
    question: str
    asked_at: str
    state: Literal["asked", "finished", "stopped", "failed"]
    note: str
    thumb: Literal["up", "down"] | None
    answer: dict[str, Any] | None


class WholeConversationShape(ConversationShape):
    """A conversation with its turns."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    history: list[TurnShape]


class TitleRequest(Strict):
    """Another title."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"title": "Gates"}]})

    title: Annotated[str, Field(min_length=1, max_length=1_000, description="Cut to 200 characters.")]


class FeedbackRequest(Strict):
    """What a learner thinks of an answer."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"thumb": "down", "reason": "It is about another course."}]}
    )

    thumb: Literal["up", "down"]
    reason: Annotated[str, Field(max_length=10_000, description="Cut to 2,000 characters.")] = ""


class MeasureShape(BaseModel):
    """One measure of a run in words, and its difference to the run before."""

    label: str
    value: str
    interval: str
    before: str
    change: str
    verdict: str


class RunShape(BaseModel):
    """A finished run; `won`, `lost` and `changed` are questions, beside the run before."""

    name: str
    started: str
    questions: int
    measures: list[MeasureShape]
    won: list[str]
    lost: list[str]
    changed: list[str]


class EvaluationStateShape(BaseModel):
    """How far the run of a course is; `problem` is a sentence where the last one failed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"busy": True, "stage": "asking", "done": 3, "total": 134, "problem": ""}]}
    )

    busy: bool
    stage: str
    done: int
    total: int
    problem: str


class EvaluationsShape(BaseModel):
    """The runs of a course's question set, the newest first."""

    state: EvaluationStateShape
    runs: list[RunShape]


class ErrorDetail(BaseModel):
    """What is wrong: a word for programs, and a sentence for people that says what to do."""

    code: str
    message: str
    type: str
    param: str | None


class ErrorShape(BaseModel):
    """What is answered where something cannot be done."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "code": "course_gone",
                        "message": "This course is not here any more; choose another one.",
                        "type": "not_found_error",
                        "param": None,
                    }
                }
            ]
        }
    )

    error: ErrorDetail
