"""Answer → HTML: the only place where a citation becomes a link.

Everything that a course, a model or a learner wrote is escaped here, once, and nowhere else. The
HTML is one line without a raw newline, so that no Markdown processor finds a paragraph in it, and
uses only elements and attributes that Gradio's sanitizer lets through (no ``data-*``, no ``aria-*``).
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from corpus import Document, Place
from rag import Answer, Chunk, Citation, Hit, Sentence
from ui.links import document_link, original_link
from ui.texts.chat import ENGLISH, ChatTexts

OPENING = '<div class="masthead"><h1>Coursecite</h1></div>'
"""The head of the page until it is known what to show, and in which language."""

FindDocument = Callable[[str], Document]
Numbered = Sequence[tuple[int, Hit]]

_AROUND = 1200
"""Characters shown before and after a passage that is cited."""

_PASSAGE = 500
"""Characters around a quote that count as its passage, where the passage is not known."""


@dataclass(frozen=True, slots=True)
class AnswerHtml:
    """Draws the answer of one turn, finished or still being written, with its sources.

    `turn` makes the ids of its sources unique in a conversation. `find_document` gives what is cited
    as it was then; it raises `KeyError` for a document that is not there any more. `course` is the
    slug for links to whole documents, without which there are none; `original` names the file to
    open for a document, if there is one.
    """

    turn: int
    find_document: FindDocument
    texts: ChatTexts = ENGLISH
    course: str = ""
    original: Callable[[Document], str] = lambda _document: ""

    def draw(self, answer: Answer) -> str:
        """All of it. Before the first sentence the passages found are listed; then those cited, the others folded."""
        if not answer.answered:
            return self._refusal(answer)
        uncited = [(number, hit) for number, hit in _numbered(answer) if not _is_cited(hit, answer)]
        folded = self._folded(self.texts.not_cited, uncited)
        return element(
            "div",
            self._understood(answer)
            + self._sentences(answer)
            + self._cited(answer.citations)
            + (folded if answer.sentences else self._listed(self.texts.found, uncited))
            + self._hidden(
                [
                    *(self._cited_passage(citation, answer) for citation in answer.citations),
                    *(self._found_passage(number, hit.chunk) for number, hit in uncited),
                ]
            ),
            "answer",
        )

    def _refusal(self, answer: Answer) -> str:
        found = _numbered(answer)
        return element(
            "div",
            self._understood(answer)
            + element("p", escape(self.texts.not_in_course), "refusal")
            + self._folded(self.texts.found, found)
            + self._hidden(self._found_passage(number, hit.chunk) for number, hit in found),
            "answer",
        )

    def _understood(self, answer: Answer) -> str:
        if answer.asked in ("", " ".join(answer.question.split())):
            return ""
        return element("p", f"{escape(self.texts.understood)} <q>{escape(answer.asked)}</q>", "understood")

    def _sentences(self, answer: Answer) -> str:
        if not answer.sentences:
            return ""
        return element("p", " ".join(map(self._sentence, answer.sentences)), "text")

    def _sentence(self, sentence: Sentence) -> str:
        markers = "".join(
            f'<a class="marker" href="#{self._source_id(number)}">[{number}]</a>' for number in sentence.citations
        )
        note = self.texts.support_notes[sentence.support]
        words = element("span", escape(sentence.text), "words")
        if sentence.support == "unsupported":  # said first: nobody shall read it as fact before they know
            state = f"{element('span', escape(f'{note}:'), 'state')} "
            return element("span", f"{state}{words}{markers and f'&nbsp;{markers}'}", "sentence unsupported")
        state = f" {element('span', escape(f'({note})'), 'state')}" if note else ""
        return element("span", f"{words}{state}&nbsp;{markers}", f"sentence {sentence.support}")

    def _cited(self, citations: Sequence[Citation]) -> str:
        if not citations:
            return ""
        items = [
            element(
                "li",
                f'<a href="#{self._source_id(citation.number)}"><span class="number">[{citation.number}]</span> '
                f"{self._where(citation.title, citation.place)}</a>",
            )
            for citation in citations
        ]
        heading = element("h3", escape(self.texts.cited))
        return element("div", heading + element("ul", "".join(items)), "sources")

    def _listed(self, heading: str, hits: Numbered) -> str:
        if not hits:
            return ""
        return element("div", element("h3", escape(heading)) + self._links(hits), "sources found")

    def _folded(self, heading: str, hits: Numbered) -> str:
        if not hits:
            return ""
        summary = element("summary", escape(f"{heading} ({len(hits)})"))
        return element("details", summary + self._links(hits), "sources found")

    def _links(self, hits: Numbered) -> str:
        links = (
            f'<a href="#{self._found_id(number)}">{self._where(hit.chunk.title, hit.chunk.place)}</a>'
            for number, hit in hits
        )
        return element("ul", "".join(element("li", link) for link in links))

    def _where(self, title: str, place: Place) -> str:
        shown = self.texts.place(place)
        if not shown:
            return element("span", escape(title), "place")
        return f"{element('span', escape(shown), 'place')} {element('span', escape(title), 'title')}"

    def _hidden(self, passages: Iterable[str]) -> str:
        return element("div", "".join(passages), "passages", "hidden")

    def _cited_passage(self, citation: Citation, answer: Answer) -> str:
        """The passage with the quote marked, and what stands before and after; the quote alone where it is gone."""
        identity, number = self._source_id(citation.number), f"[{citation.number}]"
        document = self._document(citation.doc_id)
        if document is None or document.text[citation.start : citation.end] != citation.quote:
            gone = element("p", escape(self.texts.source_changed), "gone")
            quote = element("mark", escape(citation.quote))
            return self._passage(identity, number, citation, quote, gone)
        start, end = _passage_around(citation, answer, document)
        quote = element("mark", escape(citation.quote))
        passage = with_headings(document, start, citation.start) + quote + with_headings(document, citation.end, end)
        before, after = _before(document, start), _after(document, end)
        return self._passage(identity, number, citation, before + passage + after, self._openers(citation, document))

    def _found_passage(self, number: int, chunk: Chunk) -> str:
        document = self._document(chunk.doc_id)
        openers = "" if document is None else self._openers(chunk, document)
        return self._passage(self._found_id(number), "", chunk, escape(chunk.text), openers)

    def _passage(self, identity: str, number: str, source: Citation | Chunk, passage: str, openers: str) -> str:
        heading = element("h2", " ".join(filter(None, [number, escape(source.title)])), "", 'tabindex="-1"')
        shown = self.texts.place(source.place)
        where = element("p", escape(shown), "place") if shown else ""
        quote = element("blockquote", passage, "", 'tabindex="0"')
        return f'<article id="{identity}">{heading}{where}{quote}{openers}</article>'

    def _openers(self, source: Citation | Chunk, document: Document) -> str:
        """Links to the whole document, and to its file."""
        if not self.course:
            return ""
        whole = document_link(self.course, source.doc_id, source.start, source.end)
        links = [_away(whole, self.texts.open_document)]
        if name := self.original(document):
            links.append(_away(original_link(self.course, name, source.place), self.texts.open_file))
        return element("p", " ".join(links), "openers")

    def _document(self, doc_id: str) -> Document | None:
        try:
            return self.find_document(doc_id)
        except KeyError:
            return None

    def _source_id(self, number: int) -> str:
        return f"source-{self.turn}-{number}"

    def _found_id(self, number: int) -> str:
        return f"source-{self.turn}-found-{number}"


def question_html(question: str, number: int = 0, texts: ChatTexts = ENGLISH) -> str:
    """A learner's question, as text; the turn of that number can be put in other words."""
    edit = element("p", act("edit", str(number), texts.edit), "actions") if number else ""
    return element("p", escape(question), "question") + edit


