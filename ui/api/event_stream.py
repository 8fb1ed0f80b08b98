"""An answer as server-sent events: sources, text, checked sentences, done; or an error."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from rag import Event, Hit, SentenceReady, SourcesFound
from rag.record import citation_row
from ui.api.asked import Asked
from ui.asking import Progress
from ui.errors import EXPECTED
from ui.http_errors import code_of, error_row, status_of

_BROKE = "Something went wrong here; ask again, and tell whoever runs this server if it stays."

_log = logging.getLogger(__name__)


class EventStream(StreamingResponse):
    """Pieces as they come. Where whoever asked has left, the work behind them ends before the response does."""

    media_type = "text/event-stream"

    def __init__(self, pieces: AsyncGenerator[bytes, None]) -> None:
        super().__init__(pieces, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them."""
        async with aclosing(self._pieces):
            await super().__call__(scope, receive, send)


async def answer_events(asked: Asked) -> AsyncGenerator[bytes, None]:
    """The answer as events, each with one JSON object; the last one is `done` or `error`."""
    try:
        async with aclosing(asked.read()) as progress:
            async for at in progress:
                for name, row in _events(at, has_text=len(asked.turn.answer.sentences) > 1):
                    yield _event(name, row)
        yield _event("done", asked.row())
    except Exception as error:  # noqa: BLE001 - logged; a stream that has begun must say how it ends
        yield _event("error", error_in_stream(error)["error"])


def error_in_stream(error: Exception) -> dict[str, Any]:
    """What to say of an error in the middle of a stream; one that is none of ours is logged."""
    if isinstance(error, EXPECTED):
        return error_row(status_of(error), code_of(error), str(error))
    _log.error("An answer broke off", exc_info=error)
    return error_row(500, "internal_error", _BROKE)


def _events(at: Progress, *, has_text: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    if at.event is not None:
        yield from _news(at.event, has_text=has_text)
    if at.ahead:
        yield "position", {"ahead": at.ahead}


def _news(event: Event, *, has_text: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    match event:
        case SourcesFound(asked, hits):
            yield "sources", {"asked": asked, "passages": [_passage(hit) for hit in hits]}
        case SentenceReady(sentence, citations):
            yield "text", {"text": f" {sentence.text}" if has_text else sentence.text}
            row = {"text": sentence.text, "support": sentence.support, "citations": list(sentence.citations)}
            yield "sentence", row | {"new_citations": [citation_row(citation) for citation in citations]}


def _passage(hit: Hit) -> dict[str, Any]:
    chunk = hit.chunk
    place = {"doc_id": chunk.doc_id, "title": chunk.title, "place": str(chunk.place)}
    return place | {"start": chunk.start, "end": chunk.end, "text": chunk.text, "score": round(float(hit.score), 6)}


def _event(name: str, row: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(row, ensure_ascii=False))
