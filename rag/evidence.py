"""Question + Hits → the sentences that answer it, best first, and how likely it is that they do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus import Pin
from rag.answer_type import asks_to_explain
from rag.candidates import Candidate, candidates, coverage
from rag.choices import split_choices
from rag.contrary import turned
from rag.gaps import filled
from rag.injection import sound_sentences
from rag.judgement import choice_score_of, confidence_of, score_of
from rag.query import Query
from rag.question_forms import asked_about, compared
from rag.reader import READ_LANGUAGE, Reader
from rag.reading import read_nearest
from rag.retrieval import Retriever
from rag.sentences import sentence_spans
from rag.terms import overlap, terms, words
from rag.types import Chunk, Citation, Hit

_LOWER_PASSAGE = 0.02
_MOST_FOLLOWING = 2
_MOST_CHARACTERS = 600
_MUCH_WORSE = 0.3
_NEARLY_AS_GOOD = 0.1
_MOST_WORDS = 58
_TWIN = 0.8
_RATHER_BOTH = 0.15
_SPEAKS_OF = 0.5
_OPENS_ON_WHAT_CAME_BEFORE = re.compile(
    r"(?:it|its|they|their|them|these|those|this|that|he|she|his|her|such|both|however|therefore|thus|"
    r"for example|for instance|in addition|moreover|furthermore|instead|as a result)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a passage, scored for a question: ``document.text[start:end]``; a higher score answers better.

    Where the sentence opens on what came before ("They consist of…"), that is part of it.
    """

    chunk: Chunk
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        """The words, a true slice of the document."""
        return self.chunk.text[self.start - self.chunk.start : self.end - self.chunk.start]

    def overlaps(self, citation: Citation) -> bool:
        """Whether the citation shows any of these words."""
        return self.chunk.doc_id == citation.doc_id and self.start < citation.end and citation.start < self.end

    def followed(self, most: int, language: str) -> list[Quote]:
        """The sentence itself and up to `most` that follow it in its passage, 600 characters in all."""
        quotes = [self]
        for start, end in sentence_spans(self.chunk.text, language):
            after = self.chunk.start + start >= self.end
            if after and len(quotes) <= most and self.chunk.start + end - self.start <= _MOST_CHARACTERS:
                quotes.append(Quote(self.chunk, self.chunk.start + start, self.chunk.start + end, self.score))
        return quotes

    def excerpt(self, words: int, language: str) -> str:
        """At least `words` words of the passage around this sentence, in whole sentences."""
        text = self.chunk.text
        spans = sentence_spans(text, language)
        quoted = range(self.start - self.chunk.start, self.end - self.chunk.start)
        inside = [i for i, (start, end) in enumerate(spans) if start < quoted.stop and quoted.start < end]
        first, last = inside[0], inside[-1]
        while len(text[spans[first][0] : spans[last][1]].split()) < words and (first > 0 or last + 1 < len(spans)):
            if last + 1 < len(spans):
                last += 1
            else:
                first -= 1
        return text[spans[first][0] : spans[last][1]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the course has to say to a question.

    `quotes` are the sentences of the passages found, those that answer best first; `answer` are the
    few that make an answer together. `confidence`, 0 to 1, is that they do: how near the nearest
    sentence comes. `choice` is the option of a multiple-choice question that the answer names.
    `pinned` says that an instructor wrote the answer to this very question; `proofs` are the words
    of the course that prove it.
    """

    quotes: tuple[Quote, ...]
    answer: tuple[Quote, ...]
    confidence: float
    choice: str = ""
    pinned: bool = False
    proofs: tuple[Quote, ...] = ()

    def excerpts(self, count: int, words: int, language: str) -> list[str]:
        """From each of the `count` best passages, `words` words around its best sentence.

        Short prompts are read better by small models, and faster by all.
        """
        best = {quote.chunk: quote for quote in reversed(self.quotes)}
        ranked = sorted(best.values(), key=lambda quote: -quote.score)
        return [quote.excerpt(words, language) for quote in ranked[:count]]


def gather(question: str, hits: Sequence[Hit], retriever: Retriever, reader: Reader | None = None) -> Evidence:
    """Rank the sentences of the passages found, the nearest of them read; equal words count once, at their best."""
    language = retriever.index.language
    if pinned := _pinned(hits, retriever):
        return pinned
    stem, choices = split_choices(question)
    alone = _gathered(asked_about(stem, language), choices, hits, retriever, reader)
    sides = compared(stem, language)
    both = _both_sides(sides, hits, retriever, reader) if sides else None
    return both if both and both.confidence >= alone.confidence - _RATHER_BOTH else alone


def _gathered(
    question: str, choices: Sequence[str], hits: Sequence[Hit], retriever: Retriever, reader: Reader | None
) -> Evidence:
    language = retriever.index.language
    found = candidates(question, hits, retriever)
    if not found:
        return Evidence((), (), 0.0)
    was_read = reader is not None and language.startswith(READ_LANGUAGE)
    if reader is not None and was_read:
        found = read_nearest(question, found, reader, language)
    scored = [
        (candidate, score_of(candidate, was_read=was_read) - _LOWER_PASSAGE * candidate.rank) for candidate in found
    ]
    as_asked = _as_asked(question, scored, language)
    if not as_asked:
        return Evidence((), (), 0.0)
    confidence = confidence_of([candidate for candidate, _score in as_asked], was_read=was_read)
    quotes = _quotes(as_asked, language)
    options = list(_options(question, choices, found, hits, retriever, was_read=was_read))
    if options:
        choice, quote = max(options, key=lambda option: option[1].score)
        told_apart = not _names_another(choice, choices, quote, language)
        return Evidence(quotes, (quote,), confidence, choice if told_apart else "")
    if asks_to_explain(question, language):
        return Evidence(quotes, _explanation(retriever.query(question), quotes, retriever), confidence)
    return Evidence(quotes, _with_runner_up(quotes), confidence)


def _as_asked(question: str, scored: Sequence[tuple[Candidate, float]], language: str) -> list[tuple[Candidate, float]]:
    """Those that do not say the contrary; where the best does, only those that have its turned word as it is asked for.

    Else the next best would answer, which is about something else.
    """
    contraries = [turned(question, candidate.text, language) for candidate, _score in scored]
    best = max(range(len(scored)), key=lambda i: scored[i][1])
    word = contraries[best]
    return [
        (candidate, score)
        for (candidate, score), contrary in zip(scored, contraries, strict=True)
        if contrary is None and (word is None or word.stands_in(candidate.text, language))
    ]


def _both_sides(
    sides: tuple[str, str], hits: Sequence[Hit], retriever: Retriever, reader: Reader | None
) -> Evidence | None:
    """What the course says of the one and of the other, as sure as the side of which it says less."""
    first, second = (_gathered(side, (), hits, retriever, reader) for side in sides)
    if not first.quotes or not second.quotes:
        return None
    opening = first.quotes[0]
    other = next((quote for quote in second.quotes if _apart(opening, quote)), None)
    quotes = tuple(sorted({*first.quotes, *second.quotes}, key=lambda quote: -quote.score))
    confidence = min(first.confidence, second.confidence)
    return Evidence(quotes, (opening, other), confidence) if other else None


def _apart(first: Quote, other: Quote) -> bool:
    return other.chunk.doc_id != first.chunk.doc_id or other.end <= first.start or first.end <= other.start


def _with_runner_up(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The best quote, and another that scores nearly as well, where both are short: which of them answers is open.

    Where the other is the sentence after it, which goes on about the same ("It is…"), both are one quote.
    """
    first, *others = quotes
    for other in others:
        if other.score < first.score - _NEARLY_AS_GOOD:
            break
        if other.chunk == first.chunk and other.start <= first.start and first.end < other.end:
            return (other,)
        length = len(f"{first.text} {other.text}".split())
        if length <= _MOST_WORDS and _apart(first, other) and not _says_the_same(first, other):
            return first, other
    return (first,)


def _says_the_same(first: Quote, other: Quote) -> bool:
    """Whether most words of the other are the first's too: a sentence and its twin in a summary."""
    own = words(other.text)
    return len(set(own) & set(words(first.text))) > _TWIN * len(set(own))


def _pinned(hits: Sequence[Hit], retriever: Retriever) -> Evidence | None:
    """An instructor's answer as it stands, and what proves it; None where none is pinned to the question."""
    answer: list[Quote] = []
    proofs: list[Quote] = []
    pin: Pin | None = None
    for chunk in (hit.chunk for hit in hits if hit.pinned):
        if own := retriever.index.documents[chunk.doc_id].pin:
            pin = own
            sound = sound_sentences(chunk, retriever.index.language)
            answer += [Quote(chunk, chunk.start + start, chunk.start + end, 1.0) for start, end in sound]
        elif pin:
            start = chunk.start + chunk.text.index(pin.quote)
            proofs.append(Quote(chunk, start, start + len(pin.quote), 1.0))
    return Evidence(tuple(answer), tuple(answer), 1.0, pinned=True, proofs=tuple(proofs)) if answer else None


def _explanation(query: Query, quotes: Sequence[Quote], retriever: Retriever) -> tuple[Quote, ...]:
    """The best quote with one on what it leaves out (the other side of a comparison), else with what follows it."""
    first = quotes[0]
    said = set(terms(_in_context(first), retriever.index.language))
    left_out = replace(query, wanted=tuple(term for term, found in query.credits(said).items() if not found))
    near = (quote for quote in quotes[1:] if quote.score >= first.score - _MUCH_WORSE)
    for quote in near if left_out.wanted else ():
        if coverage(left_out, _in_context(quote), retriever) >= _SPEAKS_OF:
            return first, quote
    return tuple(first.followed(_MOST_FOLLOWING, retriever.index.language))


def _in_context(quote: Quote) -> str:
    return " ".join([quote.chunk.title, *quote.chunk.place.headings, quote.text])


def _options(
    question: str,
    choices: Sequence[str],
    found: Sequence[Candidate],
    hits: Sequence[Hit],
    retriever: Retriever,
    *,
    was_read: bool,
) -> Iterator[tuple[str, Quote]]:
    """Each option beside each sentence that has all its content words, scored by how well that bears it out."""
    language = retriever.index.language
    for choice in choices:
        own = terms(choice, language)
        if not own:
            continue
        stated = candidates(filled(question, choice), hits, retriever)
        for candidate, as_asked in zip(stated, found, strict=True):
            if overlap(own, terms(candidate.text, language)) == 1:
                score = choice_score_of(candidate, as_asked, was_read=was_read)
                yield choice, _quote(candidate, score, language)


def _names_another(choice: str, choices: Sequence[str], quote: Quote, language: str) -> bool:
    """Whether the sentence has the words of another option too: it proves what it says then, not which is meant.

    Options that share most words (the same in another order), or one inside the other, are not told apart by them.
    """
    own, said = set(terms(choice, language)), terms(quote.text, language)
    others = [named for other in choices if (named := set(terms(other, language))) and overlap(named, said) == 1]
    return any(not other <= own and not own <= other and 2 * len(own & other) <= len(own) for other in others)


def _quotes(scored: Sequence[tuple[Candidate, float]], language: str) -> tuple[Quote, ...]:
    quotes: dict[str, Quote] = {}
    for candidate, score in scored:
        key = " ".join(candidate.text.casefold().split())
        if key not in quotes or quotes[key].score < score:
            quotes[key] = _quote(candidate, score, language)
    return tuple(sorted(quotes.values(), key=lambda quote: -quote.score))


def _quote(candidate: Candidate, score: float, language: str) -> Quote:
    chunk, start = candidate.chunk, candidate.start
    if _OPENS_ON_WHAT_CAME_BEFORE.match(chunk.text, start):
        before = [span for span in sentence_spans(chunk.text[:start], language) if span[1] <= start]
        if before:
            start = before[-1][0]
    return Quote(chunk, chunk.start + start, chunk.start + candidate.end, score)
