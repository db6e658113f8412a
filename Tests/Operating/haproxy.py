# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""haproxy before two daemons, one of which is told to stop: nobody who asks sees an error."""

from __future__ import annotations

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
            frames, site = free_port(), free_port()
            environment = {
                **os.environ,
                "GRANTD_A": first.address,
                "GRANTD_B": second.address,
                "GRANTD_FRAMES": f"127.0.0.1:{frames}",
                "GRANTD_SITE": f"127.0.0.1:{site}",
                "GRANTD_CERTIFICATES": folder,
            }
            said = subprocess.run(
                ["haproxy", "-c", "-f", CONFIGURATION], env=environment, capture_output=True, text=True, check=False
            )
            complaints = [line for line in said.stderr.splitlines() if line.startswith(("[WARNING]", "[ALERT]"))]
            expect(said.returncode == 0 and not complaints, f"haproxy -c: {said.stdout}{said.stderr}")
            yield "haproxy reads its configuration without a warning"
            with (made / "log").open("wb") as log:
                proxy = subprocess.Popen(["haproxy", "-db", "-f", CONFIGURATION], env=environment, stdout=log, stderr=log)
            try:
                yield from live(made, frames, site, first.process)
            finally:
                proxy.kill()
                proxy.wait()


def live(made: pathlib.Path, frames: int, site: int, first: subprocess.Popen[str]) -> Iterator[str]:
    """Asks through both front ends while the first daemon stops."""
    plain = f"http://127.0.0.1:{frames}"
    for _ in range(250):
        try:
            if ask(f"{plain}/readyz")[0] == 200:
                break
        except OSError:
            pass
        time.sleep(0.02)
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

    questions = (lambda: ask(f"{plain}{EVALUATE}", QUESTION)[0], over_tls)
    threads = [threading.Thread(target=repeat, args=(i, question)) for i, question in enumerate(questions)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    first.send_signal(signal.SIGTERM)
    code = first.wait(60)
    time.sleep(0.5)
    is_over.set()
    for thread in threads:
        thread.join()
    expect(code == 0, f"the daemon that was stopped exited with {code}")
    expect(not problems and min(answered) > 50, f"{answered} answered, {len(problems)} problems: {problems[:5]}")
    denied = urllib.request.Request(f"https://localhost:{site}/metrics")
    try:
        opener.open(denied, timeout=10).close()
        raise SystemExit("/metrics is open to everybody")
    except urllib.error.HTTPError as error:
        expect(error.code == 404, f"/metrics: {error.code}")
        error.close()
    yield f"{answered[0]} calls plain and {answered[1]} over TLS while a daemon drained and stopped: none failed"
