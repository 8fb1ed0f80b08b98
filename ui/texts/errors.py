"""What went wrong, in the language of the page: the errors' own sentences are English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ui.errors import UiError
from ui.texts import Language

_GERMAN: Final[Mapping[str, str]] = {
    # Courses
    "This course is not here any more; choose another one.": (
        "Diesen Kurs gibt es hier nicht mehr; wählen Sie einen anderen."
    ),
    "{title} has no material yet that could answer; ask again once it has.": (
        "{title} hat noch kein Material, das antworten könnte; fragen Sie später noch einmal."
    ),
    "{title} was not created on this page; rename or delete its folder on the server instead.": (
        "{title} wurde nicht auf dieser Seite angelegt; löschen Sie seinen Ordner auf dem Server oder geben Sie ihm "
        "dort einen anderen Namen."
    ),
    "This server has no folder for new courses; start it with COURSECITE_DATA set.": (
        "Dieser Server hat keinen Ordner für neue Kurse; starten Sie ihn mit COURSECITE_DATA."
    ),
    "A course needs a title; type one.": "Ein Kurs braucht einen Titel; geben Sie einen ein.",
    "A title has at most {most} characters, all printable; shorten it.": (
        "Ein Titel hat höchstens {most} Zeichen, alle druckbar; kürzen Sie ihn."
    ),
    "The settings of {title} cannot be read; mend the course.toml in its folder.": (
        "Die Einstellungen von {title} lassen sich nicht lesen; berichtigen Sie die course.toml in seinem Ordner."
    ),
    "{title} comes with the program; make a copy of it, and change that.": (
        "{title} gehört zum Programm; legen Sie eine Kopie an und ändern Sie diese."
    ),
    # Files
    "{name} did not come whole; upload it again.": "{name} kam nicht ganz an; laden Sie die Datei noch einmal hoch.",
    "{name} is empty; choose another file.": "{name} ist leer; wählen Sie eine andere Datei.",
    "{name} is not here any more.": "{name} gibt es hier nicht mehr.",
    "This course has {most} files already; delete some first.": (
        "Dieser Kurs hat schon {most} Dateien; löschen Sie erst einige."
    ),
    "{name} is larger than {size}, the most for one file; split it.": (
        "{name} ist größer als {size}, mehr geht für eine Datei nicht; teilen Sie sie auf."
    ),
    "There is room for {size} more in this course, and {name} is larger; delete some files first.": (
        "In diesem Kurs ist noch Platz für {size}, und {name} ist größer; löschen Sie erst einige Dateien."
    ),
    "The file has no name that can be kept; rename it, and upload it again.": (
        "Die Datei hat keinen Namen, der sich behalten lässt; benennen Sie sie um und laden Sie sie noch einmal hoch."
    ),
    "{name} is kept by the program itself; rename the file, and upload it again.": (
        "{name} führt das Programm selbst; benennen Sie die Datei um und laden Sie sie noch einmal hoch."
    ),
    "{name} {reason}.": (
        "{name} wird hier nicht gelesen; speichern Sie die Datei als PDF, DOCX, PPTX, HTML oder als einfachen Text."
    ),
    "The disk is full, and {name} was not saved; free some space and try again.": (
        "Die Festplatte ist voll, {name} wurde nicht gespeichert; schaffen Sie Platz und versuchen Sie es noch einmal."
    ),
    "{name} could not be saved ({reason}); ask whoever runs this server to look at its folder.": (
        "{name} ließ sich nicht speichern ({reason}); wer diesen Server betreibt, sollte sich den Ordner ansehen."
    ),
    # Corrections
    "The question is empty; write one.": "Die Frage ist leer; schreiben Sie eine.",
    "The answer is empty; write one.": "Die Antwort ist leer; schreiben Sie eine.",
    "The question has {length} characters; write at most {most}.": (
        "Die Frage hat {length} Zeichen; schreiben Sie höchstens {most}."
    ),
    "The answer has {length} characters; write at most {most}.": (
        "Die Antwort hat {length} Zeichen; schreiben Sie höchstens {most}."
    ),
    "The question holds characters that cannot be shown; type them again.": (
        "Die Frage enthält Zeichen, die sich nicht zeigen lassen; tippen Sie sie noch einmal."
    ),
    "The answer holds characters that cannot be shown; type them again.": (
        "Die Antwort enthält Zeichen, die sich nicht zeigen lassen; tippen Sie sie noch einmal."
    ),
    "This correction is not here any more; load the page again.": (
        "Diese Korrektur gibt es hier nicht mehr; laden Sie die Seite noch einmal."
    ),
    # Evaluation
    "An evaluation is running already; wait until it has ended.": (
        "Es läuft schon eine Auswertung; warten Sie, bis sie fertig ist."
    ),
    "The evaluation broke off because of an error of the program; its log says which.": (
        "Die Auswertung brach wegen eines Fehlers im Programm ab; sein Protokoll sagt, welcher es war."
    ),
    "The course could not be indexed because of an error of the program; its log says which.": (
        "Der Kurs ließ sich wegen eines Fehlers im Programm nicht einlesen; sein Protokoll sagt, welcher es war."
    ),
    "The file came too slowly; upload it again.": "Die Datei kam zu langsam an; laden Sie sie noch einmal hoch.",
    # Who asks
    "This page opens from within your learning platform; go there first.": (
        "Diese Seite öffnet sich aus Ihrer Lernplattform heraus; gehen Sie zuerst dorthin."
    ),
    "Sign in first.": "Melden Sie sich zuerst an.",
    "Only instructors may open this page; ask for that role whoever runs this server.": (
        "Diese Seite ist für Lehrende; wer diesen Server betreibt, kann Ihnen diese Rolle geben."
    ),
    "Only admins may open this page; ask whoever runs this server.": (
        "Diese Seite ist nur für die Verwaltung; fragen Sie, wer diesen Server betreibt."
    ),
    "You may not create, copy or delete courses; ask whoever runs this server.": (
        "Sie dürfen keine Kurse anlegen, kopieren oder löschen; fragen Sie, wer diesen Server betreibt."
    ),
    "This request did not come from our own page; go back, load the page again and repeat what you did.": (
        "Diese Anfrage kam nicht von unserer eigenen Seite; gehen Sie zurück, laden Sie die Seite neu und wiederholen "
        "Sie, was Sie taten."
    ),
    "An API key opens /api/v1 and /v1 alone; sign in to see pages.": (
        "Ein API-Schlüssel öffnet nur /api/v1 und /v1; melden Sie sich an, um Seiten zu sehen."
    ),
    "This request came from a page of another site.": "Diese Anfrage kam von einer Seite einer anderen Website.",
    "This course cannot be asked about here; tell whoever runs this page.": (
        "Dieser Kurs lässt sich hier nicht befragen; sagen Sie es, wer diese Seite betreibt."
    ),
    "You have asked as much as one visitor may within an hour; come back later.": (
        "Sie haben so viel gefragt, wie in einer Stunde vorgesehen ist; kommen Sie später wieder."
    ),
    "As much has been asked here as may be within a day; come back tomorrow.": (
        "Heute wurde hier so viel gefragt, wie an einem Tag vorgesehen ist; kommen Sie morgen wieder."
    ),
    "There is no such page; go back to the courses.": "Diese Seite gibt es nicht; gehen Sie zurück zu den Kursen.",
    "This conversation is not here any more; begin a new one.": (
        "Dieses Gespräch gibt es nicht mehr; beginnen Sie ein neues."
    ),
    # API keys
    "There is a key called {name} already; choose another name.": (
        "Es gibt schon einen Schlüssel namens {name}; wählen Sie einen anderen Namen."
    ),
    "There is no key called {name}; `coursecite key list` shows them all.": (
        "Es gibt keinen Schlüssel namens {name}; laden Sie die Seite noch einmal."
    ),
    "A key has one right at least; choose among {rights}.": "Ein Schlüssel ist für etwas da; wählen Sie, wofür.",
    "A key asks 1 to 100,000 questions a minute; choose another number.": (
        "Ein Schlüssel stellt 1 bis 100.000 Fragen je Minute; wählen Sie eine andere Zahl."
    ),
    "A key holds 1 to 3,650 days; choose another number.": (
        "Ein Schlüssel gilt 1 bis 3.650 Tage; wählen Sie eine andere Zahl."
    ),
    "The name of a key has 1 to {most} printable characters; choose another one.": (
        "Der Name eines Schlüssels hat 1 bis {most} druckbare Zeichen; wählen Sie einen anderen."
    ),
    # Asking
    "Too many questions are waiting to be answered; ask again in a moment.": (
        "Gerade warten zu viele Fragen auf ihre Antwort; fragen Sie gleich noch einmal."
    ),
    "The server is being stopped; ask again in a moment.": (
        "Der Server wird gerade angehalten; fragen Sie gleich noch einmal."
    ),
    "You have done more than {most} things here within a minute; wait a moment, and try again.": (
        "Sie haben hier in einer Minute mehr als {most} Dinge getan; warten Sie, und versuchen Sie es noch einmal."
    ),
    "More than {most} requests came from your network within a minute; wait a moment, and try again.": (
        "Aus Ihrem Netz kamen in einer Minute mehr als {most} Anfragen; warten Sie etwas, und versuchen Sie es noch "
        "einmal."
    ),
    "You asked {most} questions within a minute; wait a moment, and ask again.": (
        "Sie haben in einer Minute {most} Fragen gestellt; warten Sie etwas, und fragen Sie noch einmal."
    ),
    # Learning platforms
    "This launch was used already, or took too long; open the activity in your learning platform again.": (
        "Dieser Aufruf wurde schon benutzt oder dauerte zu lange; öffnen Sie die Aktivität in Ihrer "
        "Lernplattform noch einmal."
    ),
    "The learning platform does not say who you are; sign in there, and open the activity again.": (
        "Die Lernplattform sagt nicht, wer Sie sind; melden Sie sich dort an und öffnen Sie die Aktivität noch einmal."
    ),
    "Too many people are arriving at once; try again in a few minutes.": (
        "Zu viele kommen gerade auf einmal; versuchen Sie es in einigen Minuten noch einmal."
    ),
    "Too many people come from your network at once; try again in a minute.": (
        "Aus Ihrem Netz kommen zu viele auf einmal; versuchen Sie es in einer Minute noch einmal."
    ),
    "This is too much for a form.": ("Das ist zu viel für ein Formular."),
    "This form cannot be read.": ("Dieses Formular ist nicht zu lesen."),
    "The learning platform signed this with a key that it does not publish.": (
        "Die Lernplattform hat dies mit einem Schlüssel unterschrieben, den sie nicht veröffentlicht."
    ),
    "This learning platform is not registered here; ask whoever runs this server.": (
        "Diese Lernplattform ist hier nicht angemeldet; fragen Sie, wer diesen Server betreibt."
    ),
    "This course cannot be chosen here; choose another one.": (
        "Dieser Kurs kann hier nicht gewählt werden; wählen Sie einen anderen."
    ),
    "Nothing can be picked here; begin again in your learning platform.": (
        "Hier ist nichts auszuwählen; fangen Sie in Ihrer Lernplattform noch einmal an."
    ),
    "This section is not in the course any more; pick another one.": (
        "Diesen Abschnitt gibt es im Kurs nicht mehr; wählen Sie einen anderen."
    ),
    "The learning platform does not say which course this is; open it from within a course.": (
        "Die Lernplattform sagt nicht, welcher Kurs das ist; öffnen Sie dies aus einem Kurs heraus."
    ),
    "The learning platform does not say where the activity is to be sent.": (
        "Die Lernplattform sagt nicht, wohin die Aktivität gehen soll."
    ),
    "The learning platform wants something other than an activity here.": (
        "Die Lernplattform möchte hier etwas anderes als eine Aktivität."
    ),
    "Activities are made by those who teach, from within their learning platform.": (
        "Aktivitäten legen Lehrende an, aus ihrer Lernplattform heraus."
    ),
    "This page is for those who come from a learning platform; open an activity there.": (
        "Diese Seite ist für alle, die aus einer Lernplattform kommen; öffnen Sie dort eine Aktivität."
    ),
    "This came too late; open the activity again.": ("Das kam zu spät; öffnen Sie die Aktivität noch einmal."),
    "This was not signed by the learning platform for this server.": (
        "Das hat die Lernplattform nicht für diesen Server unterschrieben."
    ),
    "What the learning platform sent cannot be read.": ("Was die Lernplattform geschickt hat, ist nicht zu lesen."),
    "The learning platform did not sign this as it must (RS256, with the key's id).": (
        "Die Lernplattform hat dies nicht so unterschrieben, wie sie muss (RS256, mit der ID des Schlüssels)."
    ),
    "The learning platform made this for another tool.": (
        "Die Lernplattform hat dies für ein anderes Werkzeug gemacht."
    ),
    "This does not answer what this server asked; open the activity again.": (
        "Das beantwortet nicht, was dieser Server gefragt hat; öffnen Sie die Aktivität noch einmal."
    ),
    "The learning platform must speak LTI 1.3.0.": ("Die Lernplattform muss LTI 1.3.0 sprechen."),
    "The learning platform asks for something that this tool does not do.": (
        "Die Lernplattform möchte etwas, das dieses Werkzeug nicht kann."
    ),
    "This tool is not known to be installed in this place; whoever runs this server can add its deployment id.": (
        "Dass dieses Werkzeug hier eingerichtet ist, ist nicht bekannt; wer diesen Server betreibt, kann die "
        "Deployment-ID eintragen."
    ),
    "This visit has ended; open the activity in your learning platform again.": (
        "Dieser Besuch ist beendet; öffnen Sie die Aktivität in Ihrer Lernplattform noch einmal."
    ),
    "The keys in {name} cannot be read or made; look at that file in the data folder.": (
        "Die Schlüssel in {name} lassen sich nicht lesen oder erzeugen; sehen Sie sich diese Datei im Datenordner an."
    ),
    # Registering learning platforms
    "{address!r} cannot be the {what}; give an address that begins with {scheme}://.": (
        "{address!r} kann nicht {what} sein; geben Sie eine Adresse an, die mit {scheme}:// beginnt."
    ),
    "An id has 1 to {most} printable characters; {id!r} is none.": (
        "Eine ID hat 1 bis {most} druckbare Zeichen; {id!r} ist keine."
    ),
    "A platform has at least one deployment; give its id with --deployment.": (
        "Eine Plattform hat mindestens ein Deployment; geben Sie dessen ID an."
    ),
    "There is no platform {number}; `coursecite lti list` shows them all.": (
        "Es gibt keine Plattform {number}; laden Sie die Seite noch einmal."
    ),
    "This invitation is not valid any more; ask whoever runs this server for another one.": (
        "Diese Einladung gilt nicht mehr; bitten Sie um eine neue, wer diesen Server betreibt."
    ),
    "This invitation is being used just now; wait a moment, and look whether it was you.": (
        "Diese Einladung wird gerade benutzt; warten Sie einen Moment, und sehen Sie nach, ob Sie es waren."
    ),
    "The platform calls itself by another host than the one that says so.": (
        "Die Plattform nennt sich nach einem anderen Rechner als dem, der das sagt."
    ),
    "This platform is registered here already.": "Diese Plattform ist hier schon angemeldet.",
    "What the platform says of itself lacks {name}.": "In dem, was die Plattform von sich sagt, fehlt {name}.",
    "Once a platform is registered, nobody comes in here without an account; add yours first "
    "(coursecite user add NAME --role admin), and start the server again.": (
        "Sobald eine Plattform angemeldet ist, kommt hier niemand ohne Konto herein; legen Sie zuerst Ihres an "
        "(coursecite user add NAME --role admin), und starten Sie den Server neu."
    ),
    # What learning platforms answer
    "What the learning platform publishes is no set of keys.": (
        "Was die Lernplattform veröffentlicht, ist kein Satz von Schlüsseln."
    ),
    "{address} is no address that may be asked.": "{address} ist keine Adresse, bei der angefragt werden darf.",
    "{host} is at an address of a private network, which is not asked.": (
        "{host} hat eine Adresse in einem privaten Netz; dort wird nicht angefragt."
    ),
    "{host} cannot be reached; try again later.": (
        "{host} ist nicht zu erreichen; versuchen Sie es später noch einmal."
    ),
    "{host} did not answer within {seconds} seconds; try again later.": (
        "{host} hat nicht innerhalb von {seconds} Sekunden geantwortet; versuchen Sie es später noch einmal."
    ),
    "{host} answered with an error ({status}).": "{host} hat mit einem Fehler geantwortet ({status}).",
    "{host} answered with more than {most} KB.": "{host} hat mit mehr als {most} KB geantwortet.",
    "What {host} answered is no JSON.": "Was {host} geantwortet hat, ist kein JSON.",
    "What {host} answered is not what was asked for.": (
        "Was {host} geantwortet hat, ist nicht das, wonach gefragt war."
    ),
    # The database
    "The database is busy; try again in a moment.": (
        "Die Datenbank ist beschäftigt; versuchen Sie es gleich noch einmal."
    ),
    "The database cannot be written; ask whoever runs this server to look at its permissions.": (
        "Die Datenbank lässt sich nicht beschreiben; wer diesen Server betreibt, sollte sich ihre Rechte ansehen."
    ),
    "The disk of the database is full; ask whoever runs this server to free some space.": (
        "Die Festplatte der Datenbank ist voll; wer diesen Server betreibt, sollte Platz schaffen."
    ),
    "The database is damaged; ask whoever runs this server to restore it from a backup.": (
        "Die Datenbank ist beschädigt; wer diesen Server betreibt, sollte sie aus einer Sicherung wiederherstellen."
    ),
    "The database cannot be reached; ask whoever runs this server to look at it.": (
        "Die Datenbank ist nicht erreichbar; wer diesen Server betreibt, sollte nach ihr sehen."
    ),
}
"""By the English sentence with its blanks, as it stands where it is raised."""

_BY_CLASS: Final[Mapping[str, str]] = {
    "ModelFailed": "Das Modell hat die Antwort abgebrochen; fragen Sie noch einmal.",
    "QuestionInvalid": "Diese Frage ist leer, zu lang oder nicht lesbar; stellen Sie sie anders.",
    "CourseEmpty": "In diesem Kurs war nichts zu lesen; laden Sie andere Dateien hoch. Im Einzelnen: {english}",
    "QuestionsInvalid": "Die Fragen sind so nicht zu lesen; ändern Sie die Datei. Im Einzelnen: {english}",
    "QuestionsUnreadable": "Die Fragen sind nicht zu lesen; speichern Sie die Datei als UTF-8. Im Einzelnen: {english}",
    "RunMissing": "Diesen Durchlauf gibt es nicht mehr; starten Sie einen neuen.",
}
"""Errors of the other packages, whose sentences hold what was found where: the particulars stay in English."""


def said(error: Exception, language: Language) -> str:
    """One sentence for a person in that language; in English where there is none in it."""
    if language == "en":
        return str(error)
    if isinstance(error, UiError) and (own := _GERMAN.get(error.sentence)):
        return own.format(**error.values)
    own = next((_BY_CLASS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _BY_CLASS), "{english}")
    return own.format(english=error)
