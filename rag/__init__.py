"""Question + documents → cited answer. Imports `corpus` only.

Start reading at `assistant.py`. These are the public names; heavy libraries load where they are
used, so that importing this package costs next to nothing.
"""

from rag.assistant import Answering, Assistant, readable
from rag.errors import (
    IndexDamaged,
    IndexMissing,
    IndexNotSaved,
    IndexStale,
    ModelFailed,
    ModelMissing,
    ModelUnusable,
    QuestionInvalid,
    RagError,
)
from rag.record import record
from rag.reply import Event, Reply, SentenceReady, SourcesFound
from rag.retrieval import SEARCHES, Search
from rag.types import NOT_IN_COURSE, Answer, Chunk, Citation, Hit, Message, Sentence, Support, Timings

__all__ = [
    "NOT_IN_COURSE",
    "SEARCHES",
    "Answer",
    "Answering",
    "Assistant",
    "Chunk",
    "Citation",
    "Event",
    "Hit",
    "IndexDamaged",
    "IndexMissing",
    "IndexNotSaved",
    "IndexStale",
    "Message",
    "ModelFailed",
    "ModelMissing",
    "ModelUnusable",
    "QuestionInvalid",
    "RagError",
    "Reply",
    "Search",
    "Sentence",
    "SentenceReady",
    "SourcesFound",
    "Support",
    "Timings",
    "readable",
    "record",
]