def nearest_html(answer: Answer, texts: ChatTexts = ENGLISH, *, as_buttons: bool = True) -> str:
    """What stands over the sections to ask about instead; their names, too, where no buttons follow that bear them."""
    if not answer.nearest:
        return ""
    names = dict.fromkeys(section_name(chunk, texts) for chunk in answer.nearest)
    told = texts.nearest if as_buttons else f"{texts.nearest} {'; '.join(names)}"
    return element("p", escape(told), "nearest")


def lead_html(lead: str) -> str:
    """What the page says before an answer."""
    return element("p", escape(lead), "lead")


def act(name: str, value: str, words: str, css_class: str = "") -> str:
    """A button that has the page's script tell the server `name` and `value`; these two are ours, `words` are text."""
    classes = f"act {css_class}".rstrip()
    return f'<button type="button" class="{classes}" name="{name}" value="{value}">{escape(words)}</button>'


def note_html(note: str) -> str:
    """One sentence of the page's own in the place of an answer, or after a part of one."""
    return element("p", escape(note), "note")


def status_html(status: str) -> str:
    """The status line: a sentence of the page's own, or an error's."""
    return element("p", escape(status), "status")


def header_html(course_title: str, texts: ChatTexts = ENGLISH) -> str:
    """The head of the page; its language is that of the page."""
    head = f"<h1>{escape(course_title)}</h1><p>{escape(texts.promise)}</p>"
    return element("div", head, "masthead", f'lang="{texts.language}"')


