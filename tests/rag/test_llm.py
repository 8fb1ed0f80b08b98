import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from rag import Message, ModelFailed, ModelMissing, ModelUnusable
from rag.llm.llama import LlamaModel
from rag.llm.openai import OpenAIServerModel
from rag.models import find_gguf, load_embedder, load_llm
from rag.settings import PACKAGED, Settings
from rag.stopping import Stop

MESSAGES = [Message("user", "Say hello.")]


@pytest.fixture(scope="module")
def llama():
    return LlamaModel(find_gguf(PACKAGED, None))


def test_the_packaged_model_writes_at_most_the_tokens_asked_for(llama):
    pieces = list(llama.stream(MESSAGES, max_tokens=8))

    assert 1 <= len(pieces) <= 8
    assert "".join(pieces).strip()


def test_closing_the_stream_frees_the_model_for_the_next(llama):
    stream = llama.stream(MESSAGES, max_tokens=200)
    next(stream)
    stream.close()

    assert list(llama.stream(MESSAGES, max_tokens=2))


def test_another_thread_stops_it_while_it_still_reads_a_long_prompt(llama):
    stop, long = Stop(), [Message("user", "What is a cell? " * 700)]
    began = time.monotonic()
    threading.Timer(0.3, stop.ask).start()

    assert list(llama.stream(long, max_tokens=100, stop=stop)) == []

    assert time.monotonic() - began < 5  # all of it takes a minute
    assert list(llama.stream(MESSAGES, max_tokens=8)) == list(llama.stream(MESSAGES, max_tokens=8, stop=Stop()))


def test_what_was_stopped_before_it_began_writes_nothing_and_later_the_next_does(llama):
    stop = Stop()
    stop.ask()

    assert list(llama.stream(MESSAGES, max_tokens=8, stop=stop)) == []
    assert list(llama.stream(MESSAGES, max_tokens=8))


def test_two_threads_take_turns(llama):
    texts = []

    def write():
        texts.append("".join(llama.stream(MESSAGES, max_tokens=12)))

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(texts) == 3
    assert len(set(texts)) == 1


def test_a_prompt_longer_than_the_context_is_an_error_with_a_sentence(llama):
    with pytest.raises(ModelFailed, match="context"):
        list(llama.stream([Message("user", "word " * 6000)], max_tokens=4))


def test_a_file_that_is_no_gguf_is_refused(tmp_path):
    (tmp_path / "model.gguf").write_bytes(b"not a model")

    with pytest.raises(ModelUnusable, match="no GGUF model"):
        LlamaModel(tmp_path / "model.gguf")


def test_a_cut_off_gguf_is_refused(tmp_path):
    (tmp_path / "model.gguf").write_bytes(find_gguf(PACKAGED, tmp_path).read_bytes()[:100_000])

    with pytest.raises(ModelUnusable, match="cannot be loaded"):
        LlamaModel(tmp_path / "model.gguf")


@pytest.mark.parametrize(
    ("name", "reason"), [("/nowhere/model.gguf", "no model file"), ("no such thing", "neither a model file nor")]
)
def test_a_model_that_is_not_there_is_named(tmp_path, name, reason):
    with pytest.raises(ModelMissing, match=reason):
        find_gguf(name, tmp_path)


def test_the_hub_without_a_network_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)

    with pytest.raises(ModelMissing, match="hub cannot be reached"):
        find_gguf("owner/model", tmp_path)


def test_an_embedder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ModelMissing, match="no sentence-transformers model"):
        load_embedder(Settings(data=tmp_path, embedder=str(tmp_path)))


def test_the_packaged_embedder_gives_unit_vectors_of_meaning(tmp_path):
    embedder = load_embedder(Settings(data=tmp_path))

    cat, kitten, engine = embedder.embed(["a cat", "a kitten", "a steam engine"])

    assert embedder.embed([]).shape == (0, 384)
    assert cat @ cat == pytest.approx(1.0, abs=1e-5)
    assert cat @ kitten > cat @ engine


class _Chat(BaseHTTPRequestHandler):
    """A chat completions server that streams what `reply` holds, or the status in it."""

    reply: ClassVar[list[str] | int] = []
    asked: ClassVar[dict] = {}

    def do_POST(self):
        type(self).asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if isinstance(self.reply, int):
            self.send_error(self.reply)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for text in self.reply:
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": []}
            chunk["choices"] = [{"index": 0, "delta": {"content": text}, "finish_reason": None}]
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_args):
        pass


@pytest.fixture
def server():
    serving = ThreadingHTTPServer(("127.0.0.1", 0), _Chat)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}/v1"
    serving.shutdown()
    serving.server_close()
    thread.join()


@pytest.mark.loopback
def test_an_openai_server_is_asked_and_streams(server, tmp_path):
    _Chat.reply = ["Hel", "lo."]
    model = load_llm(Settings(data=tmp_path, model=f"{server}#tiny", model_key="secret"))

    assert "".join(model.stream(MESSAGES, max_tokens=7)) == "Hello."
    assert (_Chat.asked["model"], _Chat.asked["max_tokens"], _Chat.asked["temperature"]) == ("tiny", 7, 0.0)
    assert model.name == "tiny"
    assert "secret" not in model.fingerprint


@pytest.mark.loopback
def test_an_openai_server_is_left_when_that_is_asked_for(server):
    _Chat.reply = ["One ", "two ", "three."]
    stop = Stop()
    pieces = OpenAIServerModel(server, "tiny").stream(MESSAGES, 7, stop)

    assert next(pieces) == "One "
    stop.ask()
    assert list(pieces) == []


@pytest.mark.loopback
def test_an_openai_server_that_refuses_is_one_sentence_without_the_key(server):
    _Chat.reply = 401

    with pytest.raises(ModelFailed, match="refused") as error:
        list(OpenAIServerModel(server, "tiny", "secret").stream(MESSAGES, 7))
    assert "secret" not in str(error.value)


@pytest.mark.loopback
def test_an_openai_server_that_is_not_there_is_one_sentence():
    with pytest.raises(ModelFailed, match="is it running"):
        list(OpenAIServerModel("http://127.0.0.1:9/v1", "tiny").stream(MESSAGES, 7))
