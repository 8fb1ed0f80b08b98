"""Answer → Markdown, its citations as footnotes."""

from __future__ import annotations

import re

from corpus import Place
from rag import Answer, Citation, Sentence
from ui.texts.chat import ENGLISH, ChatTexts

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~$&!^=@])")
_NOT_PRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LINE_START = re.compile(r"^([-+]|\d+(?=[.)]))")


def to_markdown(answer: Answer, texts: ChatTexts = ENGLISH, mark: str = "") -> str:
    r"""An answer as Markdown, its citations as footnotes; every word of it survives as it is.

    `mark` stands before the number of each footnote, where several answers share a page.

    >>> from rag import Sentence
    >>> to_markdown(Answer("Which?", True, (Sentence("The *forget* gate.", "weak"),)))
    'The \\*forget\\* gate. (weakly supported)\n'
    """
    if not answer.answered:
        sections = "".join(f"- {escaped(_section(chunk.title, chunk.place, texts))}\n" for chunk in answer.nearest)
        return f"{escaped(texts.not_in_course)}\n" + (f"\n{texts.nearest}\n\n{sections}" if sections else "")
    body = " ".join(sentence_markdown(sentence, texts, mark) for sentence in answer.sentences)
    return body + footnotes(answer, texts, mark)


def footnotes(answer: Answer, texts: ChatTexts = ENGLISH, mark: str = "") -> str:
    """What comes after the last sentence of an answer."""
    return "\n" + "".join(f"\n{_footnote(citation, texts, mark)}\n" for citation in answer.citations)


def sentence_markdown(sentence: Sentence, texts: ChatTexts = ENGLISH, mark: str = "") -> str:
    """One sentence of an answer, with the marks of its footnotes."""
    marks = "".join(f"[^{mark}{number}]" for number in sentence.citations)
    note = texts.support_notes[sentence.support]
    return escaped(sentence.text) + marks + (f" ({note})" if note else "")


def escaped(text: str) -> str:
    """Any text as one line of Markdown that shows every printable character of it, and no markup."""
    signs = _SIGNS.sub(r"\\\1", printable(text))
    signs = signs.replace("://", r"\://").replace("www.", r"www\.")
    return _LINE_START.sub(lambda match: _escaped_line_start(match[0]), signs)


def printable(text: str) -> str:
    """`text` on one line, without what a terminal would take for a command or for a change of direction."""
    return _NOT_PRINTABLE.sub("", " ".join(text.split()))


def _section(title: str, place: Place, texts: ChatTexts) -> str:
    return texts.place(place) or title


def _footnote(citation: Citation, texts: ChatTexts, mark: str) -> str:
    source = ", ".join(filter(None, [citation.title, texts.place(citation.place)]))
    return f"[^{mark}{citation.number}]: {escaped(source)}: “{escaped(citation.quote)}”"


def _escaped_line_start(sign: str) -> str:
    return sign + "\\" if sign[0].isdigit() else "\\" + sign
