"""llama.cpp in this process: any GGUF file, on the CPU."""

from __future__ import annotations

import ctypes
import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from rag.errors import ModelFailed, ModelMissing, ModelUnusable
from rag.stopping import Stop
from rag.types import Message

_GGUF_MAGIC = b"GGUF"


class LlamaModel:
    """A GGUF model, with an `adapter` (a LoRA as GGUF) beside its own weights, if it has one.

    One answer is written at a time: llama.cpp's context is not to be shared.
    """

    def __init__(
        self, path: Path, *, adapter: Path | None = None, context_tokens: int = 4096, threads: int | None = None
    ) -> None:
        for file in (path, adapter):
            if file:
                _refuse_other_files(file)
        import llama_cpp

        try:
            self._llama = llama_cpp.Llama(
                str(path),
                lora_path=str(adapter) if adapter else None,
                n_ctx=context_tokens,
                n_threads=threads,
                n_threads_batch=threads,
                seed=0,
                verbose=False,
            )
        except (ValueError, RuntimeError) as error:
            raise ModelUnusable(_unusable(path, adapter)) from error
        self._abort = _Abort(self._llama.ctx)
        self._files = [path, adapter] if adapter else [path]
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        """The file's name without its suffix; and that of its adapter, if it has one."""
        return "+".join(file.stem for file in self._files)

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of the file; and that of its adapter, if it has one."""
        return "+".join(sha256_of(file) for file in self._files)

    def stream(self, messages: Sequence[Message], max_tokens: int, stop: Stop | None = None) -> Iterator[str]:
        """The reply at temperature 0. Other threads wait until this one is written, closed or stopped."""
        stop = stop or Stop()
        with self._turn, self._abort.on(stop):
            try:
                # Without this a reply depends on the cached state of the one before.
                self._llama.reset()
                pieces = self._llama.create_chat_completion(
                    [{"role": message.role, "content": message.content} for message in messages],
                    max_tokens=max_tokens,
                    temperature=0.0,
                    repeat_penalty=1.1,
                    stream=True,
                )
                for piece in pieces:
                    if stop.asked:
                        return
                    if text := piece["choices"][0]["delta"].get("content"):
                        yield text
            except (ValueError, RuntimeError) as error:
                if stop.asked:  # that is how llama.cpp says that it broke off as it was told to
                    return
                raise ModelFailed(f"The model {self.name} broke off: {error}.") from error


class _Abort:
    """Ends what llama.cpp is at: the reading of a long prompt takes seconds, in which nothing comes back to Python.

    llama.cpp asks a function after each of the thousand steps to a token whether to go on. One in Python would have to
    wait for its turn among the server's other threads each time; C's own `strlen` says of a buffer of two bytes
    whether the first one is set.
    """

    def __init__(self, context: object) -> None:
        import llama_cpp

        self._flag = ctypes.create_string_buffer(2)
        is_set = ctypes.CDLL("msvcrt" if os.name == "nt" else None).strlen
        self._callback = ctypes.cast(is_set, llama_cpp.ggml_abort_callback)
        llama_cpp.llama_set_abort_callback(context, self._callback, ctypes.cast(self._flag, ctypes.c_void_p))

    @contextmanager
    def on(self, stop: Stop) -> Iterator[None]:
        """What llama.cpp does in this block ends when `stop` is asked for."""
        try:
            with stop.ending(self._set):
                yield
        finally:
            self._flag[0] = b"\0"

    def _set(self) -> None:
        self._flag[0] = b"\x01"


def _unusable(path: Path, adapter: Path | None) -> str:
    reason = "it is damaged, too large for this machine's memory, or newer than the installed llama-cpp-python"
    if adapter is None:
        return f"The model file {path} cannot be loaded; {reason}."
    return f"The model file {path} cannot be loaded with the adapter {adapter}: was that made for it? If so, {reason}."


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refuse_other_files(path: Path) -> None:
    # llama.cpp itself says no more than "failed to load", and prints it past Python.
    try:
        with path.open("rb") as stream:
            magic = stream.read(len(_GGUF_MAGIC))
    except OSError as error:
        raise ModelMissing(f"The model file {path} cannot be opened ({error.strerror}).") from error
    if magic != _GGUF_MAGIC:
        raise ModelUnusable(f"{path} is no GGUF model; name a file that llama.cpp can load.")
