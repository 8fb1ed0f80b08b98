"""How the files of a course are to be read, as its settings say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """What a loader is told beside the file: whether to recognise text in pictures, and the course's language.

    `language` is a BCP 47 tag ("en", "pt-BR"). `inside` counts the archives within which the file lies.
    """

    ocr: bool = False
    language: str = "en"
    inside: int = 0
