"""Claims: the verified words of a learning platform → a visitor, and what they came for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from ui.errors import LaunchRefused
from ui.journal import Platform, Visitor
from ui.journal.schema import ID_LENGTH, LTI_ID_LENGTH
from ui.learner import Role
from ui.lti.addresses import LONGEST, is_address
from ui.lti.id_token import CLAIM, DEEP_LINKING, NOBODY

PREFIX: Final = "lti:"
"""How the ids of those begin who come from a learning platform; accounts begin otherwise."""

START: Final = "coursecite_start"
"""The custom parameter in which an activity remembers what it begins with."""

_CONTEXT_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_SUB_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership/"
_SYSTEM_ADMINISTRATORS = (
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
    "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",
)
SCORE_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
"""What a platform must allow this tool, where it is to be told who took part."""

_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
_DEEP_LINKING_SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came, and what their activity begins with: empty for the whole course."""

    visitor: Visitor
    start: str = ""


def arrival(claims: Mapping[str, Any], platform: Platform, *, reports: bool = False) -> Arrival:
    """What verified claims say. Raises `LaunchRefused` where something is missing without which nobody can come.

    With `reports`, a platform that wants it is told who took part.
    """
    context = _object(claims.get(f"{CLAIM}context"))
    context_id = context.get("id")
    if not isinstance(context_id, str) or not 0 < len(context_id) <= LTI_ID_LENGTH:
        raise LaunchRefused("The learning platform does not say which course this is; open it from within a course.")
    visitor = Visitor(
        platform.id,
        context_id,
        _plain(context.get("title") or context.get("label")),
        learner_id(claims["sub"], platform.registration.issuer),
        _plain(claims.get("name")),
        role(_strings(claims.get(f"{CLAIM}roles"))),
        _linking(claims, platform) if claims[f"{CLAIM}message_type"] == DEEP_LINKING else None,
        _reporting(claims, platform) if reports else None,
    )
    return Arrival(visitor, _start(_object(claims.get(f"{CLAIM}custom")).get(START)))


def learner_id(subject: Any, issuer: str) -> str:
    """The id here of the person that `issuer` calls `subject`; the same whatever tool or course they come through.

    >>> learner_id("4", "https://moodle.example")
    'lti:4@https://moodle.example'
    """
    if not isinstance(subject, str) or not 0 < len(subject) <= LTI_ID_LENGTH:
        raise LaunchRefused(NOBODY)
    plain = f"{PREFIX}{subject}@{issuer}"
    if len(plain) <= ID_LENGTH and plain.isprintable():
        return plain
    return PREFIX + sha256(f"{subject}\0{issuer}".encode("utf-8", "surrogatepass")).hexdigest()


def role(uris: Iterable[str]) -> Role:
    """What somebody is in their course. Whoever has a role there is that, whatever else they are at the institution.

    >>> role(["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
    ...       "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"])
    'learner'
    """
    uris = list(uris)
    in_course = {uri.removeprefix(_CONTEXT_ROLE) for uri in uris if uri.startswith(_CONTEXT_ROLE)}
    in_course |= {uri.removeprefix(_SUB_ROLE).partition("#")[0] for uri in uris if uri.startswith(_SUB_ROLE)}
    if "Administrator" in in_course:
        return "admin"
    if in_course & {"Instructor", "ContentDeveloper"}:
        return "instructor"
    if not in_course and any(uri in _SYSTEM_ADMINISTRATORS for uri in uris):
        return "admin"
    return "learner"


def _linking(claims: Mapping[str, Any], platform: Platform) -> dict[str, Any]:
    """What the answer to a deep linking request needs. Raises `LaunchRefused`."""
    settings = _object(claims.get(_DEEP_LINKING_SETTINGS))
    back = settings.get("deep_link_return_url")
    schemes = ("https", "http") if platform.registration.private_network else ("https",)
    if not isinstance(back, str) or len(back) > LONGEST or urlsplit(back).scheme not in schemes:
        raise LaunchRefused("The learning platform does not say where the activity is to be sent.")
    if "ltiResourceLink" not in _strings(settings.get("accept_types")):
        raise LaunchRefused("The learning platform wants something other than an activity here.")
    return {
        "return_url": back,
        "data": settings.get("data"),
        "deployment": claims[f"{CLAIM}deployment_id"],
    }


def _reporting(claims: Mapping[str, Any], platform: Platform) -> dict[str, Any] | None:
    """Where the platform is told that a learner took part; None where it is not, or says of no column of its gradebook.

    Nobody is kept out by that.
    """
    about = platform.registration
    endpoint = _object(claims.get(_ENDPOINT))
    column = endpoint.get("lineitem")
    may_be_told = about.participation and SCORE_SCOPE in _strings(endpoint.get("scope"))
    if not may_be_told or role(_strings(claims.get(f"{CLAIM}roles"))) != "learner":
        return None
    if not isinstance(column, str) or not is_address(column, private_network=about.private_network):
        return None
    return {"subject": claims["sub"], "line_item": column}


def _start(value: Any) -> str:
    """A variable that the platform did not fill in comes as its name."""
    text = _plain(value)
    return "" if text.startswith("$") else text


def _plain(value: Any) -> str:
    """A line of printable text, cut where it is long."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(one if one.isprintable() else " " for one in value[:1_000]).split())[:_LONGEST_LINE]


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _strings(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
