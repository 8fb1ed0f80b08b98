"""Answer → HTML, Markdown and plain text: the only place where a citation becomes a link.

Everything that a course, a model or a learner wrote is escaped here, once, and nowhere else. The
HTML is one line without a raw newline, so that no Markdown processor finds a paragraph in it, and
uses only elements and attributes that Gradio's sanitizer lets through (no ``data-*``, no ``aria-*``).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from corpus import Document, Place
from rag import Answer, Chunk, Citation, Hit, Sentence
from ui import texts

FindDocument = Callable[[str], Document]
Numbered = Sequence[tuple[int, Hit]]
Span = tuple[int, int]

_CONTEXT = 500
_LONGEST_HINT = 300
_SPACE = re.compile(r"\s+")


def answer_html(answer: Answer, turn: int, find_document: FindDocument) -> str:
    """An answer, finished or still being written, with its sources.

    `turn` makes the ids of its sources unique in a conversation. As long as there is no sentence,
    the passages found are listed; then those that are cited are, and the others are folded away.
    """
    if not answer.answered:
        return _refusal(answer, turn)
    uncited = [(number, hit) for number, hit in enumerate(answer.retrieved, start=1) if not _is_cited(hit, answer)]
    passages = [_cited_passage(citation, turn, find_document(citation.doc_id)) for citation in answer.citations]
    passages += [_found_passage(number, hit.chunk, turn) for number, hit in uncited]
    return _element(
        "div",
        _understood(answer)
        + _sentences(answer, turn)
        + _cited(answer.citations, turn)
        + (_folded(texts.NOT_CITED, uncited, turn) if answer.sentences else _listed(texts.FOUND, uncited, turn))
        + _element("div", "".join(passages), "passages", "hidden"),
        "answer",
    )


def question_html(question: str) -> str:
    """A learner's question, as text."""
    return _element("p", _escape(question), "question")


def note_html(note: str) -> str:
    """One sentence of the page's own in the place of an answer, or after a part of one."""
    return _element("p", _escape(note), "note")


def status_html(status: str) -> str:
    """The status line: a sentence of the page's own, or an error's."""
    return _element("p", _escape(status), "status")


def header_html(course_title: str) -> str:
    """The head of the page."""
    return _element("div", f"<h1>{_escape(course_title)}</h1><p>{_escape(texts.PROMISE)}</p>", "masthead")


def section_name(chunk: Chunk) -> str:
    """What a learner calls the section of a passage: its path of headings, or the document's title."""
    return str(chunk.place) or chunk.title


def _refusal(answer: Answer, turn: int) -> str:
    found = list(enumerate(answer.retrieved, start=1))
    return _element(
        "div",
        _understood(answer)
        + _element("p", _escape(answer.text), "refusal")
        + _folded(texts.FOUND, found, turn)
        + _element("div", "".join(_found_passage(number, hit.chunk, turn) for number, hit in found), "", "hidden")
        + (_element("p", _escape(texts.NEAREST), "nearest") if answer.nearest else ""),
        "answer",
    )


def _understood(answer: Answer) -> str:
    if answer.asked in ("", " ".join(answer.question.split())):
        return ""
    return _element("p", f"{_escape(texts.UNDERSTOOD)} <q>{_escape(answer.asked)}</q>", "understood")


def _sentences(answer: Answer, turn: int) -> str:
    if not answer.sentences:
        return ""
    quotes = {citation.number: citation.quote for citation in answer.citations}
    return _element("p", " ".join(_sentence(sentence, turn, quotes) for sentence in answer.sentences), "text")


def _sentence(sentence: Sentence, turn: int, quotes: dict[int, str]) -> str:
    markers = "".join(
        f'<a class="marker" href="#{_source_id(turn, number)}" title="{_escape(_hint(quotes[number]))}">[{number}]</a>'
        for number in sentence.citations
    )
    note = texts.SUPPORT_NOTES[sentence.support]
    state = f" {_element('span', f'({_escape(note)})', 'state')}" if note else ""
    words = _element("span", _escape(sentence.text), "words")
    return _element("span", f"{words}{state}&nbsp;{markers}", f"sentence {sentence.support}")


def _cited(citations: Sequence[Citation], turn: int) -> str:
    if not citations:
        return ""
    items = [
        _element(
            "li",
            f'<a href="#{_source_id(turn, citation.number)}"><span class="number">[{citation.number}]</span> '
            f"{_where(citation.title, citation.place)}</a>",
        )
        for citation in citations
    ]
    return _element("div", _element("h3", _escape(texts.CITED)) + _element("ul", "".join(items)), "sources")


def _listed(heading: str, hits: Numbered, turn: int) -> str:
    if not hits:
        return ""
    return _element("div", _element("h3", _escape(heading)) + _links(hits, turn), "sources found")


def _folded(heading: str, hits: Numbered, turn: int) -> str:
    if not hits:
        return ""
    summary = _element("summary", _escape(f"{heading} ({len(hits)})"))
    return _element("details", summary + _links(hits, turn), "sources found")


def _links(hits: Numbered, turn: int) -> str:
    links = (
        f'<a href="#{_found_id(turn, number)}">{_where(hit.chunk.title, hit.chunk.place)}</a>' for number, hit in hits
    )
    return _element("ul", "".join(_element("li", link) for link in links))


