"""Any server that speaks OpenAI's chat completions: llama-server, Ollama, vLLM, a vendor's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rag.errors import ModelFailed
from rag.stopping import Stop
from rag.types import Message


class OpenAIServerModel:
    """One model of one server. The key is sent to that server and appears nowhere else."""

    def __init__(self, base_url: str, model: str, api_key: str = "", *, timeout_s: float = 120.0) -> None:
        import openai

        self._client = openai.OpenAI(base_url=base_url, api_key=api_key or "none", timeout=timeout_s, max_retries=1)
        self._base_url = base_url
        self._model = model

    @property
    def name(self) -> str:
        """The model's name at the server."""
        return self._model

    @property
    def fingerprint(self) -> str:
        """Its server and name: what a server's weights are cannot be known here."""
        return f"{self._base_url} {self._model}"

    def stream(self, messages: Sequence[Message], max_tokens: int, stop: Stop | None = None) -> Iterator[str]:
        """The reply at temperature 0, streamed; closing the iterator hangs up, so does `stop` with the next piece."""
        import openai

        turns: Any = [{"role": message.role, "content": message.content} for message in messages]
        try:
            with self._client.chat.completions.create(
                model=self._model, messages=turns, max_tokens=max_tokens, temperature=0.0, seed=0, stream=True
            ) as pieces:
                for piece in pieces:
                    if stop and stop.asked:
                        return
                    if piece.choices and (text := piece.choices[0].delta.content):
                        yield text
        except openai.APIStatusError as error:
            raise ModelFailed(
                f"The model server at {self._base_url} refused ({error.status_code}); check the model's name and key."
            ) from error
        except openai.APIError as error:
            raise ModelFailed(f"The model server at {self._base_url} does not answer; is it running?") from error
