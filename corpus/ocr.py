"""Pictures of pages → text, by the `tesseract` program where it is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST = 120.0
"""Seconds for one page."""

DOTS_PER_INCH = 300
"""That Tesseract was trained for."""

_NAMES = {
    "ar": "ara", "bg": "bul", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa",
    "et": "est", "fa": "fas", "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind",
    "it": "ita", "ja": "jpn", "ko": "kor", "lt": "lit", "lv": "lav", "nb": "nor", "nl": "nld", "no": "nor", "pl": "pol",
    "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv", "sr": "srp", "sv": "swe", "th": "tha", "tr": "tur",
    "uk": "ukr", "vi": "vie", "zh": "chi_sim",
}  # fmt: skip
"""ISO 639-1, as courses name their language → Tesseract's own names."""


class RecognitionFailed(Exception):
    """A picture was not read. The message is a clause that says why and what to do."""


def recognised(picture: Image, language: str) -> str:
    """The text in a picture; `language` is a BCP 47 tag.

    Raises `RecognitionFailed` where Tesseract, or its data for the language, is not installed, and
    where it fails or takes longer than `LONGEST`.
    """
    name = _language_name(language)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    command = [_program(), "stdin", "stdout", "-l", name, "--dpi", str(DOTS_PER_INCH)]
    try:
        done = subprocess.run(command, input=stream.getvalue(), capture_output=True, timeout=LONGEST, check=True)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise RecognitionFailed(f"Tesseract took longer than {LONGEST:.0f} seconds for a page") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise RecognitionFailed("Tesseract failed") from error
    return done.stdout.decode("utf-8", errors="replace").replace("\f", "").strip()


def _program() -> str:
    program = shutil.which("tesseract")
    if program is None:
        raise RecognitionFailed("Tesseract is not installed (Debian: apt install tesseract-ocr)")
    return program


def _language_name(language: str) -> str:
    short = language.partition("-")[0].lower()
    name = _NAMES.get(short, short)
    if name not in _installed_languages(_program()):
        package = f"tesseract-ocr-{name.replace('_', '-')}"
        raise RecognitionFailed(f"Tesseract has no data for “{language}” (Debian: apt install {package})")
    return name


@cache
def _installed_languages(program: str) -> frozenset[str]:
    try:
        done = subprocess.run([program, "--list-langs"], capture_output=True, timeout=LONGEST, check=True, text=True)  # noqa: S603
    except (subprocess.SubprocessError, OSError) as error:
        raise RecognitionFailed("Tesseract cannot be run") from error
    return frozenset(done.stdout.split())
