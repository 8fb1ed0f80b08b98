"""The routes beneath /lti to which platforms send people, and with them those of a visit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from anyio import to_thread
from limits import RateLimitItemPerMinute
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ui.csrf import comes_from_here
from ui.errors import LaunchRefused, NotAllowed, TooMany, UiError
from ui.journal.visits import WITH_COOKIE
from ui.lti.addresses import origin
from ui.lti.id_token import NOBODY
from ui.lti.launching import AGAIN, Begun, Tool, Unbound
from ui.lti.pages import explained, form_of, page
from ui.lti.registering import Registrar
from ui.lti.visit_paths import COOKIE, frame_cookie, visit_of, visit_path
from ui.lti.visit_routes import visit_routes
from ui.networks import network_behind
from ui.rates import Rates

MOUNTED_AT: Final = "/lti"

PUBLIC: Final = tuple(f"{MOUNTED_AT}/{name}" for name in ("login", "launch", "finish", "jwks", "register", "static/"))
"""Where people are let in who are not known yet; each of these looks itself at what it is sent."""

FRAMED: Final = (f"{MOUNTED_AT}/", "/s/")
"""Beneath these a page may be shown within those of a registered platform."""

_BINDING = "coursecite_launch_"
_BINDING_SECONDS = 600
_REGISTERING = ("invitation", "openid_configuration", "registration_token")


Endpoint = Callable[[Request], Awaitable[Response]]


def lti_app(tool: Tool, registrar: Registrar | None = None) -> Starlette:
    """The routes over `tool`, to be mounted at /lti."""
    routes, limited = _Routes(tool, registrar or Registrar(tool)), _Limited(tool.launches_per_minute)
    return Starlette(
        routes=[
            Route("/login", limited(routes.login), methods=["GET", "POST"]),
            Route("/launch", limited(routes.launch), methods=["POST"]),
            Route("/finish", limited(routes.finish), methods=["POST"]),
            Route("/jwks", routes.jwks, methods=["GET"]),
            Route("/register", limited(routes.ask_to_register), methods=["GET"]),
            Route("/register", limited(routes.register), methods=["POST"]),
            *visit_routes(tool),
            Route("/static/forms.css", _style, methods=["GET"]),
            Mount("/static", StaticFiles(directory=str(files("ui.lti") / "static"))),
        ],
        exception_handlers={UiError: explained},
    )


async def _style(_request: Request) -> Response:
    return FileResponse(str(files("ui") / "static" / "forms.css"))


class _Limited:
    """Counts, for each route, the requests of each address: anybody may send them, and each costs something."""

    def __init__(self, per_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(per_minute)
        self._rates = Rates()

    def __call__(self, endpoint: Endpoint) -> Endpoint:
        """The same endpoint, which raises `TooMany`."""

        async def limited(request: Request) -> Response:
            address = network_behind(request)
            if wait := self._rates.spend(self._limit, endpoint.__name__, address):
                raise TooMany("Too many people come from your network at once; try again in a minute.", wait)
            return await endpoint(request)

        return limited


class _Routes:
    """What happens on each of them."""

    def __init__(self, tool: Tool, registrar: Registrar) -> None:
        self._tool = tool
        self._registrar = registrar

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
        cookie = frame_cookie(_binding(departure.state), departure.cookie, path, _BINDING_SECONDS)
        response.headers.append("Set-Cookie", cookie)
        return response

    async def launch(self, request: Request) -> Response:
        """Hear what the platform says of them."""
        form = await form_of(request)
        if "id_token" not in form:
            raise LaunchRefused(NOBODY)
        state = form.get("state", "")
        cookie = request.cookies.get(_binding(state), "")
        arrived = await self._tool.arrive(state, form["id_token"], cookie)
        if isinstance(arrived, Unbound):
            asked_at = origin(arrived.platform.registration.auth_url)
            return page(request, "arrive.html", unbound=arrived, origin=asked_at)
        response = RedirectResponse(self._address(arrived), 303)
        lasting = int(WITH_COOKIE.total_seconds())
        own = frame_cookie(COOKIE, arrived.cookie, self._tool.root + visit_path(arrived.token), lasting)
        response.headers.append("Set-Cookie", own)
        response.headers.append("Set-Cookie", frame_cookie(_binding(state), "", self._tool.root + MOUNTED_AT, 0))
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

    async def ask_to_register(self, request: Request) -> Response:
        """Ask whoever administers an invited platform whether it is to be registered."""
        fields = {name: request.query_params.get(name, "") for name in _REGISTERING}
        invited = self._registrar.invited
        host = await to_thread.run_sync(invited, fields["invitation"], fields["openid_configuration"])
        framed_by = origin(fields["openid_configuration"])
        return page(request, "register.html", framed_by=framed_by, host=host, fields=fields, reports=self._tool.reports)

    async def register(self, request: Request) -> Response:
        """Register it."""
        if not comes_from_here(request):
            raise NotAllowed("This request came from a page of another site.")
        form = await form_of(request)
        platform = await self._registrar.register(
            *(form.get(name, "") for name in _REGISTERING), participation=form.get("participation") == "yes"
        )
        framed_by = origin(platform.registration.issuer)
        return page(request, "registered.html", framed_by=framed_by, platform=platform)

    def _address(self, begun: Begun) -> str:
        return self._tool.root + visit_path(begun.token) + begun.page


async def leave_page(request: Request) -> Response:
    """Where the chat and the instructors' pages send those to who want to sign out, for somebody on a visit."""
    return RedirectResponse("lti/leave" if visit_of(request) else "./", 303)


def _binding(state: str) -> str:
    """The name of a launch's own cookie: several may be under way in one browser."""
    return _BINDING + "".join(one for one in state[:16] if one.isascii() and (one.isalnum() or one in "-_"))
