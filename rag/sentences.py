"""Where the sentences of a text begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

Span = tuple[int, int]

# Sentences never run across a blank line or into the next item of a list: the segmenter alone
# would take "…in the network:\n- input gate\n- output gate" for one.
_BLOCK_BREAK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•–]|\d+[.)])\s)|\n(?=#{1,6}\s)")
_LIST_MARK = re.compile(r"(?:[-*•–]|\d+[.)])\s+")

# Rows of tables stand in lines of their own: cells between bars, or apart as PDFs have them. A bar
# within brackets, code or a formula, as in P(A | B), is none of a table.
_BAR = re.compile(r"\S[ \t]\|(?:[ \t]|$)|^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_ENCLOSED = re.compile(r"\([^()\n]*\)|\[[^\[\]\n]*\]|\{[^{}\n]*\}|`[^`\n]*`|\$[^$\n]*\$")
_APART = re.compile(r"[^\s.!?:;,] {2,}\S")


def sentence_spans(text: str, language: str = "en") -> list[Span]:
    r"""Character offsets (start, end) of each sentence of `text`, without the white space around it.

    >>> text = "LSTMs have gates. Which?\n- input gate\n- output gate"
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['LSTMs have gates.', 'Which?', 'input gate', 'output gate']

    A row of a table is one, whatever stands in its cells:

    >>> text = "Doses:\nDrug: Metformin | Dose: 500 mg. With food.\nDrug: Insulin | Dose: 4 units"
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Doses:', 'Drug: Metformin | Dose: 500 mg. With food.', 'Drug: Insulin | Dose: 4 units']
    """
    spans: list[Span] = []
    rows = _rows(text)
    at = 0
    for start, end in [*rows, (len(text), len(text))]:
        spans += _prose_spans(text, at, start, language)
        if (row := _trimmed(text, start, end)) and any(map(str.isalnum, text[start:end])):
            spans.append(row)
        at = end
    return spans


def _prose_spans(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    for block_start, block_end in _blocks(text, start, end):
        block = text[block_start:block_end]
        for boundary in sentencex.get_sentence_boundaries(language, block):
            first, last = boundary["start_index"], boundary["end_index"]
            inner = block[first:last].strip()
            if mark := _LIST_MARK.match(inner):
                inner = inner[mark.end() :]
            if inner:
                begin = block_start + block.index(inner, first)
                yield begin, begin + len(inner)


def _blocks(text: str, start: int, end: int) -> list[Span]:
    cuts = [start, *(match.start() for match in _BLOCK_BREAK.finditer(text, start, end)), end]
    return [(first, last) for first, last in pairwise(cuts) if text[first:last].strip()]


def _rows(text: str) -> list[Span]:
    """The lines that are rows of a table; of rows whose cells only stand apart, at least two in a row."""
    if "|" not in text and "  " not in text:
        return []
    lines = list(_lines(text))
    barred = [bool(_BAR.search(_bare(text[start:end]))) for start, end in lines]
    apart = [bool(_APART.search(text[start:end])) for start, end in lines]
    return [
        line
        for number, line in enumerate(lines)
        if barred[number]
        or (apart[number] and any(apart[max(number - 1, 0) : number] + apart[number + 1 : number + 2]))
    ]


def _bare(line: str) -> str:
    """`line` without what stands in brackets, code or formulas, these within others included."""
    bare = _ENCLOSED.sub("", line)
    return bare if bare == line else _bare(bare)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line)
        start += len(line)


def _trimmed(text: str, start: int, end: int) -> Span | None:
    inner = text[start:end].strip()
    first = text.index(inner, start) if inner else start
    return (first, first + len(inner)) if inner else None
