"""The model hub: files and folders of models, fetched once into the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import ModelMissing


def fetch_gguf(repo: str, file: str | None, downloads: Path) -> Path:
    """The GGUF `file` of a repository, or a 4-bit one where none is named. Raises `ModelMissing`."""
    from huggingface_hub import HfApi, hf_hub_download

    with _explained(repo, downloads):
        file = file or _smallest_q4(HfApi().list_repo_files(repo), repo)
        return Path(hf_hub_download(repo, file, local_dir=downloads / repo))


def fetch_model(repo: str, downloads: Path) -> Path:
    """The folder of a model that transformers can load, its weights as safetensors. Raises `ModelMissing`."""
    from huggingface_hub import snapshot_download

    with _explained(repo, downloads):
        # Weights in other formats may run code when they are loaded, and are not wanted twice.
        patterns = ["*.json", "*.txt", "*.model", "model*.safetensors"]
        return Path(snapshot_download(repo, local_dir=downloads / repo, allow_patterns=patterns))


@contextmanager
def _explained(repo: str, downloads: Path) -> Iterator[None]:
    from httpx2 import HTTPError
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        yield
    except RepositoryNotFoundError as error:
        raise ModelMissing(f"The hub has no repository {repo}, or it is private; check the name.") from error
    except (HfHubHTTPError, LocalEntryNotFoundError, HTTPError) as error:
        raise ModelMissing(
            f"The hub cannot be reached for {repo}; connect to the network once, or name local files."
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
