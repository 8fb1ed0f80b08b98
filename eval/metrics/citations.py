"""Citation measures: does what is cited prove the answer, and is it where the gold says?

ALCE's questions (Gao et al. 2023), asked offline: words and offsets in the place of a language model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from eval.metrics.ranking import holds, merged
from eval.questions import Span
from rag import Sentence
from rag.terms import numbers, overlap, terms


def sentences_cited(sentences: Sequence[Sentence]) -> float:
    """The share of the sentences that cite anything; 0.0 for none."""
    return sum(bool(sentence.citations) for sentence in sentences) / len(sentences) if sentences else 0.0


def citation_precision(cited: Sequence[Span], gold: Sequence[Span]) -> float:
    """The share of the citations that lie on a gold span (`ranking.holds`); 0.0 for an answer that cites nothing."""
    return sum(any(holds(span, passage) for passage in gold) for span in cited) / len(cited) if cited else 0.0


def citation_recall(cited: Sequence[Span], gold: Sequence[Span]) -> float:
    """The share of the gold passages (overlapping spans merged) that a citation lies on."""
    passages = merged(gold)
    return sum(any(holds(span, passage) for span in cited) for passage in passages) / len(passages)


def support(sentences: Sequence[Sentence], quotes: Mapping[int, str], language: str = "en") -> float:
    """How much of the sentences stands in what they cite: the mean over the sentences, 0 to 1.

    Per sentence the share of its stemmed content words found in its quotes (`quotes` by number), and
    0 where it cites nothing or holds a number that they do not. Independent of the support that the
    assistant claims.
    """
    return sum(_support(sentence, quotes, language) for sentence in sentences) / len(sentences) if sentences else 0.0


def _support(sentence: Sentence, quotes: Mapping[int, str], language: str) -> float:
    quoted = _quoted(sentence, quotes)
    if not sentence.citations or not numbers(sentence.text) <= numbers(quoted):
        return 0.0
    return overlap(terms(sentence.text, language), terms(quoted, language))


def invalid_markers(sentences: Sequence[Sentence], quotes: Mapping[int, str]) -> int:
    """How many markers point at no citation: it must be 0.

    Counted are numbers of sentences that no citation has, and markers like ``[3]`` in a sentence's
    text, unless the course itself writes them in the words cited.
    """
    dangling = sum(number not in quotes for sentence in sentences for number in sentence.citations)
    written = sum(
        marker not in _quoted(sentence, quotes) for sentence in sentences for marker in _MARKER.findall(sentence.text)
    )
    return dangling + written


def _quoted(sentence: Sentence, quotes: Mapping[int, str]) -> str:
    return " ".join(quotes.get(number, "") for number in sentence.citations)


_MARKER = re.compile(r"[\[【]\s*\d+(?:\s*[,;–-]\s*\d+)*\s*[\]】]")


def cited_characters(cited: Sequence[Span]) -> int:
    """How many characters of the course the answer cites, each counted once: a huge span would win for free."""
    return sum(span.end - span.start for span in merged(cited))
