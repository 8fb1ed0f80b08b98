"""Assistant: a question in, a cited answer out. Start reading here.

ask → retriever.search → evidence → (refuse) → prompts → llm → citing → Answer
"""

from __future__ import annotations

import hashlib
import time
import unicodedata
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from corpus import Document, Place, Report
from rag import prompts
from rag.choices import lettered
from rag.citing import Citations, sentences_of
from rag.errors import QuestionInvalid
from rag.evidence import Evidence, gather
from rag.followup import complete
from rag.injection import question_proper
from rag.llm import LLM
from rag.reader import Reader
from rag.reply import Event, Reply, SentenceReady, SourcesFound, Stopped
from rag.retrieval import Retriever, Search
from rag.stopping import Stop
from rag.types import Answer, Chunk, Hit, Message, Sentence, Timings

LONGEST_QUESTION = 2_000
QUOTED = "quoted"
"""Stands for the model's name where no model wrote."""


@dataclass(frozen=True, slots=True)
class Answering:
    """How answers are made: all that decides them beside the course, the question and the model."""

    retrieved: int = 10
    """Passages kept from the search, best first."""

    read: int = 6
    """How many of these are read for evidence and may be cited."""

    prompted: int = 3
    """How many of these the model sees."""

    excerpt_words: int = 75
    """Words that the model sees of each, around its best sentence."""

    max_tokens: int = 120
    """The most that the model may write."""

    most_sentences: int = 3
    """The most of its sentences that are shown."""

    written: bool = False
    """Whether the model's own sentences are shown where the passages support them; else the course's alone are."""

    confident: float = 0.5
    """The confidence below which a question is refused."""


