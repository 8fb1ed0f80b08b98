"""Launching: the way from a click in a learning platform to a visit here, in three steps, each of which is taken once.

A visit begins only in the browser that this server sent to the platform. It shows that by a cookie;
where a browser keeps no cookies in a frame, by a secret that its tab, or the platform, keeps for us.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from anyio import to_thread

from ui.courses import Courses
from ui.errors import LaunchRefused
from ui.journal import Journal, Platform, Visit, Visitor
from ui.journal.tokens import new_token, token_hash
from ui.lti.claims import Arrival, arrival
from ui.lti.id_token import NOBODY, verified
from ui.lti.keys import ToolKeys
from ui.lti.platform_keys import PlatformKeys

HINTS: Final = ("login_hint", "lti_message_hint")
AGAIN: Final = ("iss", "client_id", "lti_deployment_id", "target_link_uri", *HINTS)
"""What a platform sends to begin with; the same, sent once more, begins again."""

_LONGEST = 4_000
_USED = "This launch was used already, or took too long; open the activity in your learning platform again."


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody is sent to the platform at `address`; their browser keeps the `cookie`, their tab the `secret`."""

    address: str
    state: str
    cookie: str
    secret: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A visit in the browser that is known now: its token, its cookie where there is one, and what it opens with."""

    token: str
    cookie: str
    page: str


@dataclass(frozen=True, slots=True)
class Unbound:
    """The platform has spoken, and the browser has yet to show that it is the one that was sent there."""

    state: str
    storage: str
    platform: Platform


@dataclass(frozen=True)
class Tool:
    """What this server is to learning platforms, which reach it at `base`, an address without a slash at its end.

    With `reports`, those that are registered for it are told who took part in an activity. Behind one address, so many
    people may come in a minute.
    """

    journal: Journal
    courses: Courses
    keys: ToolKeys
    platform_keys: PlatformKeys
    base: str
    reports: bool = False
    launches_per_minute: int = 600

    @property
    def root(self) -> str:
        """The path of `base`, beneath which browsers find everything."""
        return urlsplit(self.base).path

    @property
    def is_registered(self) -> bool:
        """Whether there is a platform at all from which people may come. Raises `JournalError`."""
        return self.journal.platforms.exist()

    def depart(self, asked: Mapping[str, str]) -> Departure:
        """Begin a launch as a platform asks. Raises `LaunchRefused`."""
        platform = self.journal.platforms.find(asked.get("iss", ""), asked.get("client_id", ""))
        if platform is None:
            raise LaunchRefused("This learning platform is not registered here; ask whoever runs this server.")
        if not asked.get("login_hint") or any(len(asked.get(name, "")) > _LONGEST for name in AGAIN):
            raise LaunchRefused(NOBODY)
        state, nonce, cookie, secret = (new_token() for _ in range(4))
        known = {"nonce": nonce, "cookie": token_hash(cookie), "secret": token_hash(secret)}
        self.journal.launches.ask(state, platform.id, known | {"storage": asked.get("lti_storage_target", "")[:200]})
        return Departure(self._question(platform, asked, state, nonce), state, cookie, secret)

    def _question(self, platform: Platform, asked: Mapping[str, str], state: str, nonce: str) -> str:
        about = platform.registration
        query = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": about.client_id,
            "redirect_uri": f"{self.base}/lti/launch",  # never one that a request names
            "state": state,
            "nonce": nonce,
        } | {name: asked[name] for name in HINTS if asked.get(name)}
        joint = "&" if urlsplit(about.auth_url).query else "?"
        return f"{about.auth_url}{joint}{urlencode(query)}"

    async def arrive(self, state: str, id_token: str, cookie: str) -> Begun | Unbound:
        """Take what the platform says; `cookie` is the one of `depart`. Raises `LaunchRefused` or `FetchFailed`."""
        launch = await to_thread.run_sync(self.journal.launches.take_asked, state)
        platform = await to_thread.run_sync(self.journal.platforms.get, launch.platform_id) if launch else None
        if launch is None or platform is None:
            raise LaunchRefused(_USED)
        asked = launch.content
        claims = await verified(id_token, asked["nonce"], platform, self.platform_keys)
        arrived = arrival(claims, platform, reports=self.reports)
        if _is_same(cookie, asked["cookie"]):
            return await to_thread.run_sync(lambda: self._begin(arrived, with_cookie=True))
        said = asdict(arrived) | {"secret": asked["secret"]}
        await to_thread.run_sync(self.journal.launches.say, state, platform.id, arrived.visitor.learner_id, said)
        return Unbound(state, asked["storage"], platform)

    def finish(self, state: str, secret: str) -> Begun:
        """The tab shows that it is the one that was sent. Raises `LaunchRefused`."""
        launch = self.journal.launches.take_said(state)
        if launch is None or not _is_same(secret, launch.content["secret"]):
            raise LaunchRefused(_USED)
        arrived = Arrival(Visitor(**launch.content["visitor"]), launch.content["start"])
        return self._begin(arrived, with_cookie=False)

    def _begin(self, arrived: Arrival, *, with_cookie: bool) -> Begun:
        """A visit that no earlier one of this browser has anything to do with."""
        token, cookie = self.journal.visits.start(arrived.visitor, with_cookie=with_cookie)
        return Begun(token, cookie, self.first_page(arrived.visitor, arrived.start))

    def first_page(self, visitor: Visitor, start: str = "") -> str:
        """Where a visit begins, beneath its own address."""
        if visitor.linking:
            return "/lti/deep-link"
        course = self.course(visitor)
        if course is None:
            return "/lti/choose"
        query = {"course": course} | ({"start": start} if start else {})
        return f"/?{urlencode(query)}"

    def course(self, visitor: Visitor) -> str | None:
        """The slug of the course that somebody came to; None as long as none was chosen, or it is gone."""
        slug = self.journal.platforms.tied(visitor.platform_id, visitor.context_id)
        return slug if slug in {course.slug for course in self.courses} else None

    def reports_to(self, platform_id: int) -> bool:
        """Whether a platform is told who took part."""
        platform = self.journal.platforms.get(platform_id) if self.reports else None
        return bool(platform and platform.registration.participation)

    def choices(self, visitor: Visitor) -> list[tuple[str, str]]:
        """Slugs and titles of the courses that may be chosen for the one that a visitor teaches."""
        platform = self.journal.platforms.get(visitor.platform_id)
        allowed = platform.registration.courses if platform else frozenset[str]()
        return [(course.slug, course.title) for course in self.courses if allowed is None or course.slug in allowed]

    def choose(self, visitor: Visitor, slug: str) -> None:
        """Have the course of a visitor be that one of ours from now on. Raises `LaunchRefused`."""
        if visitor.role == "learner" or slug not in {choice for choice, _ in self.choices(visitor)}:
            raise LaunchRefused("This course cannot be chosen here; choose another one.")
        self.journal.platforms.tie(visitor.platform_id, visitor.context_id, slug, visitor.learner_id)
        self.journal.audit.note(Visit(visitor, slug).learner, "course_chosen", slug, visitor.context_title)


def _is_same(given: str, kept: Any) -> bool:
    return secrets.compare_digest(token_hash(given), str(kept))
