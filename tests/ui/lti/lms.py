"""A learning platform that is not ours (lti1p3platform), with a page that shows an activity in a frame."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from lti1p3platform.framework.fastapi.oidc_login import FastAPIOIDCLogin
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.registration import Registration

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

    def render_launch_form(self, launch_data: dict[str, Any], **kwargs: Any) -> Response:
        fields = "".join(f'<input name={name} value="{launch_data[name]}">' for name in ("id_token", "state"))
        form = f'<form method=post action="{launch_data["launch_url"]}">{fields}</form>'
        return HTMLResponse(f"<!doctype html>{form}<script>document.forms[0].submit()</script>")


def lms_app(here: str, tool: str) -> FastAPI:
    """The platform at `here`; `used` remembers hints, each of which counts once, as in Moodle."""
    app, platform, used = FastAPI(), Platform(here=here, tool=tool), set[str]()

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

    @app.get("/jwks")
    def jwks() -> dict[str, Any]:
        return dict(platform.get_jwks())

    return app
