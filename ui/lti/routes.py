"""The routes beneath /lti: those that a platform sends people to, and those of a visit."""

from __future__ import annotations

from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ui.csrf import FIELD, comes_from_here, refuse_forged, token_of
from ui.errors import LaunchRefused, NotAllowed, UiError
from ui.journal import Visitor
from ui.journal.visits import WITH_COOKIE
from ui.lti.addresses import origin
from ui.lti.launching import AGAIN, Begun, Tool, Unbound
from ui.lti.pages import explained, form_of, page, told
from ui.lti.texts import texts_of
from ui.lti.visit_paths import COOKIE, visit_of, visit_path

MOUNTED_AT: Final = "/lti"

PUBLIC: Final = tuple(f"{MOUNTED_AT}/{name}" for name in ("login", "launch", "finish", "jwks", "static/"))
"""Where people are let in who are not known yet; each of these looks itself at what it is sent."""

FRAMED: Final = (f"{MOUNTED_AT}/", "/s/")
"""Beneath these a page may be shown within those of a registered platform."""

_BINDING = "coursecite_launch_"
_BINDING_SECONDS = 600


def lti_app(tool: Tool) -> Starlette:
    """The routes over `tool`, to be mounted at /lti."""
    routes = _Routes(tool)
    return Starlette(
        routes=[
            Route("/login", routes.login, methods=["GET", "POST"]),
            Route("/launch", routes.launch, methods=["POST"]),
            Route("/finish", routes.finish, methods=["POST"]),
            Route("/jwks", routes.jwks, methods=["GET"]),
            Route("/choose", routes.ask_which, methods=["GET"]),
            Route("/choose", routes.choose, methods=["POST"]),
            Route("/leave", routes.ask_whether, methods=["GET"]),
            Route("/leave", routes.leave, methods=["POST"]),
            Mount("/static", StaticFiles(directory=str(files("ui.lti") / "static"))),
        ],
        exception_handlers={UiError: explained},
    )


class _Routes:
    """What happens on each of them."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

    async def login(self, request: Request) -> Response:
        """Send somebody to the platform, and leave in their browser what will show that it was them."""
        asked = dict(request.query_params) if request.method == "GET" else await form_of(request)
        departure = await to_thread.run_sync(self._tool.depart, asked)
        response = page(
            request,
            "depart.html",
            departure=departure,
            storage=asked.get("lti_storage_target", "")[:200],
            origin=origin(departure.address),
            again=f"login?{urlencode({name: asked[name] for name in AGAIN if asked.get(name)})}",
        )
        path = self._tool.root + MOUNTED_AT
        cookie = _cookie(_binding(departure.state), departure.cookie, path, _BINDING_SECONDS)
        response.headers.append("Set-Cookie", cookie)
        return response

    async def launch(self, request: Request) -> Response:
        """Hear what the platform says of them."""
        form = await form_of(request)
        if "id_token" not in form:
            raise LaunchRefused("The learning platform does not say who you are; sign in there, and open it again.")
        state = form.get("state", "")
        cookie = request.cookies.get(_binding(state), "")
        arrived = await self._tool.arrive(state, form["id_token"], cookie)
        if isinstance(arrived, Unbound):
            asked_at = origin(arrived.platform.registration.auth_url)
            return page(request, "arrive.html", unbound=arrived, origin=asked_at)
        response = RedirectResponse(self._address(arrived), 303)
        lasting = int(WITH_COOKIE.total_seconds())
        own = _cookie(COOKIE, arrived.cookie, self._tool.root + visit_path(arrived.token), lasting)
        response.headers.append("Set-Cookie", own)
        response.headers.append("Set-Cookie", _cookie(_binding(state), "", self._tool.root + MOUNTED_AT, 0))
        return response

    async def finish(self, request: Request) -> Response:
        """Hear of a tab, by a secret, that it is the one that was sent."""
        if not comes_from_here(request):
            raise NotAllowed("This request came from a page of another site.")
        form = await form_of(request)
        begun = await to_thread.run_sync(self._tool.finish, form.get("state", ""), form.get("secret", ""))
        return JSONResponse({"address": self._address(begun)}, headers={"Cache-Control": "no-store"})

    async def jwks(self, _request: Request) -> Response:
        """The public keys."""
        return JSONResponse(await to_thread.run_sync(self._tool.keys.jwks), headers={"Cache-Control": "max-age=600"})

    async def ask_which(self, request: Request) -> Response:
        """Have somebody who teaches choose the course; tell others that nobody has yet."""
        visitor = await self._visitor(request)
        chosen = await to_thread.run_sync(self._tool.course, visitor)
        if visitor.role == "learner":
            return told(request, texts_of(request).nothing_chosen, title=visitor.context_title)
        choices = self._tool.choices(visitor)
        return page(
            request,
            "choose.html",
            context=visitor.context_title,
            chosen=dict(choices).get(chosen or "", ""),
            choices=choices,
            csrf=token_of(request),
        )

    async def choose(self, request: Request) -> Response:
        """Tie the platform's course to ours."""
        visitor, form = await self._meant(request)
        await to_thread.run_sync(self._tool.choose, visitor, form.get("course", ""))
        first = await to_thread.run_sync(self._tool.first_page, visitor)
        return RedirectResponse(self._tool.root + visit_path(visit_of(request)) + first, 303)

    async def ask_whether(self, request: Request) -> Response:
        """Before a visit is ended."""
        await self._visitor(request)
        return page(request, "leave.html", csrf=token_of(request))

    async def leave(self, request: Request) -> Response:
        """End the visit."""
        await self._meant(request)
        await to_thread.run_sync(self._tool.journal.visits.end, visit_of(request))
        response = told(request, texts_of(request).left, title=texts_of(request).leave)
        response.headers.append("Set-Cookie", _cookie(COOKIE, "", self._tool.root + visit_path(visit_of(request)), 0))
        return response

    def _address(self, begun: Begun) -> str:
        return self._tool.root + visit_path(begun.token) + begun.page

    async def _meant(self, request: Request) -> tuple[Visitor, dict[str, str]]:
        """Whose form it is, and what is in it. Raises `NotAllowed` for one that our own page did not send."""
        visitor, form = await self._visitor(request), await form_of(request)
        refuse_forged(request, form.get(FIELD, ""))
        return visitor, form

    async def _visitor(self, request: Request) -> Visitor:
        """Raises `LaunchRefused` for somebody who did not come from a platform."""
        cookie = request.cookies.get(COOKIE, "")
        visit = await to_thread.run_sync(self._tool.journal.visits.find, visit_of(request), cookie)
        if visit is None:
            raise LaunchRefused("This page is for those who come from a learning platform; open an activity there.")
        return visit.visitor


async def leave_page(request: Request) -> Response:
    """Where the chat and the instructors' pages send those to who want to sign out, for somebody on a visit."""
    return RedirectResponse("lti/leave" if visit_of(request) else "./", 303)


def _binding(state: str) -> str:
    """The name of a launch's own cookie: several may be under way in one browser."""
    return _BINDING + "".join(one for one in state[:16] if one.isascii() and (one.isalnum() or one in "-_"))


def _cookie(name: str, value: str, path: str, seconds: int) -> str:
    """A cookie that comes back within a frame, and only in frames of the same site (Starlette's own cannot say so)."""
    attributes = "Secure; HttpOnly; SameSite=None; Partitioned"
    return f"{name}={value}; Path={path}; Max-Age={seconds}; {attributes}"
