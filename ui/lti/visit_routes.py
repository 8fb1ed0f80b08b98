"""The routes of a visit: which course this is, what an activity begins with, and the end of the visit."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ui.csrf import FIELD, refuse_forged, token_of
from ui.errors import LaunchRefused
from ui.journal import Visitor
from ui.links import QUIZ
from ui.lti.addresses import origin
from ui.lti.deep_linking import WHOLE, activity, headings
from ui.lti.launching import Tool
from ui.lti.pages import form_of, page, told
from ui.lti.visit_paths import COOKIE, frame_cookie, visit_of, visit_path
from ui.texts.lti import texts_of


def visit_routes(tool: Tool) -> list[Route]:
    """The routes over `tool`, for those whom a platform has sent."""
    routes = _VisitRoutes(tool)
    return [
        Route("/choose", routes.ask_which, methods=["GET"]),
        Route("/choose", routes.choose, methods=["POST"]),
        Route("/deep-link", routes.ask_what, methods=["GET"]),
        Route("/deep-link", routes.link, methods=["POST"]),
        Route("/leave", routes.ask_whether, methods=["GET"]),
        Route("/leave", routes.leave, methods=["POST"]),
    ]


class _VisitRoutes:
    """What happens on each of them."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

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
            chosen=chosen,
            choices=choices,
            back=await to_thread.run_sync(self._begins_at, request, visitor),
            csrf=token_of(request),
        )

    async def choose(self, request: Request) -> Response:
        """Tie the platform's course to ours."""
        visitor, form = await self._meant(request)
        await to_thread.run_sync(self._tool.choose, visitor, form.get("course", ""))
        return RedirectResponse(await to_thread.run_sync(self._begins_at, request, visitor), 303)

    async def ask_what(self, request: Request) -> Response:
        """Have somebody who makes an activity say what it begins with."""
        visitor = await self._linking(request)
        course = await to_thread.run_sync(self._tool.course, visitor)
        if course is None:
            return RedirectResponse("choose", 303)
        named = self._tool.courses[course]
        sections = await to_thread.run_sync(headings, self._tool.courses, course)
        return page(
            request,
            "deep_link.html",
            csrf=token_of(request),
            course=named.title,
            sections=sections,
            whole=WHOLE,
            quiz=QUIZ,
            reports=await to_thread.run_sync(self._tool.reports_to, visitor.platform_id),
        )

    async def link(self, request: Request) -> Response:
        """Send the platform the activity, by a form that the browser posts there."""
        visitor, form = await self._meant(request)
        linking = (await self._linking(request)).linking or {}
        reporting = form.get("reporting") == "yes"
        start = form.get("start", WHOLE)
        signed = await to_thread.run_sync(lambda: activity(self._tool, visitor, start, reporting=reporting))
        goes_to = str(linking["return_url"])
        return page(request, "linked.html", posts_to=origin(goes_to), address=goes_to, signed=signed)

    async def ask_whether(self, request: Request) -> Response:
        """Before a visit is ended."""
        await self._visitor(request)
        return page(request, "leave.html", csrf=token_of(request))

    async def leave(self, request: Request) -> Response:
        """End the visit."""
        await self._meant(request)
        await to_thread.run_sync(self._tool.journal.visits.end, visit_of(request))
        response = told(request, texts_of(request).left, title=texts_of(request).leave)
        response.headers.append(
            "Set-Cookie", frame_cookie(COOKIE, "", self._tool.root + visit_path(visit_of(request)), 0)
        )
        return response

    def _begins_at(self, request: Request, visitor: Visitor) -> str:
        """The address at which the visit begins."""
        return self._tool.root + visit_path(visit_of(request)) + self._tool.first_page(visitor)

    async def _meant(self, request: Request) -> tuple[Visitor, dict[str, str]]:
        """Whose form it is, and what is in it. Raises `NotAllowed` for one that our own page did not send."""
        visitor, form = await self._visitor(request), await form_of(request)
        refuse_forged(request, form.get(FIELD, ""))
        return visitor, form

    async def _linking(self, request: Request) -> Visitor:
        """Raises `LaunchRefused` for somebody who makes no activity, or may not."""
        visitor = await self._visitor(request)
        if visitor.linking is None or visitor.role == "learner":
            raise LaunchRefused("Activities are made by those who teach, from within their learning platform.")
        return visitor

    async def _visitor(self, request: Request) -> Visitor:
        """Raises `LaunchRefused` for somebody who did not come from a platform."""
        cookie = request.cookies.get(COOKIE, "")
        visit = await to_thread.run_sync(self._tool.journal.visits.find, visit_of(request), cookie)
        if visit is None:
            raise LaunchRefused("This page is for those who come from a learning platform; open an activity there.")
        return visit.visitor
