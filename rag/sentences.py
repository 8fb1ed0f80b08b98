"""Where the sentences of a text begin and end."""

from __future__ import annotations

import re
from itertools import pairwise

import sentencex

Span = tuple[int, int]

# Sentences never run across a blank line or into the next item of a list: the segmenter alone
# would take "…in the network:\n- input gate\n- output gate" for one.
_BLOCK_BREAK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•–]|\d+[.)])\s)|\n(?=#{1,6}\s)")
_LIST_MARK = re.compile(r"(?:[-*•–]|\d+[.)])\s+")


def sentence_spans(text: str, language: str = "en") -> list[Span]:
    r"""Character offsets (start, end) of each sentence of `text`, without the white space around it.

    >>> text = "LSTMs have gates. Which?\n- input gate\n- output gate"
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['LSTMs have gates.', 'Which?', 'input gate', 'output gate']
    """
    spans: list[Span] = []
    for block_start, block_end in _blocks(text):
        block = text[block_start:block_end]
        for boundary in sentencex.get_sentence_boundaries(language, block):
            start, end = boundary["start_index"], boundary["end_index"]
            inner = block[start:end].strip()
            if mark := _LIST_MARK.match(inner):
                inner = inner[mark.end() :]
            if inner:
                first = block_start + block.index(inner, start)
                spans.append((first, first + len(inner)))
    return spans


def _blocks(text: str) -> list[Span]:
    cuts = [0, *(match.start() for match in _BLOCK_BREAK.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(cuts) if text[start:end].strip()]
