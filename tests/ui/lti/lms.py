"""A learning platform that is not ours (lti1p3platform), with a page that shows an activity in a frame, and grades."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from lti1p3platform.exceptions import LineItemNotFoundException, LtiException
from lti1p3platform.framework.fastapi.oidc_login import FastAPIOIDCLogin
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request as AskedOfLibrary
from lti1p3platform.request import TRequest
from lti1p3platform.score import UpdateScoreStatus
from lti1p3platform.service_connector import AssignmentsGradesService

from tests.ui.lti.conftest import CONTEXT, INSTRUCTOR, LEARNER, rsa_key

CLIENT, DEPLOYMENT = "a-tool", "7"


STORAGE = """<script>
  const kept = {};
  addEventListener("message", ({ data, source, origin }) => {
    const { subject, message_id, key, value } = data;
    if (subject === "lti.put_data") kept[key] = value;
    source.postMessage({ subject: `${subject}.response`, message_id, key, value: kept[key] }, origin);
  });
</script>"""
"""What a platform that keeps data for its tools has in its pages, as Canvas; the library knows nothing of it."""


class Platform(LTI1P3PlatformConfAbstract):
    """What the library wants to know: itself at `here`, and the tool at `tool`."""

    def init_platform_config(self, here: str, tool: str) -> None:
        key = rsa_key("lms")
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        self._registration = (
            Registration()
            .set_iss(here)
            .set_client_id(CLIENT)
            .set_deployment_id(DEPLOYMENT)
            .set_launch_url(f"{tool}/lti/launch")
            .set_deeplink_launch_url(f"{tool}/lti/launch")
            .set_oidc_login_url(f"{tool}/lti/login")
            .set_tool_key_set_url(f"{tool}/lti/jwks")
            .set_platform_public_key(public)
            .set_platform_private_key(private)
        )

    def get_registration_by_params(self, **kwargs: Any) -> Registration:
        assert self._registration
        return self._registration


class Login(FastAPIOIDCLogin):
    """The hint says who opens what."""

    def set_lti_message_hint(self, **kwargs: Any) -> None:
        self._lti_message_hint = kwargs["hint"]


class Launch(LTIAdvantageMessageLaunchAbstract):
    """What the library posts to the tool; its own form needs setuptools."""

    def get_preflight_response(self) -> dict[str, Any]:
        return dict(self._request.query_params)

    def prepare_launch(self, preflight_response: dict[str, Any]) -> None:
        # The library posts to whatever redirect_uri it is given; a platform posts to the registered one alone.
        assert preflight_response["redirect_uri"] == self._platform_config.get_registration().get_launch_url()
        person = preflight_response["login_hint"]
        self.set_user_data(person, [INSTRUCTOR if person == "tess" else LEARNER], full_name=f"{person} <b>Example</b>")
        self.set_resource_link_claim("activity-1")
        self.set_launch_context_claim(CONTEXT["id"], context_title=CONTEXT["title"])
        here = self._platform_config.get_registration().get_iss()
        self.set_ags(f"{here}/columns", f"{here}/columns/7?type_id=1")

    def render_launch_form(self, launch_data: dict[str, Any], **kwargs: Any) -> Response:
        fields = "".join(f'<input name={name} value="{launch_data[name]}">' for name in ("id_token", "state"))
        form = f'<form method=post action="{launch_data["launch_url"]}">{fields}</form>'
        return HTMLResponse(f"<!doctype html>{form}<script>document.forms[0].submit()</script>")


@dataclass
class Gradebook:
    """What was put into it: column and score. `refuses` has an endpoint, by its first word, answer with that status."""

    scores: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tokens: list[dict[str, str]] = field(default_factory=list)
    refuses: dict[str, int] = field(default_factory=dict)
    hangs: bool = False
    granted: str | None = None
    """What a token is said to be for, where that is not what was asked for."""


class Sent(AskedOfLibrary):
    """A request, as the library wants to see it."""

    def build_metadata(self, request: Any) -> TRequest:
        about = {
            "method": "POST",
            "headers": request.headers,
            "get_data": {},
            "form_data": {},
            "path": request.url.path,
        }
        return {**about, "json": request.state.score}  # type: ignore[typeddict-item]


class Grades(AssignmentsGradesService):
    """The library's service over one gradebook, in which scores are put, and nothing else happens."""

    gradebook: Gradebook

    def update_score(self, line_item_id: str, score: Any) -> UpdateScoreStatus:
        if line_item_id == "gone":
            raise LineItemNotFoundException
        self.gradebook.scores.append((line_item_id, score))
        return UpdateScoreStatus.SUCCESS

    def not_offered(self, *_given: Any, **_more: Any) -> Any:
        raise AssertionError("Scores are put into this gradebook, and nothing else.")

    find_lineitems = find_lineitem = create_lineitem = update_lineitem = delete_lineitem = get_results = not_offered


