"""What the pages to sign in and out say, and the one that is shown where somebody is turned away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection

from ui.texts import Language, language_of


@dataclass(frozen=True, slots=True)
class SignInTexts:
    """The texts in one language; ``{…}`` stand for what is filled in."""

    language: Language

    sign_in: str
    name: str
    password: str
    no_account: str
    wrong: str
    too_many: str
    forged: str
    sign_out: str
    sign_out_question: str
    back: str
    not_shown: str


ENGLISH: Final = SignInTexts(
    language="en",
    sign_in="Sign in",
    name="Name",
    password="Password",  # noqa: S106 - a label
    no_account="No account, or the password forgotten? Whoever runs this server can help.",
    wrong="This name and this password do not belong together; try again.",
    too_many="Too many attempts; try again in {seconds} seconds.",
    forged="This page was open for too long; try again.",
    sign_out="Sign out",
    sign_out_question="Sign out of this browser?",
    back="Back",
    not_shown="This page cannot be shown",
)

GERMAN: Final = SignInTexts(
    language="de",
    sign_in="Anmelden",
    name="Name",
    password="Passwort",  # noqa: S106 - a label
    no_account="Kein Konto, oder das Passwort vergessen? Wer diesen Server betreibt, kann helfen.",
    wrong="Dieser Name und dieses Passwort gehören nicht zusammen; versuchen Sie es noch einmal.",
    too_many="Zu viele Versuche; versuchen Sie es in {seconds} Sekunden noch einmal.",
    forged="Diese Seite war zu lange offen; versuchen Sie es noch einmal.",
    sign_out="Abmelden",
    sign_out_question="Von diesem Browser abmelden?",
    back="Zurück",
    not_shown="Diese Seite kann nicht gezeigt werden",
)

TEXTS: Final[Mapping[Language, SignInTexts]] = {"en": ENGLISH, "de": GERMAN}


def texts_of(request: HTTPConnection) -> SignInTexts:
    """The texts in the language that the browser asks for."""
    return TEXTS[language_of(request.headers.get("accept-language", ""))]
