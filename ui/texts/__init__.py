"""Every sentence and word that the pages themselves say, in each language; courses and models say the rest.

One module for each kind of page, in it one frozen dataclass and a value of it for each language: so
mypy sees a text that a language lacks.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Language = Literal["en", "de"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def language_of(accept_language: str) -> Language:
    """The language that a browser likes best of those we have; English where it likes none of them.

    >>> language_of("fr-CH, de;q=0.8, en;q=0.9")
    'en'
    """
    liked: dict[str, float] = {}
    for part in accept_language.split(",")[:20]:
        name, _, parameter = part.partition(";")
        liked.setdefault(name.strip().casefold().split("-")[0], _quality(parameter))
    return max(LANGUAGES, key=lambda language: liked.get(language, 0.0))


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