def add_gradebook(app: FastAPI, platform: Platform, gradebook: Gradebook) -> None:
    """Where access tokens are, and where scores go."""

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        gradebook.tokens.append(form)
        if "token" in gradebook.refuses:
            return JSONResponse({"error": "invalid_client"}, gradebook.refuses["token"])
        given = await asyncio.to_thread(platform.get_access_token, form)
        return JSONResponse(dict(given) | ({"scope": gradebook.granted} if gradebook.granted is not None else {}))

    @app.post("/columns/{column}/scores")
    async def scores(request: Request, column: str, type_id: int) -> Response:
        assert type_id == 1
        assert request.headers["content-type"] == "application/vnd.ims.lis.v1.score+json"
        request.state.score = await request.json()
        if gradebook.hangs:
            await asyncio.sleep(5)
        if "scores" in gradebook.refuses:
            return Response(status_code=gradebook.refuses["scores"])
        grades = Grades(Sent(request), platform, f"{request.base_url}columns")
        grades.gradebook = gradebook
        try:
            done = grades.handle_resp(grades.handle_update_score, line_item_id=column)
        except LtiException:
            return Response(status_code=401)
        return Response(status_code=done.code)


def lms_app(here: str, tool: str, gradebook: Gradebook, tool_keys: Any = None) -> FastAPI:
    """The platform at `here`; `used` remembers hints, each of which counts once, as in Moodle."""
    app, platform, used = FastAPI(), Platform(here=here, tool=tool), set[str]()
    platform.get_registration().set_tool_key_set(tool_keys)
    add_gradebook(app, platform, gradebook)

    @app.get("/course/{person}")
    def course(person: str, keeps: bool = False) -> Response:
        frame = f"<iframe src='/open/{person}?keeps={keeps}' width=1000 height=900>"
        return HTMLResponse(f"<!doctype html><title>LMS</title>{STORAGE if keeps else ''}{frame}")

    @app.get("/open/{person}")
    def open_activity(request: Request, person: str, keeps: bool) -> Response:
        login = Login(request, platform)
        login.set_lti_message_hint(hint=f"{person}-{len(used)}")
        return RedirectResponse(login.prepare_preflight_url(person) + ("&lti_storage_target=_parent" if keeps else ""))

    @app.get("/auth")
    def auth(request: Request) -> Response:
        hint = request.query_params["lti_message_hint"]
        assert hint not in used
        used.add(hint)
        launched: Response = Launch(request, platform).lti_launch()
        return launched

    @app.get("/configuration")
    def configuration() -> dict[str, str]:
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/auth",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/jwks",
            "registration_endpoint": f"{here}/registration",
        }

    @app.post("/registration")
    def registration() -> dict[str, Any]:
        return {"client_id": "registered", "https://purl.imsglobal.org/spec/lti-tool-configuration": {}}

    @app.get("/jwks")
    def jwks() -> dict[str, Any]:
        return dict(platform.get_jwks())

    return app
