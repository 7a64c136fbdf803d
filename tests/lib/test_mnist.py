"""MNIST from a server on this machine: whole, cached, damaged, cut, silent, and not there at all."""

from __future__ import annotations

import contextlib
import gc
import gzip
import hashlib
import http.server
import json
import socket
import threading

import numpy as np
import pytest
from sklearn.datasets import _openml

from chainrule.data import DataUnavailableError, load_mnist, mnist

# urllib leaves the socket of a refused or timed-out answer to the garbage collector. It is collected within these
# tests (end of `server`), where it is no fault, and not in whichever test happens to run when the collector comes.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

IMAGES, PIXELS = 14, 784
WHOLE, CUT, OTHER, ABSENT, SILENT = "whole", "cut", "other", "absent", "silent"


def fake_file():
    """A small data set in the format of mnist_784: 14 images, labels 0 to 9 and again 0 to 3."""
    numbers = np.random.default_rng(0).integers(0, 256, (IMAGES, PIXELS))
    labels = [str(i % 10) for i in range(IMAGES)]
    names = [f"pixel{i}" for i in range(1, PIXELS + 1)]
    lines = ["@RELATION mnist_784", *(f"@ATTRIBUTE {name} INTEGER" for name in names)]
    lines += ["@ATTRIBUTE class {" + ",".join(map(str, range(10))) + "}", "@DATA"]
    lines += [",".join([*map(str, row), label]) for row, label in zip(numbers.tolist(), labels, strict=True)]
    features = [feature(name, i, "numeric") for i, name in enumerate(names)] + [feature("class", PIXELS, "nominal")]
    return numbers, "\n".join(lines).encode(), features


def feature(name, index, kind):
    """A column as OpenML describes it."""
    told = {"index": str(index), "name": name, "data_type": kind, "is_target": str(kind == "nominal").lower()}
    told |= {"is_ignore": "false", "is_row_identifier": "false", "number_of_missing_values": "0"}
    return told | ({"nominal_value": [str(i) for i in range(10)]} if kind == "nominal" else {})


NUMBERS, ARFF, FEATURES = fake_file()
MD5 = hashlib.md5(ARFF, usedforsecurity=False).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """OpenML in miniature; `mood` says how it misbehaves, `asked` what it was asked for."""

    daemon_threads = True
    mood = WHOLE

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []

    @property
    def home(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers the four questions that scikit-learn asks."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.server.mood == ABSENT:
            self.send_error(503)
        elif self.path.endswith(".arff"):
            self.send_file()
        elif self.server.mood != SILENT:
            self.send_json()
        else:
            with contextlib.suppress(OSError):
                self.connection.recv(1)  # until the other side gives up

    def send_json(self):
        described = {
            "id": "554",
            "name": "mnist_784",
            "version": "1",
            "format": "ARFF",
            "status": "active",
            "description": "",
        }
        described |= {"file_id": "52667", "default_target_attribute": "class", "md5_checksum": MD5}
        described |= {"url": f"{self.server.home}/data/v1/download/52667/mnist_784.arff"}
        answers = {
            "features": {"data_features": {"feature": FEATURES}},
            "qualities": {"data_qualities": {"quality": [{"name": "NumberOfInstances", "value": str(IMAGES)}]}},
        }
        kind = next((name for name in answers if f"/{name}/" in self.path), "")
        self.send(json.dumps(answers.get(kind, {"data_set_description": described})).encode())

    def send_file(self):
        content = ARFF.replace(b",1", b",2") if self.server.mood == OTHER else ARFF
        packed = gzip.compress(content)
        self.send(packed, len(packed) // 2 if self.server.mood == CUT else None)

    def send(self, content, cut=None):
        body = content if self.path.endswith(".arff") else gzip.compress(content)
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])

    def log_message(self, *words):
        """Quiet."""


@pytest.fixture
def server(monkeypatch):
    """A server that scikit-learn takes for OpenML."""
    running = Server()
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    for name in ("_SEARCH_NAME", "_DATA_INFO", "_DATA_FEATURES", "_DATA_QUALITIES"):
        monkeypatch.setattr(_openml, name, getattr(_openml, name).replace("https://www.openml.org", running.home))
    monkeypatch.setattr(_openml.time, "sleep", lambda _seconds: None)  # between the retries
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    yield running
    running.shutdown()
    running.server_close()
    thread.join()
    gc.collect()


