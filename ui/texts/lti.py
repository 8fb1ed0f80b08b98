"""What the pages on the way from a learning platform say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from ui.texts import Language, language_of


@dataclass(frozen=True, slots=True)
class LtiTexts:
    """The texts in one language; ``{…}`` stand for what is filled in."""

    language: Language

    opening: str
    needs_script: str
    kept_out: str
    new_tab: str
    not_this_browser: str
    cut_off: str
    not_opened: str
    nothing_chosen: str
    choose_title: str
    choose_question: str
    choose_help: str
    choose_again: str
    course: str
    no_courses: str
    choose: str
    activity_title: str
    activity_question: str
    begins_with: str
    whole_course: str
    quiz: str
    sections: str
    make_activity: str
    reporting: str
    other_course: str
    register_title: str
    register_question: str
    register: str
    reports: str
    registered: str
    registered_help: str
    deployment_missing: str
    close: str
    leave: str
    leave_question: str
    left: str
    back: str


ENGLISH: Final = LtiTexts(
    language="en",
    opening="Opening the course …",
    needs_script="This page needs JavaScript; switch it on and open the activity again.",
    kept_out="Your browser lets a page within another one remember nothing, so it cannot be opened here.",
    new_tab="Open in a new tab",
    not_this_browser="Your browser could not show that it is the one that opened this activity. "
    "Open it again; if that does not help, have your learning platform open it in a new window.",
    cut_off="The connection was lost on the way; open the activity again.",
    not_opened="The activity cannot be opened",
    nothing_chosen="Whoever teaches this course has not chosen yet what can be asked about here; come back later.",
    choose_title="Which course is this?",
    choose_question="Which course is {course}?",
    choose_help="Everybody who opens an activity in this course of your learning platform asks about the course that "
    "you choose, and those who teach it there may change it here.",
    choose_again="So far it is {course}.",
    course="Course",
    no_courses="There is no course here that you may choose; ask whoever runs this server.",
    choose="Choose",
    activity_title="New activity",
    activity_question="An activity about {course}",
    begins_with="It begins with",
    whole_course="the whole course",
    quiz="a question of a quiz",
    sections="a section",
    make_activity="Add the activity",
    reporting="The gradebook gets a point for everybody who has asked something",
    other_course="Choose another course",
    register_title="Add Coursecite to your learning platform",
    register_question="Register {host} here, and this tool there?",
    register="Register",
    reports="Tell the gradebook who has asked something, where an activity has a column there",
    registered="{name} is registered",
    registered_help="People may come from there from now on.",
    deployment_missing="Your platform did not say under which deployment id; add it on the server, "
    "with coursecite lti add.",
    close="Close",
    leave="End this visit",
    leave_question="End this visit?",
    left="The visit has ended. Open the activity in your learning platform to come again.",
    back="Back",
)

GERMAN: Final = LtiTexts(
    language="de",
    opening="Der Kurs wird geöffnet …",
    needs_script="Diese Seite braucht JavaScript; schalten Sie es ein und öffnen Sie die Aktivität noch einmal.",
    kept_out="Ihr Browser erlaubt einer Seite in einer anderen nicht, sich etwas zu merken; hier geht sie nicht auf.",
    new_tab="In neuem Tab öffnen",
    not_this_browser="Ihr Browser konnte nicht zeigen, dass er diese Aktivität geöffnet hat. "
    "Öffnen Sie sie noch einmal; hilft das nicht, lassen Sie Ihre Lernplattform sie in einem neuen Fenster öffnen.",
    cut_off="Die Verbindung ist unterwegs abgerissen; öffnen Sie die Aktivität noch einmal.",
    not_opened="Die Aktivität lässt sich nicht öffnen",
    nothing_chosen="Wer diesen Kurs unterrichtet, hat noch nicht gewählt, wozu hier gefragt werden kann; "
    "kommen Sie später wieder.",
    choose_title="Welcher Kurs ist das?",
    choose_question="Welcher Kurs ist {course}?",
    choose_help="Alle, die in diesem Kurs Ihrer Lernplattform eine Aktivität öffnen, fragen zu dem Kurs, den Sie "
    "wählen, und wer ihn dort unterrichtet, darf ihn hier ändern.",
    choose_again="Bisher ist es {course}.",
    course="Kurs",
    no_courses="Hier gibt es keinen Kurs, den Sie wählen dürfen; fragen Sie, wer diesen Server betreibt.",
    choose="Wählen",
    activity_title="Neue Aktivität",
    activity_question="Eine Aktivität zu {course}",
    begins_with="Sie beginnt mit",
    whole_course="dem ganzen Kurs",
    quiz="einer Quizfrage",
    sections="einem Abschnitt",
    make_activity="Aktivität anlegen",
    reporting="Wer etwas gefragt hat, bekommt in den Bewertungen einen Punkt",
    other_course="Einen anderen Kurs wählen",
    register_title="Coursecite in Ihrer Lernplattform",
    register_question="{host} hier anmelden, und dieses Werkzeug dort?",
    register="Anmelden",
    reports="Den Bewertungen melden, wer etwas gefragt hat, wo eine Aktivität dort eine Spalte hat",
    registered="{name} ist angemeldet",
    registered_help="Von dort kann man von jetzt an kommen.",
    deployment_missing="Ihre Plattform hat keine Deployment-ID genannt; tragen Sie sie auf dem Server nach, "
    "mit coursecite lti add.",
    close="Schließen",
    leave="Besuch beenden",
    leave_question="Diesen Besuch beenden?",
    left="Der Besuch ist beendet. Öffnen Sie die Aktivität in Ihrer Lernplattform, um wiederzukommen.",
    back="Zurück",
)

TEXTS: Final[Mapping[Language, LtiTexts]] = {"en": ENGLISH, "de": GERMAN}


def texts_of(request: Request) -> LtiTexts:
    """The texts in the language that the browser asks for."""
    return TEXTS[language_of(request.headers.get("accept-language", ""))]