class Assistant:
    """Answers questions about one course. Keeps no session: the history comes with the question."""

    def __init__(
        self, retriever: Retriever, llm: LLM, answering: Answering | None = None, reader: Reader | None = None
    ) -> None:
        self._retriever = retriever
        self._llm = llm
        self._reader = reader
        self._answering = answering or Answering()

    def ask(self, question: str, history: Sequence[Message] = ()) -> Reply:
        """Answer `question`, asked after the turns in `history`.

        Raises `QuestionInvalid` at once for an empty, overlong or unreadable question; `ModelFailed`
        while the reply is read, when the model breaks off.
        """
        work = _Work()
        return Reply(self._work(readable(question), history, work), work.stop)

    def search(self, question: str, history: Sequence[Message] = (), by: Search = "blended") -> list[Hit]:
        """The passages the answer would be looked for in, best first, or those of another search; no model is asked."""
        asked = self._completed(readable(question), history)
        return self._retriever.search_by(by, asked, self._answering.retrieved)

    def answer_from(self, question: str, passages: Sequence[Chunk]) -> Reply:
        """Answer from these passages instead of those that a search would find: the oracle of an evaluation."""
        hits = tuple(Hit(passage, 0.0) for passage in passages)
        work = _Work()
        return Reply(self._answer(readable(question), self._completed(question, ()), hits, work), work.stop)

    def _work(self, question: str, history: Sequence[Message], work: _Work) -> Generator[Event, None, Answer]:
        asked = self._completed(question, history)
        hits = tuple(self._retriever.search(asked, self._answering.retrieved))
        work.retrieved()
        return (yield from self._answer(question, asked, hits, work))

    def _answer(self, question: str, asked: str, hits: tuple[Hit, ...], work: _Work) -> Generator[Event, None, Answer]:
        yield SourcesFound(asked, hits[: self._answering.read])
        evidence = gather(asked, hits[: self._answering.read], self._retriever, self._reader)
        work.go_on()
        answer = Answer(
            question=question,
            asked=asked,
            answered=evidence.confidence >= self._answering.confident,
            confidence=evidence.confidence,
            sentences=(),
            retrieved=hits,
            model=self.model_name,
            index_version=self._retriever.index.version,
        )
        if not answer.answered:
            return replace(answer, nearest=_one_per_section(hits), timings=work.timings())
        citations = Citations([hit.chunk for hit in hits[: self._answering.read]], self.language)
        sentences: list[Sentence] = []
        for sentence in self._sentences(asked, evidence, citations, work):
            known = {number for earlier in sentences for number in earlier.citations}
            sentences.append(sentence)
            yield SentenceReady(sentence, tuple(new for new in citations.used if new.number not in known))
        return replace(answer, sentences=tuple(sentences), citations=citations.used, timings=work.timings())

    def _completed(self, question: str, history: Sequence[Message]) -> str:
        proper = self._retriever.mended(question_proper(question, self.language))
        return complete(proper, history, self._retriever.keywords.knows, self.language)

    def _sentences(self, question: str, evidence: Evidence, citations: Citations, work: _Work) -> Iterator[Sentence]:
        """The option chosen; or what of the model's draft the passages support; then the quotes that it missed."""
        if evidence.choice:
            chosen = citations.proof(evidence.choice, evidence.answer[0])
            if chosen.verdict.support == "supported":
                yield citations.cite(chosen)
                return
        if self._answering.written and not evidence.pinned:
            yield from self._written(question, evidence, citations, work)
        for quote in evidence.answer:
            if not any(quote.overlaps(citation) for citation in citations.used):
                yield citations.quote(quote, evidence.proofs)

    def _written(self, question: str, evidence: Evidence, citations: Citations, work: _Work) -> Iterator[Sentence]:
        """The sentences of the model's draft that the passages support, each said once."""
        shown: list[Sentence] = []
        draft = self._draft(question, evidence, work)
        for text in sentences_of(draft, self.language):
            proof = citations.prove(text)
            if proof.verdict.support != "supported":
                continue
            sentence = citations.cite(proof)
            if _repeats(sentence, shown):
                continue
            shown.append(sentence)
            yield sentence
            if len(shown) == self._answering.most_sentences:
                break
        draft.close()

    def _draft(self, question: str, evidence: Evidence, work: _Work) -> Generator[str, None, None]:
        excerpts = evidence.excerpts(self._answering.prompted, self._answering.excerpt_words, self.language)
        messages = prompts.answer_messages(question, excerpts)
        for piece in self._llm.stream(messages, self._answering.max_tokens, work.stop):
            work.wrote()
            yield piece
        work.go_on()  # else half a sentence would be taken for the last one

    @property
    def parameters(self) -> Mapping[str, str | int | float]:
        """What decides the answers beside the course, the model and its prompt, by name."""
        reranker = self._retriever.reranker
        return {
            "embedder": self._retriever.embedder.name,
            "reranker": reranker.name if reranker else "",
            "reader": self._reader.name if self._reader else "",
            **asdict(self._answering),
        }

    @property
    def prompt_hash(self) -> str:
        """The sha256 of every sentence that the model is told, passages and question left out."""
        messages = prompts.answer_messages("", [""])
        return hashlib.sha256(repr(messages).encode()).hexdigest()

    @property
    def language(self) -> str:
        """The language of the course, as its settings give it: ``en``, ``de``, …"""
        return self._retriever.index.language

    @property
    def course_title(self) -> str:
        """The title of the course, as its settings give it."""
        return self._retriever.index.title

    @property
    def model_name(self) -> str:
        """The name of the model that writes; `QUOTED` where the course's own sentences are the answer."""
        return self._llm.name if self._answering.written else QUOTED

    @property
    def model_hash(self) -> str:
        """What decides the model's output beside its prompt; empty where no model writes."""
        return self._llm.fingerprint if self._answering.written else ""

    @property
    def index_version(self) -> str:
        """What every answer is stamped with; it changes when the course does."""
        return self._retriever.index.version

    @property
    def documents(self) -> Mapping[str, Document]:
        """The course's documents by id, as they were indexed."""
        return self._retriever.index.documents

    def document(self, doc_id: str) -> Document:
        """One document; raises `KeyError` for an id that the course does not have."""
        return self.documents[doc_id]

    @property
    def report(self) -> Report:
        """What reading the course's files found."""
        return self._retriever.index.report

    def suggestions(self, count: int) -> list[str]:
        """Questions to begin with, made from headings spread over the course."""
        chunks = [chunk for chunk in self._retriever.index.chunks if not self.document(chunk.doc_id).pin]
        headings = list(dict.fromkeys(chunk.place.headings[-1] for chunk in chunks if chunk.place.headings))
        step = max(len(headings) // count, 1)
        return [f"What does the course say about {heading}?" for heading in headings[::step][:count]]


class _Work:
    """The work on one question: whether it is still wanted, and its milliseconds, as an Answer reports them."""

    def __init__(self) -> None:
        self.stop = Stop()
        self._start = time.perf_counter()
        self._retrieve_ms = 0.0
        self._first_token_ms = 0.0

    def go_on(self) -> None:
        """Raise `Stopped` where nobody waits for it any more."""
        if self.stop.asked:
            raise Stopped

    def _now(self) -> float:
        return (time.perf_counter() - self._start) * 1000

    def retrieved(self) -> None:
        self._retrieve_ms = self._now()

    def wrote(self) -> None:
        self._first_token_ms = self._first_token_ms or self._now()

    def timings(self) -> Timings:
        return Timings(self._retrieve_ms, self._first_token_ms, self._now())


def readable(question: str) -> str:
    """The question in one line, its options lettered; raises `QuestionInvalid` where it cannot be asked."""
    text = " ".join(lettered(question).split())
    if not text:
        raise QuestionInvalid("The question is empty; type what you want to know about the course.")
    if len(text) > LONGEST_QUESTION:
        raise QuestionInvalid(f"The question has {len(text)} characters; ask in at most {LONGEST_QUESTION}.")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Cn"} for character in text):
        raise QuestionInvalid("The question holds bytes that are not text; type it again.")
    if not any(character.isalnum() for character in text):
        raise QuestionInvalid("The question holds no word; type what you want to know about the course.")
    return text


def _one_per_section(hits: Sequence[Hit]) -> tuple[Chunk, ...]:
    best: dict[tuple[str, Place], Chunk] = {}
    for hit in hits:
        best.setdefault((hit.chunk.doc_id, hit.chunk.place), hit.chunk)
    return tuple(best.values())[:3]


def _repeats(sentence: Sentence, shown: Sequence[Sentence]) -> bool:
    """Whether the same words of the course were already given: small models say a thing twice."""
    return any(set(sentence.citations) <= set(earlier.citations) for earlier in shown)
