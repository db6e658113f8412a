# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""The log as JSON: its messages and keys stand in the tables of README.md, numbers are numbers, and no applicant is in
it, whether calls or pages asked."""

from __future__ import annotations

import json
import pathlib
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from daemon import EXAMPLES, ROOT, Programs, ask, expect

SECRET = "ZhangSanAndCompany"
TYPES: dict[str, tuple[type, ...]] = {"number": (int, float), "text": (str,), "counts": (dict,)}


def table() -> tuple[dict[str, str], set[str]]:
    """The types of all keys, and all messages, as the README has them."""
    text = (EXAMPLES / "README.md").read_text()
    keys = {
        key: kind
        for keys, kind in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (number|text|counts) \|", text, re.MULTILINE)
        for key in re.findall(r"`(\w+)`", keys)
    }
    messages = re.findall(r"^\| \w+ \| `([^`]+)` \|", text, re.MULTILINE)
    expect(len(keys) > 20 and len(messages) > 15, "the tables of examples/operating/README.md are not as this check knows them")
    return keys, set(messages)


def compare(messages: set[str]) -> None:
    """Every message of the sources stands in the table, and every one of the table in the sources."""
    folders = [ROOT / "Sources" / name for name in ("grantd", "GrantdServer", "GrantdGRPC")]
    sources = "".join(path.read_text() for folder in folders for path in folder.rglob("*.swift"))
    for message in messages:
        expect(f'"{message}"' in sources, f"no line of the log says: {message}")
    for message in re.findall(r'(?:logger\.(?:info|notice|warning|error|debug)|self\.warn)\(\s*"([^"]+)"', sources):
        expect(message in messages, f"the README does not have the message: {message}")


def wait(log: pathlib.Path, message: str, times: int = 1) -> None:
    """Waits until the message was logged."""
    for _ in range(500):
        if log.read_text().count(f'"message":"{message}') >= times:
            return
        time.sleep(0.02)
    raise SystemExit(f"not logged: {message}\n{log.read_text()}")


def check(programs: Programs) -> Iterator[str]:
    """Makes a daemon log what it can, and reads it."""
    with tempfile.TemporaryDirectory() as folder:
        log, policies = pathlib.Path(folder) / "log", pathlib.Path(folder) / "policies"
        shutil.copytree(ROOT / "examples" / "custom-policies" / "policies", policies)
        tokens = pathlib.Path(folder) / "tokens"
        tokens.write_text("district [agency]: t\n")
        tokens.chmod(0o600)
        options = ("--policies", str(policies), "--token-file", str(tokens), "--log-level", "debug", "--log-format", "json")
        with programs.serve(*options, "--slow-call", "1", "--drain-delay", "1", errors=log) as daemon:
            drive(daemon.address, daemon.process.send_signal, policies, log)
            expect(daemon.process.wait(30) == 0, "the daemon did not stop as told")
        lines = [json.loads(line) for line in log.read_text().splitlines()]
    keys, messages = table()
    compare(messages)
    for line in lines:
        expect(line["message"] in messages, f"a message that the README does not have: {line}")
        for key, value in line.items():
            kind = keys.get(key)
            expect(type(value) in TYPES.get(kind or "", ()), f"{key} is {kind} in the README: {line}")
    text = json.dumps(lines, ensure_ascii=False)
    expect(SECRET not in text and '"t"' not in text, "something of a request or a token stands in the log")
    yield f"{len(lines)} lines, {len({line['message'] for line in lines})} messages, {len(set().union(*lines))} keys: all known"
    tell_apart(lines)
    yield "calls are found by their ids, with their callers; a reload names its digests"


def fill_in_forms(base: str, token: dict[str, str]) -> None:
    """Asks on the pages: an answer that is typed, a result, a form that nobody can read."""
    answers = {"as_of": "2026-05-20", "applicant.registered_in_beijing": "yes"}
    forms = [
        ({**answers, "at": "subject_id", "typed:subject_id": SECRET, "go": "next"}, 200),
        ({**answers, "subject_id": SECRET, "go": "result"}, 200),
        ({**answers, "subject_id": SECRET, "go": SECRET}, 400),
    ]
    headers = {**token, "content-type": "application/x-www-form-urlencoded"}
    for form, wanted in forms:
        status, page, _ = ask(f"{base}/measures/medical-device.common-platform/ask", urlencode(form), headers=headers)
        expect(status == wanted, f"the form {form}: {status}")
        # That it is on the page says that it was read.
        expect((SECRET in page) == (wanted == 200), f"the form {form}: {page}")


def drive(address: str, send: Callable[[int], None], policies: pathlib.Path, log: pathlib.Path) -> None:
    """Asks, fails, reloads, and stops."""
    base, token = f"http://{address}", {"authorization": "Bearer t"}
    wrong = json.dumps({"application": {"application_id": SECRET, "as_of": SECRET, SECRET: 1}})
    ask(f"{base}/grantd.v1.Calculator/Evaluate", wrong, headers={**token, "x-request-id": "order-1"})
    ask(f"{base}/grantd.v1.Calculator/Evaluate", wrong)
    request = {"application_id": SECRET, "as_of": "2026-05-20", "medical_device_common_platform": {}}
    batch = json.dumps({"applications": [request] * 4000})
    status, _, headers = ask(f"{base}/grantd.v1.Calculator/EvaluateBatch", batch, headers={**token, "x-request-id": "order-2"})
    expect(status == 200 and headers["x-request-id"] == "order-2", f"a batch: {status} {headers}")
    fill_in_forms(base, token)
    file = policies / "green-factory.yaml"
    file.write_text(file.read_text() + "# Another line.\n")
    (policies / "ai-application.yaml").unlink()
    send(signal.SIGHUP)
    wait(log, "policies loaded anew")
    good = file.read_text()
    file.write_text(good + "broken: [\n")
    send(signal.SIGHUP)
    wait(log, "policies not loaded anew: those served before stay")
    file.rename(policies / "ended.txt")
    # Another programme, whose measures have numbers of their own.
    other = re.sub(r"number: 1000(\d)", r"number: 1020\1", good.replace("programme: green-factory", "programme: green-works"))
    (policies / "green-works.yaml").write_text(other)
    send(signal.SIGHUP)
    wait(log, "policies loaded anew", 2)
    send(signal.SIGUSR1)
    wait(log, "counters")
    send(signal.SIGTERM)
    wait(log, "draining")


def tell_apart(lines: list[dict[str, Any]]) -> None:
    """Looks at what an operator would look for."""
    failed = [line for line in lines if line["message"] == "call failed"]
    first = next(line for line in failed if line.get("request_id") == "order-1")
    expect(first["caller"] == "district" and first["code"] == 1003 and first["status"] == "INVALID_ARGUMENT", f"{first}")
    expect(any(line["code"] == 1004 and "caller" not in line for line in failed), "no line of a call without a token")
    batch = next(line for line in lines if line.get("request_id") == "order-2")
    expect(batch["message"] in ("slow call", "call") and batch["duration_ms"] > 0 and batch["caller"] == "district", f"{batch}")
    changed = {line["programme"]: line for line in lines if line["message"] == "programme changed"}
    expect(set(changed) >= {"green-factory", "ai-application"}, f"{changed}")
    for line in changed.values():
        expect(line["digest"] != line["digest_before"] and len(line["digest"]) == 64, f"{line}")
    gone = {line["message"]: line["programme"] for line in lines if line["message"] in ("programme added", "programme gone")}
    expect(gone == {"programme added": "green-works", "programme gone": "green-factory"}, f"{gone}")
