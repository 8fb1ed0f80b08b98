"""Settings: a few values, read once from the environment at the edge; they never build anything."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from platformdirs import user_data_path

PACKAGED = "packaged"
NO_ADAPTER = "off"
Answers = Literal["auto", "quoted", "written"]
LogFormat = Literal["plain", "json"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose. Each field's environment variable is its name with COURSECITE_ before it."""

    data: Path
    """Where indexes and downloaded models live (COURSECITE_DATA)."""

    model: str = PACKAGED
    """The packaged GGUF, a path to one, ``owner/repo[:file.gguf]`` on the hub, or an http(s) address
    of an OpenAI-compatible server with ``#model`` at its end (COURSECITE_MODEL)."""

    model_key: str = field(default="", repr=False)
    """The key for such a server (COURSECITE_MODEL_KEY)."""

    adapter: str = NO_ADAPTER
    """What the model was taught beside its own weights: nothing (``off``); ``packaged``, the adapter that comes with
    the program, where it was made for this very model; or a path to another (COURSECITE_ADAPTER)."""

    embedder: str = PACKAGED
    """The packaged all-MiniLM-L6-v2, or a folder with a sentence-transformers model (COURSECITE_EMBEDDER)."""

    reranker: str = ""
    """A cross-encoder that orders the passages found anew: a folder, or ``owner/repo`` on the hub; none where
    this is empty (COURSECITE_RERANKER)."""

    answers: Answers = "auto"
    """Who words an answer: ``quoted``, the course alone; ``written``, the model, where the course supports
    what it writes; ``auto``, the model where its self-test has shown that this is better (COURSECITE_ANSWERS)."""

    strictness: float = 0.5
    """How near a passage must come to a question to be an answer: from 0, anything found, to 1
    (COURSECITE_STRICTNESS)."""

    threads: int = 0
    """Threads for the model; 0 takes the machine's cores (COURSECITE_THREADS)."""

    database: str = field(default="", repr=False)
    """Where questions, answers and accounts are kept, if not in the data folder; may hold a password
    (COURSECITE_DATABASE)."""

    public_url: str = ""
    """The address under which people reach this server, where another one stands before it; learning
    platforms send people back to it (COURSECITE_PUBLIC_URL)."""

    log: LogFormat = "plain"
    """What a server writes to stderr: ``plain``, warnings and errors; ``json``, each request and question too, as
    JSON (COURSECITE_LOG)."""

    log_questions: bool = False
    """Whether the log holds what was asked (COURSECITE_LOG_QUESTIONS)."""

    line: int = 100
    """How many questions may wait for the model of a server (COURSECITE_LINE)."""

    questions_per_minute: int = 30
    """How many questions one person may ask a server in a minute (COURSECITE_QUESTIONS_PER_MINUTE)."""

    requests_per_minute: int = 600
    """How many requests to the API may come from one address in a minute, and from one person's chat
    (COURSECITE_REQUESTS_PER_MINUTE)."""

    launches_per_minute: int = 600
    """How many people may come from learning platforms, by one address, in a minute
    (COURSECITE_LAUNCHES_PER_MINUTE)."""

    origins: tuple[str, ...] = ()
    """Web sites whose pages may call the API, as ``https://…`` (COURSECITE_ORIGINS)."""

    participation: bool = False
    """Whether learning platforms that are registered for it are told which learners took part in an activity
    (COURSECITE_PARTICIPATION)."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Raises `ValueError`, with a sentence, for a value that is none."""
        threads = environment.get("COURSECITE_THREADS", "0")
        if not threads.isdecimal():
            raise ValueError(f"COURSECITE_THREADS is {threads!r}; set it to a number of threads.")
        data = environment.get("COURSECITE_DATA")
        return cls(
            data=Path(data).expanduser() if data else user_data_path("coursecite", appauthor=False),
            database=environment.get("COURSECITE_DATABASE", ""),
            model=environment.get("COURSECITE_MODEL") or PACKAGED,
            model_key=environment.get("COURSECITE_MODEL_KEY", ""),
            adapter=environment.get("COURSECITE_ADAPTER") or NO_ADAPTER,
            embedder=environment.get("COURSECITE_EMBEDDER") or PACKAGED,
            reranker=environment.get("COURSECITE_RERANKER", ""),
            answers=_answers(environment.get("COURSECITE_ANSWERS", "auto")),
            strictness=_strictness(environment.get("COURSECITE_STRICTNESS", "0.5")),
            threads=int(threads),
            public_url=_public_url(environment.get("COURSECITE_PUBLIC_URL", "")),
            log=_log_format(environment.get("COURSECITE_LOG") or "plain"),
            log_questions=_yes("COURSECITE_LOG_QUESTIONS", environment),
            line=_positive("COURSECITE_LINE", environment, 100),
            questions_per_minute=_positive("COURSECITE_QUESTIONS_PER_MINUTE", environment, 30),
            requests_per_minute=_positive("COURSECITE_REQUESTS_PER_MINUTE", environment, 600),
            launches_per_minute=_positive("COURSECITE_LAUNCHES_PER_MINUTE", environment, 600),
            participation=_yes("COURSECITE_PARTICIPATION", environment),
            origins=_origins(environment.get("COURSECITE_ORIGINS", "")),
        )


def _answers(value: str) -> Answers:
    for known in get_args(Answers):
        if value == known:
            return cast("Answers", known)
    raise ValueError(f"COURSECITE_ANSWERS is {value!r}; set it to auto, quoted or written.")


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ValueError(f"COURSECITE_PUBLIC_URL is {value!r}; set it to an address as https://learn.example.edu.")
    return value.rstrip("/")


def _strictness(value: str) -> float:
    try:
        strictness = float(value)
    except ValueError:
        strictness = -1.0
    if not 0 <= strictness <= 1:
        raise ValueError(f"COURSECITE_STRICTNESS is {value!r}; set it to a number from 0 to 1.")
    return strictness


def _log_format(value: str) -> LogFormat:
    for known in get_args(LogFormat):
        if value == known:
            return cast("LogFormat", known)
    raise ValueError(f"COURSECITE_LOG is {value!r}; set it to plain or json.")


def _yes(name: str, environment: Mapping[str, str]) -> bool:
    value = environment.get(name, "")
    if value not in ("", "0", "1"):
        raise ValueError(f"{name} is {value!r}; set it to 1 or 0.")
    return value == "1"


def _positive(name: str, environment: Mapping[str, str], default: int) -> int:
    value = environment.get(name) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 1_000_000:
        raise ValueError(f"{name} is {value!r}; set it to a number from 1 to 999999.")
    return int(value)


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
    for origin in origins:
        if not re.fullmatch(r"https?://[\w.\[\]:-]+", origin, re.ASCII):
            raise ValueError(
                f"COURSECITE_ORIGINS names {origin!r}; give web sites as https://name, with commas between."
            )
    return origins