def left_in(folder):
    """Every file that a call has left."""
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def refused(folder, **options):
    """The one sentence of a call that fails; nothing is left in the cache."""
    with pytest.raises(DataUnavailableError) as caught:
        load_mnist(folder=folder, **{"checksum": MD5, **options})

    assert [] == left_in(folder)
    assert [] == list(folder.iterdir())
    return str(caught.value)


class TestWhole:
    """A server that does its work."""

    def test_images_are_rows_of_numbers_from_0_to_1(self, server, tmp_path):
        found = load_mnist(folder=tmp_path, checksum=MD5)

        assert (NUMBERS[:12] / 255).astype(np.float32).tolist() == found.x_train.tolist()
        assert (NUMBERS[12:] / 255).astype(np.float32).tolist() == found.x_test.tolist()
        assert (np.float32, np.int64) == (found.x_train.dtype, found.y_train.dtype)

    def test_labels_are_whole_numbers(self, server, tmp_path):
        found = load_mnist(folder=tmp_path, checksum=MD5)

        assert [*range(10), 0, 1] == found.y_train.tolist()
        assert [2, 3] == found.y_test.tolist()

    def test_the_second_call_asks_nobody(self, server, tmp_path):
        first = load_mnist(folder=tmp_path, checksum=MD5)
        server.asked.clear()
        second = load_mnist(folder=tmp_path, checksum=MD5)

        assert [] == server.asked
        assert first.x_train.tolist() == second.x_train.tolist()

    def test_the_cache_holds_one_file(self, server, tmp_path):
        load_mnist(folder=tmp_path / "new" / "folder", checksum=MD5)

        assert [f"mnist-{MD5[:12]}.npz"] == [path.name for path in left_in(tmp_path)]

    def test_without_a_folder_scikit_learns_is_used(self, server, tmp_path, monkeypatch):
        monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
        load_mnist(checksum=MD5)

        assert [tmp_path / "chainrule"] == [path.parent for path in left_in(tmp_path)]

    @pytest.mark.parametrize("damage", [b"", b"PK", None], ids=["empty", "no archive", "one byte changed"])
    def test_a_damaged_cache_is_fetched_again(self, server, tmp_path, damage):
        first = load_mnist(folder=tmp_path, checksum=MD5)
        kept = left_in(tmp_path)[0]
        content = bytearray(kept.read_bytes())
        content[len(content) // 3] ^= 0xFF
        kept.write_bytes(content if damage is None else damage)
        server.asked.clear()
        second = load_mnist(folder=tmp_path, checksum=MD5)

        assert server.asked != []
        assert first.x_train.tolist() == second.x_train.tolist()

    def test_the_time_limit_of_other_connections_stays(self, server, tmp_path):
        before = socket.getdefaulttimeout()
        load_mnist(folder=tmp_path, checksum=MD5)

        assert before == socket.getdefaulttimeout()


class TestRefused:
    """One sentence that says what happened and what to use instead."""

    def test_another_checksum_than_expected(self, server, tmp_path):
        sentence = refused(tmp_path, checksum="0" * 32)

        assert (
            f"another file than expected (checksum {MD5}, not {'0' * 32}); use chainrule.data.load_digits" in sentence
        )

    @pytest.mark.parametrize("mood", [CUT, OTHER])
    def test_a_damaged_file(self, server, tmp_path, mood):
        server.mood = mood

        assert "arrived damaged" in refused(tmp_path)

    def test_a_server_out_of_order(self, server, tmp_path):
        server.mood = ABSENT

        assert "could not be fetched from openml.org (HTTPError: HTTP Error 503" in refused(tmp_path)

    def test_a_server_that_never_answers(self, server, tmp_path, monkeypatch):
        server.mood = SILENT
        monkeypatch.setattr(mnist, "TIMEOUT_SECONDS", 0.2)

        assert "could not be fetched from openml.org" in refused(tmp_path)

    def test_no_network(self, server, tmp_path, monkeypatch):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{nobody.getsockname()[1]}/{{}}"
        monkeypatch.setattr(_openml, "_DATA_INFO", address)
        sentence = refused(tmp_path)

        assert "could not be fetched from openml.org (URLError" in sentence
        assert sentence.endswith("use chainrule.data.load_digits(rng), which needs no network.")
        assert "\n" not in sentence

    def test_a_new_try_after_a_failure_succeeds(self, server, tmp_path):
        server.mood = CUT
        refused(tmp_path)
        server.mood = WHOLE

        assert IMAGES == sum(len(part) for part in vars(load_mnist(folder=tmp_path, checksum=MD5)).values()) // 2
