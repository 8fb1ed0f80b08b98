"""What the instructors' pages say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ui.journal.audit import Act
from ui.learner import Right
from ui.texts import Language


@dataclass(frozen=True, slots=True)
class InstructorTexts:
    """The texts of the instructors' pages in one language; ``{…}`` stand for what the template fills in."""

    language: Language

    # Every page
    courses: str
    course: str
    navigation: str
    to_chat: str
    sign_out: str
    skip: str
    parts_of_course: str
    files: str
    review: str
    evaluation: str
    not_done: str
    back: str

    # The audit log
    audit: str
    audit_help: str
    when: str
    who: str
    what: str
    about_what: str
    this_machine: str
    deleted_person: str
    no_acts: str
    acts: Mapping[Act, str]

    # API keys
    keys: str
    keys_help: str
    no_keys: str
    key_name: str
    key_rights: str
    key_courses: str
    key_courses_choice: str
    all_courses: str
    key_per_minute: str
    key_until: str
    key_expired: str
    key_days: str
    rights: Mapping[Right, str]
    add_key: str
    make_key: str
    key_made: str
    key_made_help: str
    revoke_key: str
    confirm_revoke_key: str

    # Learning platforms
    platforms: str
    platforms_help: str
    no_platforms: str
    platform_name: str
    issuer: str
    client_id: str
    deployments: str
    no_deployment: str
    remove_platform: str
    confirm_remove_platform: str
    invite_platform: str
    invite_help: str
    invite: str
    add_platform: str
    add: str
    platform_kind: str
    other_kind: str
    auth_url: str
    token_url: str
    jwks_url: str
    origins: str
    reports: str
    is_told: str

    # The list of courses
    condition: str
    being_read: str
    answers: str
    no_material: str
    new_course: str
    title: str
    course_language: str
    create: str
    language_names: Mapping[str, str]

    # Files
    upload: str
    upload_help: str
    needs_script: str
    choose_files: str
    or_drop: str
    uploads: str
    uploaded: str
    waiting: str
    too_large: str
    upload_broken: str
    included_note: str
    copy: str
    what_was_read: str
    indexing: str
    waiting_to_read: str
    reading: str
    read: str
    totals: str
    file: str
    pages: str
    passages: str
    to_look_at: str
    change: str
    not_read_yet: str
    skipped: str
    nothing_to_look_at: str
    more_warnings: str
    replace: str
    delete: str
    no_files: str
    this_course: str
    rename: str
    delete_course: str
    confirm_delete_course: str
    confirm_delete_file: str

    # Review
    to_mend: str
    nothing_to_mend: str
    asked_once: str
    asked_times: str
    kinds: Mapping[str, str]
    reasons: str
    was_answered: str
    write_answer: str
    leave: str
    cancel: str
    as_bar: str
    corrections: str
    no_corrections: str
    question: str
    answer: str
    proof: str
    proof_none: str
    find_passage: str
    search: str
    nothing_found: str
    save_correction: str
    correction_help: str
    edit: str
    withdraw: str
    confirm_withdraw: str
    asked_over_time: str
    asked_most: str
    day: str
    times: str
    answered: str
    weak: str
    unanswered: str
    nothing_asked: str
    numbers_as_table: str

    # Evaluation
    cases: str
    no_cases: str
    question_set: str
    set_help: str
    choose_set: str
    replace_set: str
    download_set: str
    run_evaluation: str
    running: str
    stages: Mapping[str, str]
    runs: str
    no_runs: str
    report: str
    of_run: str
    measure: str
    this_run: str
    last_run: str
    difference: str
    interval: str
    better: str
    worse: str
    won: str
    lost: str
    changed: str


_CODES = ("en", "de", "da", "es", "fi", "fr", "it", "nl", "no", "pt", "ru", "sv")
_ENGLISH_NAMES = "English German Danish Spanish Finnish French Italian Dutch Norwegian Portuguese Russian Swedish"
_GERMAN_NAMES = (
    "Englisch Deutsch Dänisch Spanisch Finnisch Französisch Italienisch Niederländisch Norwegisch Portugiesisch "
    "Russisch Schwedisch"
)

