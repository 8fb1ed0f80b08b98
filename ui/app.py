"""One ASGI app over the courses of a server: the chat and the documents, with headers that keep them to themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files

import gradio as gr
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api import ApiLimits, Origins, Service, api_app, by_key, openai_app
from ui.asking import Asking
from ui.chat import page
from ui.courses import Courses
from ui.documents import document_pages
from ui.export import exports
from ui.gradio_routes import GradioRoutes
from ui.guard import Guard
from ui.handlers import Handlers
from ui.health import Health, figures
from ui.instructor import MOUNTED_AT, Desk, instructor_app
from ui.journal import Journal
from ui.keeping import Keeper
from ui.learner import LOCAL
from ui.links import route_path
from ui.lti.frames import FrameAncestors
from ui.lti.launching import Tool
from ui.lti.routes import FRAMED, PUBLIC, leave_page, lti_app
from ui.lti.routes import MOUNTED_AT as LTI_AT
from ui.lti.visit_paths import VisitPaths, visiting
from ui.request_log import RequestLog
from ui.sign_in import Gate, learner_of, signed_in
from ui.texts import LANGUAGES
from ui.texts.chat import ChatTexts, chat_texts
from ui.widget import MOUNTED_AT as WIDGET_AT
from ui.widget import widget_app

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ANY_HOST = ("*",)

# Gradio starts its page from inline scripts, so those cannot be forbidden; inline event handlers,
# which is what injected markup would bring, can. Nothing may be fetched from or sent to elsewhere.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)

_NO_OTHERS = "'self'"

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # With "no-referrer" a browser says of our own forms, too, that they come from "null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def build(  # noqa: PLR0913 - here everything comes together
    courses: Courses,
    hosts: Sequence[str] = LOOPBACK,
    desk: Desk | None = None,
    *,
    journal: Journal | None = None,
    accounts: Journal | None = None,
    asking: Asking | None = None,
    limits: ApiLimits | None = None,
    tool: Tool | None = None,
) -> FastAPI:
    """The app that serves `courses`, of which one at least is ready, and with a `desk` the instructors' pages.

    `hosts` are the names it answers to (`ANY_HOST` for any): with the default, a page elsewhere
    cannot reach a server on this machine by pointing its own name at it. Conversations, and the keys
    of programs, are kept in `journal`; without one conversations end with their tab. The chat and the
    API wait in the line of `asking`; `limits` are the API's. With `accounts`, the journal that these are in,
    everybody must sign in; with a `tool`, people come from the learning platforms registered for it. Where
    there are neither accounts nor platforms, everybody is taken for whoever sits at this machine, until a platform is
    registered.
    """
    app = FastAPI(openapi_url=None)
    asking, limits = asking or Asking(), limits or ApiLimits()
    # Who shows something of their own in a request is recognised by that, before the browser's cookie is looked at.
    ways = [
        *([by_key(journal)] if journal else []),
        *([visiting(tool.journal)] if tool else []),
        *([signed_in(accounts)] if accounts else []),
    ]
    unknown = None if accounts or (tool and tool.is_registered) else LOCAL
    public = (*(PUBLIC if tool else ()), *([f"{WIDGET_AT}/"] if journal else []))
    app.add_middleware(GradioRoutes, per_minute=limits.requests_per_minute)
    app.add_middleware(
        Gate,
        ways=ways,
        accounts=accounts,
        unknown=unknown,
        is_guarded=lambda: tool is not None and tool.is_registered,
        public=public,
    )
    if tool:
        app.add_middleware(VisitPaths)
    app.add_middleware(Health, courses=courses, line=asking.line, journal=journal)
    # Without a CORS middleware of ours, Gradio's own allows any origin where the host is not local.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(Origins, origins=limits.origins)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(Guard)
    app.add_middleware(_SecurityHeaders, frames=FrameAncestors(tool.journal) if tool else None)
    app.add_middleware(RequestLog, metrics=asking.metrics)
    app.include_router(figures(asking.metrics))
    service = Service(courses, asking, Keeper(journal), journal, desk, limits)
    app.mount("/api/v1", api_app(service))
    app.mount("/v1", openai_app(service))
    if journal:
        app.mount(WIDGET_AT, widget_app(service, journal))
    if desk:
        app.mount(MOUNTED_AT, instructor_app(desk))
    if tool:
        app.mount(LTI_AT, lti_app(tool))
        app.add_route("/logout", leave_page)
    app.include_router(document_pages(courses, learner_of))
    if journal:
        app.include_router(exports(journal, learner_of))
    gr.mount_gradio_app(
        app,
        page(Handlers(courses, journal, learner_of, asking, with_desk=desk is not None)),
        path="/",
        theme=_theme(),
        head=_head(),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        app_kwargs={"openapi_url": None},
        enable_monitoring=False,
    )
    return app


def _head() -> str:
    """Our style and script. Gradio's own `css` argument would rewrite the rules and lose those in @media."""
    static = files("ui") / "static"
    style, script = (static.joinpath(name).read_text(encoding="utf-8") for name in ("chat.css", "chat.js"))
    names = {language: _names(chat_texts(language)) for language in LANGUAGES}
    return f"<style>{style}</style><script>{script}startChat({json.dumps(names)});</script>"


def _names(texts: ChatTexts) -> dict[str, str]:
    """What the script names the parts of the page in one language."""
    return {
        "answer": texts.answer,
        "close": texts.close,
        "copied": texts.copied,
        "copyYourself": texts.copy_yourself,
        "deleteSure": texts.delete_sure,
        "log": texts.conversation,
        "question": texts.question,
        "shelf": texts.conversations,
        "source": texts.source,
        "suggestions": texts.suggestions,
    }


def _theme() -> gr.themes.Base:
    """Gradio's plain theme with the fonts that every system has: none is fetched."""
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    ).set(
        # Dark enough, and light enough, to be read: the theme's own are below WCAG's 4.5 to 1.
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_300",
        input_background_fill="*neutral_50",
        input_background_fill_dark="*neutral_900",
    )


class _SecurityHeaders:
    """Adds the headers above to every response; plain ASGI, so that streams stay streams.

    What those see who came from a learning platform may be shown in the `frames` of its pages, nothing else.
    """

    def __init__(self, app: ASGIApp, frames: FrameAncestors | None) -> None:
        self._app = app
        self._frames = frames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        is_framed = route_path(scope).startswith(FRAMED)
        sources = await self._frames.sources() if self._frames and is_framed else _NO_OTHERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)  # a page may forbid itself more
                policy = headers["Content-Security-Policy"]
                headers["Content-Security-Policy"] = policy.replace(
                    f"frame-ancestors {_NO_OTHERS}", f"frame-ancestors {sources}"
                )
            await send(message)

        await self._app(scope, receive, send_with_headers)
