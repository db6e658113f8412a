# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""haproxy before two daemons, one of which is told to stop: nobody who asks sees an error. Before two whose replies are
lost: no award is sent twice."""

from __future__ import annotations

import collections
import contextlib
import http.server
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator

from daemon import EXAMPLES, QUESTION, Programs, ask, expect, run

CONFIGURATION = EXAMPLES / "haproxy" / "haproxy.cfg"
EVALUATE = "/grantd.v1.Calculator/Evaluate"
AWARD = "/grantd.v1.Awards/Award"


def free_port() -> int:
    """A port that was free."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def check(programs: Programs) -> Iterator[str]:
    """Reads the configuration, then lives with it."""
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder)
        run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", made / "key", "-out", made / "ca.pem",
        )
        (made / "site.pem").write_text((made / "ca.pem").read_text() + (made / "key").read_text())
        # More than the two seconds in which haproxy finds out.
        with programs.serve("--drain-delay", "4") as first, programs.serve() as second:
            environment, frames, site = surroundings(made, first.address, second.address)
            said = subprocess.run(
                ["haproxy", "-c", "-f", CONFIGURATION], env=environment, capture_output=True, text=True, check=False
            )
            complaints = [line for line in said.stderr.splitlines() if line.startswith(("[WARNING]", "[ALERT]"))]
            expect(said.returncode == 0 and not complaints, f"haproxy -c: {said.stdout}{said.stderr}")
            yield "haproxy reads its configuration without a warning"
            with proxy(environment, made):
                yield from live(made, frames, site, first.process)
        with Forgetful.serve() as first_address, Forgetful.serve() as second_address:
            environment, frames, site = surroundings(made, first_address, second_address)
            with proxy(environment, made):
                yield lost_replies(made, frames, site)


def surroundings(made: pathlib.Path, first: str, second: str) -> tuple[dict[str, str], int, int]:
    """What the configuration takes from its environment, and the ports of its two front ends."""
    frames, site = free_port(), free_port()
    environment = {
        **os.environ,
        "GRANTD_A": first,
        "GRANTD_B": second,
        "GRANTD_FRAMES": f"127.0.0.1:{frames}",
        "GRANTD_SITE": f"127.0.0.1:{site}",
        "GRANTD_CERTIFICATES": str(made),
    }
    return environment, frames, site


@contextlib.contextmanager
def proxy(environment: dict[str, str], made: pathlib.Path) -> Iterator[None]:
    """haproxy, meanwhile."""
    with (made / "log").open("ab") as log:
        process = subprocess.Popen(["haproxy", "-db", "-f", CONFIGURATION], env=environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.kill()
            process.wait()


def wait_until_ready(frames: int) -> None:
    """Waits until haproxy passes something on."""
    for _ in range(250):
        with contextlib.suppress(OSError):
            if ask(f"http://127.0.0.1:{frames}/readyz")[0] == 200:
                return
        time.sleep(0.02)


class Forgetful(http.server.BaseHTTPRequestHandler):
    """A daemon that is ready, takes every call, and is gone before its reply."""

    protocol_version = "HTTP/1.1"
    taken: collections.Counter[str] = collections.Counter()
    """How often each path was called, on all of them."""

    @classmethod
    @contextlib.contextmanager
    def serve(cls) -> Iterator[str]:
        """The address of one, meanwhile."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), cls)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()

    def do_GET(self) -> None:
        """Is ready."""
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        """Takes the call."""
        self.rfile.read(int(self.headers["content-length"]))
        self.taken[self.path] += 1
        self.close_connection = True

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


def lost_replies(made: pathlib.Path, frames: int, site: int) -> str:
    """A question whose reply is lost is asked again; an award is not."""
    wait_until_ready(frames)
    trust = ssl.create_default_context(cafile=str(made / "ca.pem"))
    for path in (EVALUATE, AWARD):
        # In one piece: haproxy only sends again what it still holds whole.
        call = f"POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{{}}"
        plain = socket.create_connection(("127.0.0.1", site), timeout=30)
        with trust.wrap_socket(plain, server_hostname="localhost") as peer:
            peer.sendall(call.encode())
            answer = peer.recv(1 << 16)
        expect(answer.startswith(b"HTTP/1.1 502 "), f"{path}: no daemon replies, and yet: {answer[:80]!r}")
    taken = Forgetful.taken
    expect(taken[EVALUATE] > 1, f"a question was asked {taken[EVALUATE]} times, though its replies were lost")
    expect(taken[AWARD] == 1, f"an award whose reply was lost was sent {taken[AWARD]} times")
    return f"where replies are lost, a question is asked {taken[EVALUATE]} times and an award sent once"


def live(made: pathlib.Path, frames: int, site: int, first: subprocess.Popen[str]) -> Iterator[str]:
    """Asks through both front ends while the first daemon stops."""
    plain = f"http://127.0.0.1:{frames}"
    wait_until_ready(frames)
    trust = ssl.create_default_context(cafile=str(made / "ca.pem"))
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trust))

    def over_tls() -> int:
        request = urllib.request.Request(
            f"https://localhost:{site}{EVALUATE}", QUESTION.encode(), {"content-type": "application/json"}
        )
        with opener.open(request, timeout=10) as answer:
            expect(len(answer.headers["x-request-id"]) == 36, "haproxy gives no id")
            return int(answer.status)

    answered, problems = [0, 0], list[str]()
    is_over = threading.Event()

    def repeat(index: int, question: Callable[[], int]) -> None:
        while not is_over.is_set():
            try:
                status = question()
                answered[index] += 1
                if status != 200:
                    problems.append(f"status {status}")
            except Exception as error:  # whatever it is, it is what is looked for
                problems.append(repr(error))
            time.sleep(0.005)

    def wait_for_more() -> None:
        """Waits until both front ends have answered some more, or something is wrong."""
        enough = [count + 30 for count in answered]
        while not problems and any(count < least for count, least in zip(answered, enough, strict=True)):
            time.sleep(0.005)

    questions = (lambda: ask(f"{plain}{EVALUATE}", QUESTION)[0], over_tls)
    threads = [threading.Thread(target=repeat, args=(i, question)) for i, question in enumerate(questions)]
    for thread in threads:
        thread.start()
    wait_for_more()
    first.send_signal(signal.SIGTERM)
    code = first.wait(60)
    wait_for_more()
    is_over.set()
    for thread in threads:
        thread.join()
    expect(code == 0, f"the daemon that was stopped exited with {code}")
    expect(not problems, f"{answered} answered, {len(problems)} problems: {problems[:5]}")
    denied = urllib.request.Request(f"https://localhost:{site}/metrics")
    try:
        opener.open(denied, timeout=10).close()
        raise SystemExit("/metrics is open to everybody")
    except urllib.error.HTTPError as error:
        expect(error.code == 404, f"/metrics: {error.code}")
        error.close()
    yield f"{answered[0]} calls plain and {answered[1]} over TLS while a daemon drained and stopped: none failed"