ENGLISH: Final = InstructorTexts(
    language="en",
    courses="Courses",
    course="Course",
    navigation="Pages",
    to_chat="Chat",
    sign_out="Sign out",
    skip="Skip to the content",
    parts_of_course="Parts of this course",
    files="Files",
    review="Review",
    evaluation="Evaluation",
    not_done="That was not done",
    back="Back to the courses",
    keys="API keys",
    keys_help="With a key a program asks in the place of a person: a course site, an LMS, another front end.",
    no_keys="There is none yet.",
    key_name="What the key is called",
    key_rights="What it is for",
    key_courses="Courses",
    key_courses_choice="Courses that it opens; all, where none is chosen",
    all_courses="all",
    key_per_minute="Questions a minute, at most",
    key_until="Until",
    key_expired="expired",
    key_days="Days after which it expires; without a number, never",
    rights={
        "ask": "asking",
        "documents": "changing files",
        "courses": "changing courses",
        "evaluate": "running evaluations",
        "metrics": "reading figures",
    },
    add_key="A new key",
    make_key="Make the key",
    key_made="The new key",
    key_made_help="Keep it where other secrets are kept; it is not shown again.",
    revoke_key="Revoke",
    confirm_revoke_key="Make the key {name} worthless? Programs that use it are turned away at once.",
    platforms="Learning platforms",
    platforms_help="From these, people come to their courses by LTI 1.3.",
    no_platforms="There is none yet.",
    platform_name="Name",
    issuer="Issuer",
    client_id="Client id",
    deployments="Deployment ids",
    no_deployment="none yet: register it again, with one",
    remove_platform="Remove",
    confirm_remove_platform="Let nobody in from {name} any more?",
    invite_platform="Let a platform register itself",
    invite_help="This makes an address that you give to the platform as the tool's; "
    "it is good for one platform and one day.",
    invite="Make an address",
    add_platform="Register a platform by hand",
    add="Register",
    platform_kind="Kind",
    other_kind="another one, with the addresses below",
    auth_url="Authentication request URL",
    token_url="Access token URL",  # noqa: S106 - a label
    jwks_url="Public keyset URL",
    origins="Where its pages are, if not at the issuer",
    reports="Tell its gradebook who has asked something",
    is_told="told who has asked something",
    audit="Audit log",
    audit_help="What was done on these pages and with the commands, the newest first; times are in UTC.",
    when="When",
    who="Who",
    what="What",
    about_what="About",
    this_machine="this machine",
    deleted_person="somebody whose data were deleted",
    no_acts="Nothing has been done yet.",
    acts={
        "course_created": "created a course",
        "course_copied": "copied a course",
        "course_renamed": "renamed a course",
        "language_changed": "changed the language of a course",
        "course_deleted": "deleted a course",
        "course_chosen": "chose a course for one of a learning platform",
        "file_uploaded": "uploaded a file",
        "file_deleted": "deleted a file",
        "answer_written": "wrote the right answer",
        "answer_withdrawn": "withdrew an answer",
        "questions_settled": "left questions as they are",
        "question_set_replaced": "replaced the question set",
        "evaluation_started": "ran the evaluation",
        "account_added": "added an account",
        "account_removed": "removed an account",
        "password_changed": "changed a password",
        "key_added": "made an API key",
        "key_revoked": "revoked an API key",
        "platform_invited": "invited a learning platform",
        "platform_added": "registered a learning platform",
        "platform_removed": "removed a learning platform",
        "tool_keys_rotated": "rotated the keys for platforms",
        "data_exported": "exported somebody's data",
        "data_deleted": "deleted somebody's data",
        "backup_written": "made a backup",
        "widget_allowed": "allowed a course's widget on web sites",
        "widget_removed": "removed a course's widget",
    },
    condition="Condition",
    being_read="Being read",
    answers="Answers questions",
    no_material="No material yet",
    new_course="New course",
    title="Title",
    course_language="Language of the material",
    create="Create course",
    language_names=dict(zip(_CODES, _ENGLISH_NAMES.split(), strict=True)),
    upload="Upload files",
    upload_help="PDF, Word, PowerPoint, web pages, captions, archives and many more; {megabytes} MB at most for each.",
    needs_script="Uploading needs JavaScript, which your browser has switched off.",
    choose_files="Choose files",
    or_drop="or drop them here",
    uploads="Uploads",
    uploaded="Uploaded",
    waiting="Waiting",
    too_large="Larger than {megabytes} MB, the most for one file; split it.",
    upload_broken="The connection broke off, and nothing was changed; upload the file again.",
    included_note="This course comes with the program. Make a copy to change its files and to correct its answers.",
    copy="Make a copy",
    what_was_read="What was read",
    indexing="Indexing",
    waiting_to_read="Changed; the answers still come from what was read before.",
    reading="Reading; the answers still come from what was read before.",
    read="Everything is read; new answers come from it.",
    totals="Files: {files}, passages: {passages}, {megabytes} MB",
    file="File",
    pages="Pages",
    passages="Passages",
    to_look_at="To look at",
    change="Change",
    not_read_yet="Not read yet",
    skipped="Skipped:",
    nothing_to_look_at="Nothing",
    more_warnings="and {count} more",
    replace="Replace",
    delete="Delete",
    no_files="There are no files yet; upload some.",
    this_course="This course",
    rename="Rename",
    delete_course="Delete this course",
    confirm_delete_course="Delete {title} with all its files? This cannot be undone.",
    confirm_delete_file="Delete {name}?",
    to_mend="Questions to look at",
    nothing_to_mend="Nothing is open: every question was answered, and nobody complained.",
    asked_once="asked once",
    asked_times="asked {count} times",
    kinds={"unanswered": "not answered", "weak": "weakly supported", "thumbs_down": "thumbs down"},
    reasons="What learners said",
    was_answered="What was answered",
    write_answer="Write the right answer",
    leave="Leave it as it is",
    cancel="Cancel",
    as_bar="As a bar",
    corrections="Corrections",
    no_corrections="There are none yet.",
    question="Question",
    answer="Right answer",
    proof="Words of the course that prove it",
    proof_none="None; the answer stands for itself",
    find_passage="Find a passage in the course",
    search="Search",
    nothing_found="Nothing was found; try other words.",
    save_correction="Save the answer",
    correction_help="From now on whoever asks this gets your answer, cited as yours. "
    "It is also a case of the course's evaluation.",
    edit="Edit",
    withdraw="Withdraw",
    confirm_withdraw="Withdraw this answer?",
    asked_over_time="Questions by day",
    asked_most="Asked most often",
    day="Day",
    times="Times",
    answered="answered",
    weak="weakly supported",
    unanswered="not answered",
    nothing_asked="Nobody has asked anything yet.",
    numbers_as_table="The numbers as a table",
    cases="Questions in the set: {count}",
    no_cases="The evaluation set is empty; every correction adds a case to it.",
    question_set="Question set",
    set_help="A file of questions with their right answers, as JSON Lines or CSV, takes the place of the one before. "
    "The cases that corrections added stay.",
    choose_set="Upload questions",
    replace_set="Replace the questions",
    download_set="Download them",
    run_evaluation="Run the evaluation",
    running="Running",
    stages={"answer": "Answering", "oracle": "With the right passage", "search": "Searching"},
    runs="Runs",
    no_runs="There are no runs yet.",
    report="Report",
    of_run="Run of {date}",
    measure="Measure",
    this_run="This run",
    last_run="Run before",
    difference="Difference",
    interval="95 % interval",
    better="better",
    worse="worse",
    won="Questions won: {count}",
    lost="Questions lost: {count}",
    changed="The runs were made with {what}.",
)

