"""Deep linking: an activity as an instructor picked it, signed for the platform that wants to keep it."""

from __future__ import annotations

import time
from typing import Any, Final

from ui.courses import Courses
from ui.errors import LaunchRefused
from ui.journal import Visitor
from ui.journal.tokens import new_token
from ui.links import QUIZ, SECTION
from ui.lti.claims import START
from ui.lti.id_token import CLAIM
from ui.lti.launching import Tool

WHOLE: Final = ""
"""What an activity begins with that is about the whole course."""

_SECONDS = 300
_MOST_SECTIONS = 500
_DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"


def headings(courses: Courses, slug: str) -> list[tuple[str, str]]:
    """What an activity may begin with for each section of the course, and the section's name.

    Raises `CourseGone`; a course that nothing is indexed of yet has none.
    """
    if not courses[slug].ready:
        return []
    documents = courses.assistant(slug).documents.values()
    found = dict.fromkeys(
        part.place.headings[-1] for document in documents for part in document.sections if part.place.headings
    )
    return [(SECTION + heading, heading) for heading in list(found)[:_MOST_SECTIONS]]


def activity(tool: Tool, visitor: Visitor, start: str, *, reporting: bool = False) -> str:
    """The signed answer to the platform that asked for an activity. Raises `LaunchRefused`, `KeysUnusable`.

    With `reporting`, the activity has a column in the platform's gradebook, where it is told who took part.
    """
    course, linking = tool.course(visitor), visitor.linking
    platform = tool.journal.platforms.get(visitor.platform_id)
    if course is None or linking is None or platform is None:
        raise LaunchRefused("Nothing can be picked here; begin again in your learning platform.")
    if start not in {WHOLE, QUIZ, *(one for one, _ in headings(tool.courses, course))}:
        raise LaunchRefused("This section is not in the course any more; pick another one.")
    reporting = reporting and tool.reports_to(platform.id)
    now = int(time.time())
    return tool.keys.sign(
        {
            "iss": platform.registration.client_id,
            "aud": platform.registration.issuer,
            "iat": now,
            "exp": now + _SECONDS,
            "nonce": new_token(),
            f"{CLAIM}deployment_id": linking["deployment"],
            f"{CLAIM}message_type": "LtiDeepLinkingResponse",
            f"{CLAIM}version": "1.3.0",
            f"{_DEEP_LINKING}content_items": [_item(tool, course, start, reporting=reporting)],
        }
        | ({f"{_DEEP_LINKING}data": linking["data"]} if linking["data"] is not None else {})
    )


def _item(tool: Tool, course: str, start: str, *, reporting: bool) -> dict[str, Any]:
    title = tool.courses[course].title
    if start.startswith(SECTION):
        title = f"{title}: {start.removeprefix(SECTION)}"
    item = {
        "type": "ltiResourceLink",
        "title": title,
        "url": f"{tool.base}/",
        "custom": {START: start} if start else {},
    }
    return item | ({"lineItem": {"label": title, "scoreMaximum": 1}} if reporting else {})
