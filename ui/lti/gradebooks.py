"""Gradebooks: learning platforms are told which learners took part; in the background, once for each, and nothing else.

What fails is tried again for about two days. Nobody who asks waits for any of this.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import anyio
from anyio import to_thread

from ui.errors import FetchFailed, JournalError, UiError
from ui.journal import Participation, Platform
from ui.learner import Activity
from ui.lti.access_tokens import AccessTokens
from ui.lti.claims import SCORE_SCOPE
from ui.lti.fetching import SECONDS, fetch, json_content
from ui.lti.launching import Tool

WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60))
"""After the first try that failed, the second, and so on; then it is given up."""

EVERY: Final = 10.0
"""Seconds between two looks at what there is to tell."""

_MEDIA_TYPE = "application/vnd.ims.lis.v1.score+json"

_UNAUTHORIZED, _FORBIDDEN = 401, 403
_FOR_GOOD: Final = (400, 404, 409, 410, 422)
"""What a platform answers that will never take this score: the column is gone, or the learner is."""

_log = logging.getLogger(__name__)


class Gradebooks:
    """Tells the platforms of `tool` what its journal holds for them."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool
        self._tokens = AccessTokens(tool.keys, SCORE_SCOPE)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="telling gradebooks", daemon=True)

    @contextmanager
    def told(self) -> Iterator[None]:
        """As long as this block lasts; what is left then is told when the server is started again."""
        self._thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._thread.join(2 * SECONDS)  # the one that is being told comes to its end

    async def tell(self) -> None:
        """Tell what is due. Raises `JournalError`."""
        unreachable: set[int] = set()
        for participation in await to_thread.run_sync(self._tool.journal.participations.take_due):
            if not self._stopping.is_set():
                await self._tell(participation, unreachable)

    def _work(self) -> None:
        while not self._stopping.wait(EVERY):
            try:
                anyio.run(self.tell)
            except JournalError as error:
                _log.warning("Nobody was told who took part: %s", error)
            except Exception:  # noqa: BLE001 - logged; this must outlive a defect met with one of them
                _log.exception("Telling who took part failed")

    async def _tell(self, participation: Participation, unreachable: set[int]) -> None:
        """One of them; a platform that does not answer is not asked for each of a whole class."""
        journal, activity = self._tool.journal, participation.activity
        platform = await to_thread.run_sync(journal.platforms.get, activity.platform_id)
        if platform is None or not platform.registration.participation:
            await to_thread.run_sync(journal.participations.settle, participation.key, "given_up")
        elif platform.id in unreachable:
            until = datetime.now(UTC) + WAITS[0]
            await to_thread.run_sync(lambda: journal.participations.put_off(participation.key, until, counts=False))
        else:
            try:
                await self._told(platform, participation)
            except UiError as error:
                if not _is_about_one(error):
                    unreachable.add(platform.id)
                await to_thread.run_sync(self._failed, platform, participation, error)
            else:
                await to_thread.run_sync(journal.participations.settle, participation.key, "told")

    async def _told(self, platform: Platform, participation: Participation) -> None:
        about, activity = platform.registration, participation.activity
        token = await self._tokens.token(platform)
        try:
            await fetch(
                scores_of(activity.line_item),
                private_network=about.private_network,
                sent=json_content(score(activity, participation.created), _MEDIA_TYPE),
                bearer=token,
            )
        except FetchFailed as error:
            if error.status == _UNAUTHORIZED:
                self._tokens.forget(platform)
            raise

    def _failed(self, platform: Platform, participation: Participation, error: UiError) -> None:
        """Put it off, or give it up. The log says which platform it was, and not whom it was about."""
        participations, tries = self._tool.journal.participations, participation.tries
        is_over = tries > len(WAITS) or (isinstance(error, FetchFailed) and error.status in _FOR_GOOD)
        then = "it is given up" if is_over else "it is tried again"
        _log.warning("%s was not told that somebody took part (%s); %s.", platform.registration.name, error, then)
        if is_over:
            participations.settle(participation.key, "given_up")
        else:
            participations.put_off(participation.key, datetime.now(UTC) + WAITS[tries - 1])


def score(activity: Activity, when: datetime) -> dict[str, Any]:
    """That somebody took part, as platforms understand it: one point of one."""
    return {
        "userId": activity.subject,
        "scoreGiven": 1,
        "scoreMaximum": 1,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": when.isoformat(timespec="milliseconds"),
    }


def scores_of(line_item: str) -> str:
    """Where the scores of a column go.

    >>> scores_of("https://moodle.example/lineitems/3/lineitem?type_id=1")
    'https://moodle.example/lineitems/3/lineitem/scores?type_id=1'
    """
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/scores", fragment=""))


def _is_about_one(error: UiError) -> bool:
    """Whether the platform gave access, and only did not want this one."""
    return isinstance(error, FetchFailed) and error.status in (*_FOR_GOOD, _FORBIDDEN)