def section_name(chunk: Chunk, texts: ChatTexts = ENGLISH) -> str:
    """What a learner calls the section of a passage: its path of headings, or the document's title."""
    return texts.place(chunk.place) or chunk.title


def with_headings(document: Document, start: int, end: int) -> str:
    """``document.text[start:end]`` as HTML; what belongs to no section is a heading, and looks like one."""
    shown, at = "", start
    for section in document.sections:
        if at < section.end and section.start < end:
            shown += _heading(document.text[at : section.start])
            body_start, at = max(section.start, at), min(section.end, end)
            shown += escape(document.text[body_start:at])
    return shown + _heading(document.text[at:end])


def escape(text: str) -> str:
    """Any text as HTML text or as the value of a quoted attribute, on one line."""
    return html.escape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "&#10;")


def _heading(text: str) -> str:
    return element("b", escape(text.strip())) if text.strip() else escape(text)


def _numbered(answer: Answer) -> Numbered:
    return list(enumerate(answer.retrieved, start=1))


def _is_cited(hit: Hit, answer: Answer) -> bool:
    return any(_holds(hit.chunk, citation) for citation in answer.citations)


def _holds(chunk: Chunk, citation: Citation) -> bool:
    return chunk.doc_id == citation.doc_id and chunk.start < citation.end and citation.start < chunk.end


def _passage_around(citation: Citation, answer: Answer, document: Document) -> tuple[int, int]:
    """The passage that was found and holds the quote; else what stands around the quote, cut between words."""
    for hit in answer.retrieved:
        if _holds(hit.chunk, citation):
            return min(hit.chunk.start, citation.start), max(hit.chunk.end, citation.end)
    return _cut_before(document.text, citation.start, _PASSAGE), _cut_after(document.text, citation.end, _PASSAGE)


def _before(document: Document, end: int) -> str:
    start = _cut_before(document.text, end, _AROUND)
    shown = ("…" if start else "") + with_headings(document, start, end)
    return element("div", shown, "around") if shown.strip() else ""


def _after(document: Document, start: int) -> str:
    end = _cut_after(document.text, start, _AROUND)
    shown = with_headings(document, start, end) + ("…" if end < len(document.text) else "")
    return element("div", shown, "around") if shown.strip() else ""


def _cut_before(text: str, at: int, most: int) -> int:
    """At most `most` characters before `at`, at the beginning of a word where there is one."""
    first = max(at - most, 0)
    if first == 0:
        return 0
    space = next((i for i in range(first, at) if text[i].isspace()), None)
    return first if space is None else space + 1


def _cut_after(text: str, at: int, most: int) -> int:
    """At most `most` characters after `at`, at the end of a word where there is one."""
    last = min(at + most, len(text))
    if last == len(text):
        return last
    return next((i for i in range(last, at, -1) if text[i - 1].isspace()), last + 1) - 1


def _away(href: str, words: str) -> str:
    return f'<a class="opener" href="{escape(href)}" target="_blank" rel="noopener">{escape(words)}</a>'


def element(tag: str, content: str, css_class: str = "", attribute: str = "") -> str:
    """An element; `content` is HTML already; the other three are ours, never anybody's text."""
    named = f' class="{css_class}"' if css_class else ""
    return f"<{tag}{named}{' ' + attribute if attribute else ''}>{content}</{tag}>"
