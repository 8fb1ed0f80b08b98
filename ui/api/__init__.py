"""The HTTP API: questions and answers for programs."""

from ui.api.app import api_app
from ui.api.keys import by_key
from ui.api.limits import ApiLimits, Origins
from ui.api.openai_app import openai_app
from ui.api.service import Service

__all__ = ["ApiLimits", "Origins", "Service", "api_app", "by_key", "openai_app"]
