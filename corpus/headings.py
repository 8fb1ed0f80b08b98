"""Headings → sections: which part of a text stands under which path of headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.document import Place, Section

_LONGEST_HEADING = 80
_MOST_WORDS_IN_A_HEADING = 12
_ENDS_A_SENTENCE = re.compile(r"[.!?:;,][\"'”’)\]]*$")
_LIST_ITEM = re.compile(r"^([-*•–]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at ``text[start:end]``; level 1 is the outermost."""

    start: int
    end: int
    level: int
    title: str


def markdown_headings(text: str) -> list[Heading]:
    """The headings of a Markdown text (CommonMark, so none inside code fences)."""
    line_starts = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", text)), len(text)]
    tokens = MarkdownIt().parse(text)
    return [
        Heading(
            start=line_starts[token.map[0]],
            end=line_starts[min(token.map[1], len(line_starts) - 1)],
            level=int(token.tag[1:]),
            title=_shown(tokens[i + 1].children or []),
        )
        for i, token in enumerate(tokens)
        if token.type == "heading_open" and token.map
    ]


def _shown(inline: list[Token]) -> str:
    """What a reader sees of a heading: its words and code, without the marks of emphasis, links and HTML."""
    seen = {"text", "code_inline", "image", "softbreak", "hardbreak"}
    return " ".join("".join(token.content or " " for token in inline if token.type in seen).split())


def plain_headings(text: str, title: str) -> list[Heading]:
    """The headings of a plain text, which marks them by nothing but their look.

    A heading is a short line of its own: it begins like a title, does not end like a sentence,
    stands after a finished sentence (or a blank line), and has text after it. A line that only
    repeats the title of the document is swallowed: it is a heading of level 1 with no title, so
    that it enters no passage and no path.
    """
    headings = []
    lines = list(_lines(text))
    for i, (start, line) in enumerate(lines):
        before = lines[i - 1][1] if i else ""
        after = lines[i + 1][1] if i + 1 < len(lines) else ""
        if line.casefold() == title.casefold():
            headings.append(Heading(start, start + len(line), 1, ""))
        elif _looks_like_heading(line, before, after, follows_heading=bool(headings) and headings[-1].title == before):
            headings.append(Heading(start, start + len(line), 1, line))
    return headings


def sections_between(text: str, headings: Iterable[Heading]) -> tuple[Section, ...]:
    """The stretches of `text` between headings, each with the path of headings above it."""
    sections = []
    path: list[Heading] = []
    start = 0
    for heading in [*headings, Heading(len(text), len(text), 1, "")]:
        body = _trimmed(text, start, heading.start)
        if body:
            place = Place(headings=tuple(above.title for above in path if above.title))
            sections.append(Section(*body, place))
        path = [above for above in path if above.level < heading.level] + [heading]
        start = heading.end
    return tuple(sections)


def _looks_like_heading(line: str, before: str, after: str, *, follows_heading: bool) -> bool:
    words = line.split()
    return (
        0 < len(line) <= _LONGEST_HEADING
        and len(words) <= _MOST_WORDS_IN_A_HEADING
        and (line[0].isupper() or line[0].isdigit())
        and not _ENDS_A_SENTENCE.search(line)
        and not _LIST_ITEM.match(line)
        and (not before or follows_heading or bool(_ENDS_A_SENTENCE.search(before)))
        and bool(after)
        and not after[0].islower()
        and (len(after) > len(line) or bool(_LIST_ITEM.match(after)))
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Every line that is not blank, stripped, with the offset of its first character.

    A blank line before a line shows as an empty entry, because it ends whatever came before.
    """
    offset = 0
    blank = False
    for raw in text.splitlines(keepends=True):
        line = raw.strip()
        if line:
            yield offset + raw.index(line[0]), line
        elif not blank:
            yield offset, ""
        blank = not line
        offset += len(raw)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    body = text[start:end]
    inner = body.strip()
    if not inner:
        return None
    first = start + body.index(inner[0])
    return first, first + len(inner)
