"""Metrics: what Prometheus reads of a server: questions and what became of them, the line, requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from rag import Sentence

Outcome = Literal["answered", "refused", "failed", "stopped", "turned_away"]
"""`refused`: the course does not say; `turned_away`: the line was full, or somebody asked too often."""

SECONDS: Final = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300)


class Metrics:
    """The figures of one server, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "coursecite_questions", "Questions, by what became of them.", ["course", "outcome"], registry=self._registry
        )
        self._sentences = Counter(
            "coursecite_sentences",
            "Sentences of answers, by how well the course supports them.",
            ["support"],
            registry=self._registry,
        )
        self._answer_seconds = Histogram(
            "coursecite_answer_seconds",
            "From the question until the answer was complete, waiting included.",
            buckets=SECONDS,
            registry=self._registry,
        )
        self._waiting_seconds = Histogram(
            "coursecite_waiting_seconds",
            "What of that was waiting for others to be answered.",
            buckets=SECONDS,
            registry=self._registry,
        )
        self._requests = Counter(
            "coursecite_requests", "Requests.", ["area", "method", "status"], registry=self._registry
        )
        self._request_seconds = Histogram(
            "coursecite_request_seconds", "Their duration.", ["area"], buckets=SECONDS, registry=self._registry
        )

    def watch(self, name: str, about: str, value: Callable[[], float]) -> None:
        """A figure that is looked up whenever it is asked for."""
        Gauge(f"coursecite_{name}", about, registry=self._registry).set_function(value)

    def asked(self, course: str, outcome: Outcome) -> None:
        """A question has come to its end."""
        self._questions.labels(course, outcome).inc()

    def answered(self, sentences: Iterable[Sentence], seconds: float, waited: float) -> None:
        """What an answer is like, and how long it took."""
        for sentence in sentences:
            self._sentences.labels(sentence.support).inc()
        self._answer_seconds.observe(seconds)
        self._waiting_seconds.observe(waited)

    def requested(self, area: str, method: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(area, method, str(status)).inc()
        self._request_seconds.labels(area).observe(seconds)

    def text(self) -> bytes:
        """All of it, in Prometheus's text format."""
        return generate_latest(self._registry)