def _where(title: str, place: Place) -> str:
    if not str(place):
        return _element("span", _escape(title), "place")
    return f"{_element('span', _escape(str(place)), 'place')} {_element('span', _escape(title), 'title')}"


def _cited_passage(citation: Citation, turn: int, document: Document) -> str:
    first, last = _surroundings(document.text, citation.start, citation.end)
    quote = _element("mark", _escape(document.text[citation.start : citation.end]))
    before = ("…" if first else "") + _with_headings(document, first, citation.start)
    after = _with_headings(document, citation.end, last) + ("…" if last < len(document.text) else "")
    passage = before + quote + after
    return _passage(_source_id(turn, citation.number), f"[{citation.number}]", citation.title, citation.place, passage)


def _found_passage(number: int, chunk: Chunk, turn: int) -> str:
    return _passage(_found_id(turn, number), "", chunk.title, chunk.place, _escape(chunk.text))


def _passage(identity: str, number: str, title: str, place: Place, passage: str) -> str:
    heading = " ".join(filter(None, [number, _escape(title)]))
    where = _element("p", _escape(str(place)), "place") if str(place) else ""
    return (
        f'<article id="{identity}"><h2 tabindex="-1">{heading}</h2>{where}{_element("blockquote", passage)}</article>'
    )


def _surroundings(text: str, start: int, end: int) -> Span:
    """Where to begin and end, between words, to show about 500 characters around ``text[start:end]``."""
    first, last = max(start - _CONTEXT, 0), min(end + _CONTEXT, len(text))
    if first and (space := _SPACE.search(text, first, start)):
        first = space.end()
    if last < len(text) and (spaces := list(_SPACE.finditer(text, end, last))):
        last = spaces[-1].start()
    return first, last


def _with_headings(document: Document, start: int, end: int) -> str:
    """``document.text[start:end]`` as HTML; what belongs to no section is a heading, and looks like one."""
    shown, at = "", start
    for section in document.sections:
        if at < section.end and section.start < end:
            shown += _heading(document.text[at : section.start])
            body_start, at = max(section.start, at), min(section.end, end)
            shown += _escape(document.text[body_start:at])
    return shown + _heading(document.text[at:end])


def _heading(text: str) -> str:
    return _element("b", _escape(text.strip())) if text.strip() else _escape(text)


def _is_cited(hit: Hit, answer: Answer) -> bool:
    chunk = hit.chunk
    return any(
        chunk.doc_id == citation.doc_id and chunk.start < citation.end and citation.start < chunk.end
        for citation in answer.citations
    )


def _source_id(turn: int, number: int) -> str:
    return f"source-{turn}-{number}"


def _found_id(turn: int, number: int) -> str:
    return f"source-{turn}-found-{number}"


def _hint(quote: str) -> str:
    flat = " ".join(quote.split())
    return flat if len(flat) <= _LONGEST_HINT else flat[: _LONGEST_HINT - 1] + "…"


def _element(tag: str, content: str, css_class: str = "", attribute: str = "") -> str:
    """`content` is HTML already; the other three are ours, never anybody's text."""
    named = f' class="{css_class}"' if css_class else ""
    return f"<{tag}{named}{' ' + attribute if attribute else ''}>{content}</{tag}>"


def _escape(text: str) -> str:
    """Any text as HTML text or as the value of a quoted attribute, on one line."""
    return html.escape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "&#10;")


_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~$&!^=@])")
_NOT_PRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MARKDOWN_LINE_START = re.compile(r"^([-+]|\d+(?=[.)]))")


def to_markdown(answer: Answer) -> str:
    r"""An answer as Markdown, its citations as footnotes; every word of it survives as it is.

    >>> from rag import Sentence
    >>> to_markdown(Answer("Which?", True, (Sentence("The *forget* gate.", "weak"),)))
    'The \\*forget\\* gate. (weakly supported)\n'
    """
    if not answer.answered:
        sections = "".join(f"- {_markdown(section_name(chunk))}\n" for chunk in answer.nearest)
        return f"{_markdown(answer.text)}\n" + (f"\n{texts.NEAREST}\n\n{sections}" if sections else "")
    body = " ".join(_markdown_sentence(sentence) for sentence in answer.sentences)
    return f"{body}\n" + "".join(f"\n{_footnote(citation)}\n" for citation in answer.citations)


def _markdown_sentence(sentence: Sentence) -> str:
    marks = "".join(f"[^{number}]" for number in sentence.citations)
    note = texts.SUPPORT_NOTES[sentence.support]
    return _markdown(sentence.text) + marks + (f" ({note})" if note else "")


def _footnote(citation: Citation) -> str:
    source = ", ".join(filter(None, [citation.title, str(citation.place)]))
    return f"[^{citation.number}]: {_markdown(source)}: “{_markdown(citation.quote)}”"


def _markdown(text: str) -> str:
    escaped = _MARKDOWN_SIGNS.sub(r"\\\1", _printable(text))
    escaped = escaped.replace("://", r"\://").replace("www.", r"www\.")
    return _MARKDOWN_LINE_START.sub(lambda match: _escape_line_start(match[0]), escaped)


def _escape_line_start(sign: str) -> str:
    return sign + "\\" if sign[0].isdigit() else "\\" + sign


def _printable(text: str) -> str:
    """`text` on one line, without what a terminal would take for a command or for a change of direction."""
    return _NOT_PRINTABLE.sub("", " ".join(text.split()))
