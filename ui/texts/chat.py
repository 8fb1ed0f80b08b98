"""What the chat says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from corpus import Place
from rag import Support
from rag.quiz import Comparison
from ui.texts import Language
from ui.texts.errors import said


@dataclass(frozen=True, slots=True)
class ChatTexts:
    """The texts of the chat in one language; ``{…}`` stand for what a method fills in."""

    language: Language

    promise: str
    ask: str
    stop: str
    question: str
    question_placeholder: str
    conversation: str
    answer: str
    welcome: str
    suggestions: str

    ready: str
    searching: str
    waiting_one: str
    waiting_many: str
    writing: str
    stopped: str
    refused: str
    done_one: str
    done_many: str

    understood: str
    cited: str
    found: str
    not_cited: str
    not_in_course: str
    nearest: str
    about: str
    stopped_note: str
    broke: str

    source: str
    close: str
    open_document: str
    open_file: str
    source_changed: str
    earlier_part: str
    later_part: str
    no_document: str
    sign_in_first: str

    copy: str
    copied: str
    copy_yourself: str
    edit: str
    editing: str
    retry: str
    helpful: str
    unhelpful: str
    thanks: str
    thanks_why: str
    taken_back: str
    what_was_wrong: str
    other_reason: str
    interrupted: str
    being_written: str
    not_saved: str
    nothing_is_kept: str
    turn_gone: str
    courses: str
    conversations: str
    no_conversations: str
    new_conversation: str
    for_instructors: str
    choose_course: str
    sign_out: str
    search: str
    more_about: str
    title: str
    rename: str
    renamed: str
    delete: str
    delete_sure: str
    deleted: str
    restored: str
    simplify: str
    define: str
    locate: str
    quiz_me: str
    quiz_status: str
    quiz_placeholder: str
    another_question: str
    leave_quiz: str
    no_quiz: str
    quiz_all: str
    quiz_some: str
    quiz_none: str

    reasons: Mapping[str, str]
    """What can be wrong with an answer, by a word that never changes."""

    support_notes: Mapping[Support, str]
    page: str
    slide: str
    notes: str
    cell: str

    def done(self, sources: int) -> str:
        """The status of a finished answer: ``Done, 3 sources``."""
        return self.done_one if sources == 1 else self.done_many.format(count=sources)

    def waiting(self, ahead: int) -> str:
        """The status of a question that others come before: ``Waiting; 2 answers come before yours…``."""
        return self.waiting_one if ahead == 1 else self.waiting_many.format(count=ahead)

    def compared(self, comparison: Comparison) -> str:
        """What an answer in a quiz has of what the course says, and what it lacks."""
        found, missing = ", ".join(comparison.found), ", ".join(comparison.missing)
        if not missing:
            return self.quiz_all
        return (self.quiz_some if found else self.quiz_none).format(found=found, missing=missing)

    def about_section(self, heading: str) -> str:
        """The question that a click on a suggested section asks; a heading that is a question is asked as it is."""
        return heading if heading.endswith("?") else self.about.format(heading=heading)

    def place(self, place: Place) -> str:
        """A place as ``str(place)`` gives it, in this language."""
        words = str(place)
        if self.language == "en" or not words:
            return words
        heading = "§ " + " › ".join(place.headings) if place.headings else ""
        before = words.removesuffix(heading)
        for english, own in (("page", self.page), ("slide", self.slide), ("notes", self.notes), ("cell", self.cell)):
            before = before.replace(english, own)
        return before + heading

    def error(self, error: Exception) -> str:
        """What went wrong, in one sentence."""
        return said(error, self.language)


ENGLISH: Final = ChatTexts(
    language="en",
    promise="Every sentence shows the passage of the course that proves it.",
    ask="Ask",
    stop="Stop",
    question="Your question",
    question_placeholder="Ask a question about the course",
    conversation="Conversation",
    answer="Answer",
    welcome="Ask in your own words, or begin with one of these.",
    suggestions="Suggestions",
    ready="Ready",
    searching="Searching…",
    waiting_one="Waiting; 1 answer comes before yours…",
    waiting_many="Waiting; {count} answers come before yours…",
    writing="Writing…",
    stopped="Stopped",
    refused="Done, the course does not say",
    done_one="Done, 1 source",
    done_many="Done, {count} sources",
    understood="Understood as:",
    cited="Sources",
    found="Passages found",
    not_cited="Also found, not cited",
    not_in_course="The course material does not answer this question.",
    nearest="The sections that come closest:",
    about="What does the course say about {heading}?",
    stopped_note="Stopped before the answer was finished.",
    broke="Something went wrong here; ask again, and tell whoever runs this page if it stays.",
    source="Source",
    close="Close",
    open_document="Open the whole document",
    open_file="Open the file",
    earlier_part="The part before this one",
    later_part="The part after this one",
    no_document="The course has no such document, or no longer.",
    sign_in_first="Sign in first.",
    source_changed="The course has changed since: these are the words as they were cited.",
    copy="Copy",
    copied="Copied",
    copy_yourself="The browser does not let this page copy: press Ctrl+C now.",
    edit="Edit",
    editing="Change the question and send it; Escape leaves it as it is.",
    retry="Ask again",
    helpful="Helpful",
    unhelpful="Not helpful",
    thanks="Thank you, that was noted.",
    thanks_why="Thank you. What was wrong?",
    taken_back="Taken back.",
    what_was_wrong="What was wrong?",
    other_reason="Something else; press Enter",
    interrupted="The server was restarted before this answer was finished; ask again.",
    being_written="This answer is being written in another tab; load this page again in a moment.",
    not_saved="Not saved:",
    nothing_is_kept="Nothing is kept of this conversation.",
    turn_gone="That question is not on this page any more; load it again.",
    courses="Courses",
    conversations="Conversations",
    no_conversations="None yet.",
    new_conversation="New conversation",
    for_instructors="Instructors' pages",
    choose_course="Choose another course",
    sign_out="Sign out",
    search="Search conversations",
    more_about="More about",
    title="Title",
    rename="Rename",
    renamed="Renamed.",
    delete="Delete",
    delete_sure="Really delete?",
    deleted="Deleted.",
    restored="Ready; the conversation so far is above.",
    simplify="Explain more simply",
    define="Definition",
    locate="Where in the course?",
    quiz_me="Quiz me",
    quiz_status="Answer in your own words.",
    quiz_placeholder="Your answer to the quiz question",
    another_question="Another question",
    leave_quiz="Leave the quiz",
    no_quiz="The course has no more questions of this kind.",
    quiz_all="Nothing of what the course says is missing.",
    quiz_some="In your answer: {found}. Missing from it: {missing}.",
    quiz_none="Nothing of what the course says is in your answer. It says: {missing}.",
    reasons={
        "wrong": "It is wrong",
        "beside": "It does not answer my question",
        "unclear": "I do not understand it",
        "source": "The source does not fit",
    },
    support_notes={"supported": "", "weak": "weakly supported", "unsupported": "not supported by the course"},
    page="page",
    slide="slide",
    notes="notes",
    cell="cell",
)

GERMAN: Final = ChatTexts(
    language="de",
    promise="Zu jedem Satz steht hier die Stelle des Kurses, die ihn belegt.",
    ask="Fragen",
    stop="Stopp",
    question="Ihre Frage",
    question_placeholder="Stellen Sie eine Frage zum Kurs",
    conversation="Gespräch",
    answer="Antwort",
    welcome="Fragen Sie in eigenen Worten, oder beginnen Sie mit einer dieser Fragen.",
    suggestions="Vorschläge",
    ready="Bereit",
    searching="Suche …",
    waiting_one="Warte; 1 Antwort kommt vorher …",
    waiting_many="Warte; {count} Antworten kommen vorher …",
    writing="Schreibe …",
    stopped="Angehalten",
    refused="Fertig, der Kurs sagt dazu nichts",
    done_one="Fertig, 1 Quelle",
    done_many="Fertig, {count} Quellen",
    understood="Verstanden als:",
    cited="Quellen",
    found="Gefundene Stellen",
    not_cited="Auch gefunden, nicht zitiert",
    not_in_course="Das Kursmaterial beantwortet diese Frage nicht.",
    nearest="Die Abschnitte, die der Frage am nächsten kommen:",
    about="Was sagt der Kurs über {heading}?",
    stopped_note="Angehalten, bevor die Antwort fertig war.",
    broke="Hier ist etwas schiefgegangen; fragen Sie noch einmal, und melden Sie es, wenn es dabei bleibt.",
    source="Quelle",
    close="Schließen",
    open_document="Ganzes Dokument öffnen",
    open_file="Datei öffnen",
    earlier_part="Der Teil davor",
    later_part="Der Teil danach",
    no_document="Der Kurs hat kein solches Dokument, oder nicht mehr.",
    sign_in_first="Melden Sie sich zuerst an.",
    source_changed="Der Kurs hat sich seither geändert: Dies sind die Worte, wie sie zitiert wurden.",
    copy="Kopieren",
    copied="Kopiert",
    copy_yourself="Der Browser erlaubt das Kopieren nicht: Drücken Sie jetzt Strg+C.",
    edit="Ändern",
    editing="Ändern Sie die Frage und senden Sie sie; Escape lässt sie, wie sie ist.",
    retry="Noch einmal fragen",
    helpful="Hilfreich",
    unhelpful="Nicht hilfreich",
    thanks="Danke, das ist notiert.",
    thanks_why="Danke. Was war nicht gut?",
    taken_back="Zurückgenommen.",
    what_was_wrong="Was war nicht gut?",
    other_reason="Etwas anderes; Eingabetaste drücken",
    interrupted="Der Server wurde neu gestartet, bevor diese Antwort fertig war; fragen Sie noch einmal.",
    being_written="Diese Antwort entsteht gerade in einem anderen Tab; laden Sie die Seite gleich noch einmal.",
    not_saved="Nicht gespeichert:",
    nothing_is_kept="Von diesem Gespräch wird nichts aufbewahrt.",
    turn_gone="Diese Frage steht nicht mehr auf der Seite; laden Sie sie neu.",
    courses="Kurse",
    conversations="Gespräche",
    no_conversations="Noch keine.",
    new_conversation="Neues Gespräch",
    for_instructors="Seiten für Lehrende",
    choose_course="Einen anderen Kurs wählen",
    sign_out="Abmelden",
    search="Gespräche durchsuchen",
    more_about="Mehr zu",
    title="Titel",
    rename="Umbenennen",
    renamed="Umbenannt.",
    delete="Löschen",
    delete_sure="Wirklich löschen?",
    deleted="Gelöscht.",
    restored="Bereit; das bisherige Gespräch steht oben.",
    simplify="Einfacher erklären",
    define="Definition",
    locate="Wo im Kurs?",
    quiz_me="Frag mich ab",
    quiz_status="Antworten Sie in eigenen Worten.",
    quiz_placeholder="Ihre Antwort auf die Quizfrage",
    another_question="Noch eine Frage",
    leave_quiz="Quiz beenden",
    no_quiz="Der Kurs gibt keine weiteren Fragen dieser Art her.",
    quiz_all="Nichts von dem, was der Kurs sagt, fehlt.",
    quiz_some="In Ihrer Antwort: {found}. Es fehlt: {missing}.",
    quiz_none="Nichts von dem, was der Kurs sagt, steht in Ihrer Antwort. Er sagt: {missing}.",
    reasons={
        "wrong": "Sie ist falsch",
        "beside": "Sie beantwortet meine Frage nicht",
        "unclear": "Ich verstehe sie nicht",
        "source": "Die Quelle passt nicht",
    },
    support_notes={"supported": "", "weak": "schwach belegt", "unsupported": "vom Kurs nicht belegt"},
    page="Seite",
    slide="Folie",
    notes="Notizen",
    cell="Zelle",
)


def chat_texts(language: str) -> ChatTexts:
    """The texts in that language, as ``de``; English where we do not have it."""
    return GERMAN if language.startswith("de") else ENGLISH
