"""What the widget says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ui.texts import Language


@dataclass(frozen=True, slots=True)
class WidgetTexts:
    """The texts of the page in the frame in one language; ``{…}`` stand for what is filled in."""

    language: Language

    heading: str
    promise: str
    question: str
    placeholder: str
    ask: str
    close: str
    conversation: str
    searching: str
    waiting: str
    done: str
    sources: str
    weak: str
    unsupported: str
    not_in_course: str
    nearest: str
    about: str
    broken: str


ENGLISH: Final = WidgetTexts(
    language="en",
    heading="Ask the course",
    promise="Answers come from {title}, each sentence with the words that prove it.",
    question="Your question",
    placeholder="Ask a question about the course",
    ask="Ask",
    close="Close",
    conversation="Questions and answers",
    searching="Searching…",
    waiting="Waiting; {count} come before you…",
    done="Done",
    sources="Sources",
    weak="weakly supported",
    unsupported="not supported by the course:",
    not_in_course="The course material does not answer this question.",
    nearest="The sections that come closest:",
    about="What does the course say about {heading}?",
    broken="The connection broke off; ask again.",
)

GERMAN: Final = WidgetTexts(
    language="de",
    heading="Den Kurs fragen",
    promise="Die Antworten kommen aus {title}, jeder Satz mit den Worten, die ihn belegen.",
    question="Ihre Frage",
    placeholder="Stellen Sie eine Frage zum Kurs",
    ask="Fragen",
    close="Schließen",
    conversation="Fragen und Antworten",
    searching="Suche …",
    waiting="Warte; {count} kommen vorher …",
    done="Fertig",
    sources="Quellen",
    weak="schwach belegt",
    unsupported="vom Kurs nicht belegt:",
    not_in_course="Das Kursmaterial beantwortet diese Frage nicht.",
    nearest="Die Abschnitte, die der Frage am nächsten kommen:",
    about="Was sagt der Kurs über {heading}?",
    broken="Die Verbindung brach ab; fragen Sie noch einmal.",
)

TEXTS: Final[Mapping[Language, WidgetTexts]] = {"en": ENGLISH, "de": GERMAN}
