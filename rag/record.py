"""Answer → the one JSON object that `ask --json`, the API and evaluation runs share."""

from __future__ import annotations

from typing import Any

from rag.types import Answer, Citation, Hit


def record(answer: Answer) -> dict[str, Any]:
    """The answer as plain JSON types; the keys are a contract (README, "The answer as JSON")."""
    return {
        "question": answer.question,
        "asked": answer.asked,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "text": answer.text,
        "sentences": [
            {"text": sentence.text, "support": sentence.support, "citations": list(sentence.citations)}
            for sentence in answer.sentences
        ],
        "citations": [citation_row(citation) for citation in answer.citations],
        "retrieved": [_hit(hit) for hit in answer.retrieved],
        "nearest": [{"doc_id": near.doc_id, "title": near.title, "place": str(near.place)} for near in answer.nearest],
        "model": answer.model,
        "index_version": answer.index_version,
        "timings": {
            "retrieve_ms": round(answer.timings.retrieve_ms, 1),
            "first_token_ms": round(answer.timings.first_token_ms, 1),
            "total_ms": round(answer.timings.total_ms, 1),
        },
    }


def citation_row(citation: Citation) -> dict[str, Any]:
    """One citation of it."""
    return {
        "number": citation.number,
        "doc_id": citation.doc_id,
        "title": citation.title,
        "place": str(citation.place),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "doc_id": hit.chunk.doc_id,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "score": round(float(hit.score), 6),
    }