GERMAN: Final = InstructorTexts(
    language="de",
    courses="Kurse",
    course="Kurs",
    navigation="Seiten",
    to_chat="Chat",
    sign_out="Abmelden",
    skip="Zum Inhalt",
    parts_of_course="Teile dieses Kurses",
    files="Dateien",
    review="Durchsicht",
    evaluation="Auswertung",
    not_done="Das ging nicht",
    back="Zurück zu den Kursen",
    keys="API-Schlüssel",
    keys_help="Mit einem Schlüssel fragt ein Programm wie sonst ein Mensch: eine Kursseite, ein LMS, ein anderer Chat.",
    no_keys="Es gibt noch keinen.",
    key_name="Wie der Schlüssel heißt",
    key_rights="Wofür er ist",
    key_courses="Kurse",
    key_courses_choice="Kurse, die er öffnet; alle, wenn keiner gewählt ist",
    all_courses="alle",
    key_per_minute="Fragen je Minute, höchstens",
    key_until="Bis",
    key_expired="abgelaufen",
    key_days="Tage, nach denen er abläuft; ohne Zahl nie",
    rights={
        "ask": "fragen",
        "documents": "Dateien ändern",
        "courses": "Kurse ändern",
        "evaluate": "Auswertungen starten",
        "metrics": "Kennzahlen lesen",
    },
    add_key="Ein neuer Schlüssel",
    make_key="Schlüssel erzeugen",
    key_made="Der neue Schlüssel",
    key_made_help="Bewahren Sie ihn auf wie andere Geheimnisse; er wird nicht noch einmal gezeigt.",
    revoke_key="Widerrufen",
    confirm_revoke_key="Den Schlüssel {name} wertlos machen? Programme, die ihn benutzen, werden sofort abgewiesen.",
    platforms="Lernplattformen",
    platforms_help="Von diesen kommt man mit LTI 1.3 in seine Kurse.",
    no_platforms="Es gibt noch keine.",
    platform_name="Name",
    issuer="Aussteller (Issuer)",
    client_id="Client-ID",
    deployments="Deployment-IDs",
    no_deployment="noch keine: melden Sie sie noch einmal an, mit einer",
    remove_platform="Entfernen",
    confirm_remove_platform="Niemanden mehr von {name} hereinlassen?",
    invite_platform="Eine Plattform sich selbst anmelden lassen",
    invite_help="Das ergibt eine Adresse, die Sie der Plattform als die des Werkzeugs geben; "
    "sie gilt für eine Plattform und einen Tag.",
    invite="Adresse erzeugen",
    add_platform="Eine Plattform von Hand anmelden",
    add="Anmelden",
    platform_kind="Art",
    other_kind="eine andere, mit den Adressen unten",
    auth_url="Adresse für die Authentifizierung",
    token_url="Adresse für Zugriffstoken",  # noqa: S106 - a label
    jwks_url="Adresse der öffentlichen Schlüssel",
    origins="Wo ihre Seiten sind, wenn nicht beim Aussteller",
    reports="Ihren Bewertungen melden, wer etwas gefragt hat",
    is_told="erfährt, wer etwas gefragt hat",
    audit="Protokoll",
    audit_help="Was auf diesen Seiten und mit den Befehlen getan wurde, das Neueste zuerst; Zeiten in UTC.",
    when="Wann",
    who="Wer",
    what="Was",
    about_what="Woran",
    this_machine="dieser Rechner",
    deleted_person="jemand, dessen Daten gelöscht wurden",
    no_acts="Noch wurde nichts getan.",
    acts={
        "course_created": "legte einen Kurs an",
        "course_copied": "kopierte einen Kurs",
        "course_renamed": "benannte einen Kurs um",
        "language_changed": "änderte die Sprache eines Kurses",
        "course_deleted": "löschte einen Kurs",
        "course_chosen": "wählte einen Kurs für einen einer Lernplattform",
        "file_uploaded": "lud eine Datei hoch",
        "file_deleted": "löschte eine Datei",
        "answer_written": "schrieb die richtige Antwort",
        "answer_withdrawn": "zog eine Antwort zurück",
        "questions_settled": "ließ Fragen, wie sie sind",
        "question_set_replaced": "ersetzte die Fragen zur Auswertung",
        "evaluation_started": "startete die Auswertung",
        "account_added": "legte ein Konto an",
        "account_removed": "entfernte ein Konto",
        "password_changed": "änderte ein Passwort",
        "key_added": "legte einen API-Schlüssel an",
        "key_revoked": "widerrief einen API-Schlüssel",
        "platform_invited": "lud eine Lernplattform ein",
        "platform_added": "meldete eine Lernplattform an",
        "platform_removed": "entfernte eine Lernplattform",
        "tool_keys_rotated": "wechselte die Schlüssel für Plattformen",
        "data_exported": "gab die Daten einer Person heraus",
        "data_deleted": "löschte die Daten einer Person",
        "backup_written": "machte eine Sicherung",
        "widget_allowed": "erlaubte das Widget eines Kurses auf Websites",
        "widget_removed": "entfernte das Widget eines Kurses",
    },
    condition="Zustand",
    being_read="Wird gelesen",
    answers="Beantwortet Fragen",
    no_material="Noch kein Material",
    new_course="Neuer Kurs",
    title="Titel",
    course_language="Sprache des Materials",
    create="Kurs anlegen",
    language_names=dict(zip(_CODES, _GERMAN_NAMES.split(), strict=True)),
    upload="Dateien hochladen",
    upload_help="PDF, Word, PowerPoint, Webseiten, Untertitel, Archive und vieles mehr; je höchstens {megabytes} MB.",
    needs_script="Zum Hochladen braucht die Seite JavaScript, das in Ihrem Browser ausgeschaltet ist.",
    choose_files="Dateien auswählen",
    or_drop="oder hier ablegen",
    uploads="Hochgeladenes",
    uploaded="Hochgeladen",
    waiting="Wartet",
    too_large="Größer als {megabytes} MB, mehr geht für eine Datei nicht; teilen Sie sie auf.",
    upload_broken="Die Verbindung brach ab, nichts wurde geändert; laden Sie die Datei noch einmal hoch.",
    included_note="Dieser Kurs gehört zum Programm. Legen Sie eine Kopie an, um Dateien und Antworten zu ändern.",
    copy="Kopie anlegen",
    what_was_read="Was gelesen wurde",
    indexing="Einlesen",
    waiting_to_read="Geändert; noch kommen die Antworten aus dem, was vorher gelesen wurde.",
    reading="Wird gelesen; noch kommen die Antworten aus dem, was vorher gelesen wurde.",
    read="Alles ist gelesen; neue Antworten kommen daraus.",
    totals="Dateien: {files}, Abschnitte: {passages}, {megabytes} MB",
    file="Datei",
    pages="Seiten",
    passages="Abschnitte",
    to_look_at="Zu beachten",
    change="Ändern",
    not_read_yet="Noch nicht gelesen",
    skipped="Ausgelassen:",
    nothing_to_look_at="Nichts",
    more_warnings="und {count} weitere",
    replace="Ersetzen",
    delete="Löschen",
    no_files="Noch gibt es keine Dateien; laden Sie welche hoch.",
    this_course="Dieser Kurs",
    rename="Umbenennen",
    delete_course="Diesen Kurs löschen",
    confirm_delete_course="{title} mit allen Dateien löschen? Das lässt sich nicht rückgängig machen.",
    confirm_delete_file="{name} löschen?",
    to_mend="Fragen, die Aufmerksamkeit brauchen",
    nothing_to_mend="Nichts ist offen: jede Frage wurde beantwortet, und niemand hat sich beschwert.",
    asked_once="einmal gefragt",
    asked_times="{count}-mal gefragt",
    kinds={"unanswered": "nicht beantwortet", "weak": "schwach belegt", "thumbs_down": "Daumen runter"},
    reasons="Was Lernende dazu sagten",
    was_answered="Was geantwortet wurde",
    write_answer="Richtige Antwort schreiben",
    leave="So lassen",
    cancel="Abbrechen",
    as_bar="Als Balken",
    corrections="Korrekturen",
    no_corrections="Noch gibt es keine.",
    question="Frage",
    answer="Richtige Antwort",
    proof="Worte des Kurses, die sie belegen",
    proof_none="Keine; die Antwort steht für sich",
    find_passage="Eine Stelle im Kurs suchen",
    search="Suchen",
    nothing_found="Nichts gefunden; versuchen Sie andere Wörter.",
    save_correction="Antwort speichern",
    correction_help="Von jetzt an bekommt, wer das fragt, Ihre Antwort, als Ihre belegt. "
    "Sie wird auch ein Fall der Auswertung dieses Kurses.",
    edit="Bearbeiten",
    withdraw="Zurückziehen",
    confirm_withdraw="Diese Antwort zurückziehen?",
    asked_over_time="Fragen nach Tagen",
    asked_most="Am häufigsten gefragt",
    day="Tag",
    times="Anzahl",
    answered="beantwortet",
    weak="schwach belegt",
    unanswered="nicht beantwortet",
    nothing_asked="Noch hat niemand etwas gefragt.",
    numbers_as_table="Die Zahlen als Tabelle",
    cases="Fragen zur Auswertung: {count}",
    no_cases="Es gibt noch keine Fragen zur Auswertung; jede Korrektur fügt eine hinzu.",
    question_set="Fragen",
    set_help="Eine Datei mit Fragen und richtigen Antworten, als JSON Lines oder CSV, ersetzt die bisherige. "
    "Die Fälle aus Korrekturen bleiben.",
    choose_set="Fragen hochladen",
    replace_set="Fragen ersetzen",
    download_set="Fragen herunterladen",
    run_evaluation="Auswerten",
    running="Läuft",
    stages={"answer": "Beantwortet", "oracle": "Mit der richtigen Stelle", "search": "Sucht"},
    runs="Durchläufe",
    no_runs="Noch gibt es keine.",
    report="Bericht",
    of_run="Durchlauf vom {date}",
    measure="Maß",
    this_run="Dieser Durchlauf",
    last_run="Der davor",
    difference="Unterschied",
    interval="95-%-Intervall",
    better="besser",
    worse="schlechter",
    won="Gewonnene Fragen: {count}",
    lost="Verlorene Fragen: {count}",
    changed="Unterschiedlich waren: {what}.",
)

TEXTS: Final[Mapping[Language, InstructorTexts]] = {"en": ENGLISH, "de": GERMAN}
