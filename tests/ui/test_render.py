from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from corpus import Document, Place, Section
from rag import NOT_IN_COURSE, Answer, Chunk, Citation, Hit, Sentence
from tests.ui.conftest import course_document, passages
from ui import render
from ui.markdown import printable, to_markdown
from ui.render import AnswerHtml
from ui.texts.chat import ENGLISH, GERMAN

texts = ENGLISH

TAGS = set("a article b blockquote details div h1 h2 h3 li mark p q span summary ul".split())
ATTRIBUTES = {"class", "hidden", "href", "id", "lang", "rel", "tabindex", "target"}
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</p><script>alert(1)</script>",
    "[click](javascript:alert(1)) ![i](http://evil.example/x.png)",
    "&lt;b&gt; &amp;amp; &#60;",
    "$\\href{javascript:alert(1)}{x}$ $$y$$",
    "\"' onmouseover='alert(1)' x=\"",
    '```mermaid\nclick A href "javascript:alert(1)"\n```\n\n# heading',
    "\u202egnihton\u202c",
)
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")) | st.sampled_from(HOSTILE)


class Page(HTMLParser):
    """The elements of some HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[tuple[str, str]] = []
        self.texts_of: dict[str, list[str]] = {}
        self.feed(html)
        self.close()
        assert not self._open, f"{self._open} not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append((tag, dict(attrs).get("class") or ""))
        self.texts_of.setdefault(self._name, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for i in range(len(self._open)):
            name = ".".join(filter(None, self._open[i]))
            self.texts_of[name][-1] += data

    @property
    def _name(self) -> str:
        return ".".join(filter(None, self._open[-1]))

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.elements if name in attributes]


def rendered(answer: Answer, document: Document) -> Page:
    return Page(AnswerHtml(1, lambda _: document).draw(answer))


def hostile_answer(text: str, other: str) -> tuple[Answer, Document]:
    """An answer with `text` or `other` wherever a course, a model or a learner can put theirs."""
    body = f"{text}Q{other}"
    place = Place((text, other))
    document = Document("d", text, body, (Section(0, len(body), place),))
    quoted = Citation(1, "d", text, place, "Q", len(text), len(text) + 1)
    found = Hit(Chunk("d", other, place, 0, 0, other), 1.0)
    sentences = (Sentence(text, "weak", (1,)), Sentence(other, "unsupported"))
    return Answer(text, True, sentences, (quoted,), (found,), asked=other), document


@given(anything, anything)
def test_no_text_becomes_markup(text: str, other: str) -> None:
    answer, document = hostile_answer(text, other)
    refusal = replace(answer, answered=False, sentences=(), citations=(), nearest=(answer.retrieved[0].chunk,))
    for html in (
        AnswerHtml(1, lambda _: document).draw(answer),
        AnswerHtml(1, lambda _: document).draw(refusal),
        render.question_html(text),
        render.note_html(text),
        render.status_html(text),
        render.header_html(text),
    ):
        page = Page(html)
        assert {tag for tag, _ in page.elements} <= TAGS
        assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES
        assert all(href.startswith("#source-1-") for href in page.attributes("href"))
        assert "\n" not in html
        assert "\r" not in html


@given(anything, anything)
def test_every_character_is_shown(text: str, other: str) -> None:
    answer, document = hostile_answer(text, other)
    shown = Page(AnswerHtml(1, lambda _: document).draw(answer)).text
    for part in (text, other):
        assert part.replace("\r\n", "\n").replace("\r", "\n") in shown


def test_each_sentence_carries_its_markers(answer: Answer, document: Document) -> None:
    page = rendered(answer, document)

    assert page.texts_of["a.marker"] == ["[1]", "[1]", "[2]"]
    assert page.texts_of["p.text"] == [
        "Mitosis gives two equal nuclei.\xa0[1] It is followed by meiosis. (weakly supported)\xa0[1][2]"
    ]


def test_a_marker_leads_to_its_passage(answer: Answer, document: Document) -> None:
    page = rendered(answer, document)
    marker = next(attributes for tag, attributes in page.elements if attributes.get("class") == "marker")

    assert (marker["href"] or "").removeprefix("#") in page.attributes("id")


def test_a_weak_sentence_says_so_in_words(answer: Answer, document: Document) -> None:
    assert rendered(answer, document).texts_of["span.state"] == [f"({texts.support_notes['weak']})"]


def test_the_quote_is_marked_in_its_passage(answer: Answer, document: Document) -> None:
    page = rendered(answer, document)

    assert page.texts_of["mark"] == [citation.quote for citation in answer.citations]
    assert page.texts_of["blockquote"][0].replace("\n", "") == document.text.replace("\n", "")
    assert page.texts_of["b"][:3] == ["Mitosis", "Meiosis", "Energy"]


def test_only_cited_passages_are_listed_as_sources_and_the_others_are_folded(
    answer: Answer, document: Document
) -> None:
    page = rendered(answer, document)

    assert page.texts_of["div.sources"] == [f"Sources[1] § Mitosis {document.title}[2] § Meiosis {document.title}"]
    assert page.texts_of["details.sources found"] == [f"Also found, not cited (1)§ Energy {document.title}"]
    assert page.texts_of["h2"] == [f"[1] {document.title}", f"[2] {document.title}", document.title]


def test_before_the_first_sentence_the_passages_found_are_open(answer: Answer, document: Document) -> None:
    page = rendered(replace(answer, sentences=(), citations=()), document)

    assert page.texts_of["h3"] == [texts.found]
    assert page.texts_of["span.place"] == ["§ Mitosis", "§ Meiosis", "§ Energy"]
    assert "details" not in {tag for tag, _ in page.elements}


def test_a_refusal_further_up_names_the_sections_that_are_no_buttons_any_more(refusal: Answer) -> None:
    above = Page(render.nearest_html(refusal, as_buttons=False))

    assert above.texts_of["p.nearest"] == [f"{texts.nearest} § Mitosis; § Meiosis"]


def test_a_refusal_is_the_one_sentence_and_no_source(refusal: Answer, document: Document) -> None:
    page = rendered(refusal, document)

    assert page.texts_of["p.refusal"] == [NOT_IN_COURSE]
    assert Page(render.nearest_html(refusal)).texts_of["p.nearest"] == [texts.nearest]
    assert "mark" not in page.texts_of
    assert page.texts_of["summary"] == ["Passages found (3)"]


def test_a_question_that_was_completed_is_shown_as_it_was_understood(answer: Answer, document: Document) -> None:
    completed = replace(answer, question="And its phases?", asked="Mitosis: and its phases?")

    assert rendered(completed, document).texts_of["q"] == ["Mitosis: and its phases?"]
    assert "q" not in rendered(replace(answer, question="What  is\nit?", asked="What is it?"), document).texts_of


def test_a_passage_stands_between_what_comes_before_and_after(answer: Answer, document: Document) -> None:
    page = rendered(answer, document)

    before, after, *_ = page.texts_of["div.around"]
    assert before.strip() == "Mitosis"
    assert after.replace("\n", "") == document.text[document.text.index("Meiosis") :].replace("\n", "")


def _around(words: str, retrieved: bool) -> tuple[str, list[str]]:
    """What is shown of a long document around the word QUOTE: the whole, and what is shown as before and after."""
    document = course_document(parts={"One": f"{words * 200}QUOTE {words * 200}"})
    start = document.text.index("QUOTE")
    citation = Citation(1, "cells", document.title, Place(("One",)), "QUOTE", start, start + 5)
    chunk = Chunk(
        "cells", document.title, Place(("One",)), start - 48, start + 53, document.text[start - 48 : start + 53]
    )
    hits = (Hit(chunk, 1.0),) if retrieved else ()
    page = rendered(Answer("?", True, (Sentence("S.", "supported", (1,)),), (citation,), hits), document)
    return page.texts_of["blockquote"][0], page.texts_of["div.around"]


def test_a_long_document_is_cut_between_words_around_the_passage() -> None:
    shown, (before, after) = _around("alpha beta ", retrieved=True)

    assert before.startswith(("…alpha beta", "…beta alpha"))
    assert after.endswith(("alpha…", "beta…"))
    assert 1180 <= len(before) <= 1201
    assert 1180 <= len(after) <= 1201
    assert len(shown) - len(before) - len(after) == 101


def test_a_quote_whose_passage_is_not_known_is_shown_with_what_stands_around_it() -> None:
    shown, (before, after) = _around("alpha beta ", retrieved=False)

    assert 980 <= len(shown) - len(before) - len(after) <= 1006


def test_a_document_without_any_space_is_cut_all_the_same() -> None:
    text = "語" * 5000
    document = Document("d", "T", text, (Section(0, len(text), Place()),))
    citation = Citation(1, "d", "T", Place(), text[2500:2510], 2500, 2510)
    answer = Answer("?", True, (Sentence("S.", "supported", (1,)),), (citation,))

    assert rendered(answer, document).texts_of["blockquote"] == [f"…{'語' * 3410}…"]


def test_words_that_the_course_has_no_more_are_shown_as_they_were_cited(answer: Answer, document: Document) -> None:
    changed = rendered(answer, replace(document, text=document.text.upper()))

    def gone(_doc_id: str) -> Document:
        raise KeyError

    for page in (changed, Page(AnswerHtml(1, gone).draw(answer))):
        assert page.texts_of["mark"] == [citation.quote for citation in answer.citations]
        assert page.texts_of["p.gone"] == [texts.source_changed] * 2


def test_a_source_leads_to_the_whole_document_and_to_its_file(answer: Answer, document: Document) -> None:
    html = AnswerHtml(1, lambda _: document, course="biology 1", original=lambda _: "week 1/cells.pdf").draw(answer)
    first, file, *_ = [href for href in Page(html).attributes("href") if not href.startswith("#")]
    start = document.text.index("Mitosis divides")

    assert first == f"course/biology%201/document/cells?start={start}&end={start + 50}#quote"
    assert file == "course/biology%201/original/week%201/cells.pdf"
    assert Page(html).attributes("rel") == ["noopener"] * len(Page(html).attributes("target"))


def test_an_unsupported_sentence_is_said_to_be_one_before_it_is_said(document: Document) -> None:
    page = rendered(Answer("?", True, (Sentence("Cells can fly.", "unsupported"),)), document)

    assert page.texts_of["p.text"] == ["not supported by the course: Cells can fly."]


def test_a_page_in_german_says_places_and_states_in_german(answer: Answer, document: Document) -> None:
    citation = replace(answer.citations[0], place=Place(("Page notes",), slide=3, notes=True))
    german = replace(answer, citations=(citation, answer.citations[1]))
    page = Page(AnswerHtml(1, lambda _: document, GERMAN).draw(german))

    assert page.texts_of["h3"] == ["Quellen"]
    assert page.texts_of["span.place"][0] == "Folie 3, Notizen, § Page notes"
    assert page.texts_of["span.state"] == ["(schwach belegt)"]


def test_a_source_without_a_place_is_named_by_its_title(document: Document) -> None:
    chunk = replace(passages(document)[0], place=Place())

    assert render.section_name(chunk) == document.title
    assert render.section_name(passages(document)[0]) == "§ Mitosis"


@given(anything, anything)
def test_markdown_shows_every_word_and_no_markup(text: str, other: str) -> None:
    answer, _ = hostile_answer(text, other)
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(to_markdown(answer))
    page = Page(html.replace("<br />", "").replace("<hr />", "<hr></hr>"))

    assert {tag for tag, _ in page.elements} <= {"p"}
    for part in (text, other):
        assert printable(part) in " ".join(page.text.split())


def test_markdown_has_a_footnote_for_each_citation(answer: Answer) -> None:
    assert to_markdown(answer) == (
        "Mitosis gives two equal nuclei.[^1] It is followed by meiosis.[^1][^2] (weakly supported)\n"
        "\n[^1]: Cells and their energy, § Mitosis: “Mitosis divides one nucleus into two equal nuclei.”\n"
        "\n[^2]: Cells and their energy, § Meiosis: “Meiosis makes four cells”\n"
    )


def test_markdown_of_a_refusal_names_the_nearest_sections(refusal: Answer) -> None:
    assert to_markdown(refusal) == (f"{NOT_IN_COURSE}\n\nThe sections that come closest:\n\n- § Mitosis\n- § Meiosis\n")


@pytest.mark.parametrize(("count", "status"), [(0, "Done, 0 sources"), (1, "Done, 1 source"), (3, "Done, 3 sources")])
def test_the_status_counts_the_sources(count: int, status: str) -> None:
    assert texts.done(count) == status
