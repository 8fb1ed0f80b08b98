"""Captions (WebVTT, SubRip): what was said, in passages that begin where one can start to listen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from io import StringIO
from itertools import pairwise
from pathlib import Path

from webvtt import WebVTT
from webvtt.errors import MalformedCaptionError, MalformedFileError

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import read_text

_PASSAGE = 30.0
"""Seconds after which a passage ends with the sentence that is being said."""

_LONGEST_PASSAGE = 90.0
"""Seconds after which it ends even without: captions made by machines may have no full stops."""

_ENDS_A_SENTENCE = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_POSITION = re.compile(r"\{\\\w[^{}]{0,100}\}")
"""Where SubRip files say on the screen a line stands: ``{\\an8}``."""

_ROLLING = 0.3
"""Share of cues that begin with the line before, from which on this is how the captions scroll."""


@dataclass(frozen=True, slots=True)
class _Cue:
    """Lines that are shown from `start` on, in seconds."""

    start: float
    lines: tuple[str, ...]


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document of one long text, a section for each half minute or so of it. Speakers' tags go."""
    source = read_text(path, reading)
    assembly = Assembly()
    for group in _passages(_scrolled(_cues(path, source.text))):
        assembly.add(" ".join(line for cue in group for line in cue.lines), Place(seconds=group[0].start))
    yield assembly.document(doc_id, path.stem, warnings=source.warnings)


def _cues(path: Path, text: str) -> list[_Cue]:
    kind = "srt" if path.suffix.lower() == ".srt" else "vtt"
    try:
        captions = WebVTT.from_buffer(StringIO(text), format=kind).captions
    except (MalformedFileError, MalformedCaptionError) as error:
        raise FileUnreadable(path, "is no caption file, or is damaged; export it as WebVTT (.vtt) again") from error
    cues = [_Cue(float(caption.start_in_seconds), _lines(caption.text)) for caption in captions]
    return [cue for cue in cues if cue.lines]


def _lines(text: str) -> tuple[str, ...]:
    lines = unescape(_POSITION.sub("", text)).splitlines()
    return tuple(line for raw in lines if (line := " ".join(raw.split())))


def _scrolled(cues: list[_Cue]) -> list[_Cue]:
    """Captions that scroll show each line again above the next; each is said once."""
    repeats = sum(cue.lines[0] == before.lines[-1] for before, cue in pairwise(cues))
    if repeats < _ROLLING * len(cues):
        return cues
    said = cues[:1]
    for before, cue in pairwise(cues):
        if lines := cue.lines[cue.lines[0] == before.lines[-1] :]:
            said.append(_Cue(cue.start, lines))
    return said


def _passages(cues: Iterable[_Cue]) -> Iterator[list[_Cue]]:
    """Cues in groups of about half a minute, each to the end of its sentence where it has one."""
    group: list[_Cue] = []
    for cue in cues:
        lasted = cue.start - group[0].start if group else 0.0
        if (
            group
            and lasted >= _PASSAGE
            and (_ENDS_A_SENTENCE.search(group[-1].lines[-1]) or lasted >= _LONGEST_PASSAGE)
        ):
            yield group
            group = []
        group.append(cue)
    if group:
        yield group
