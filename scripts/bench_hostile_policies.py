"""The work of bench-hostile-policies.sh: BIN SHARE.

The directories of policy files that cost the loader the most. Each fills one of its limits, or goes over it.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from listening_process import ListeningProcess

BIN, SHARE = pathlib.Path(sys.argv[1]), int(sys.argv[2])

MIB = 1 << 20
HEAD = """programme: hostile-{n}
document:
  number: 某{n}号
  title: {{zh: 某, en: some}}
  issuer: {{zh: 某, en: some}}
  issued: 2026-01-01
  gazette: some
in_force: {{from: 2026-01-01, until: none}}
"""
WORDS = "label: {zh: 某, en: some}, question: {zh: 某？, en: Some?}"
LIST = f"xs: {{number: 1, type: list, most: 10000, of: {{a_kwh: {{number: 1, type: kwh, {WORDS}}}}}, {WORDS}}}"


def measure(n: int, k: int, body: str) -> str:
    """A measure with a number of its own."""
    number = 20_000 + n * 1_000 + k
    return f"""  - id: m{k}
    number: {number}
    title: {{zh: 某, en: some}}
    clause: some
    basis: NON_MONETARY
    award: none
{body}"""


def padded(text: str) -> str:
    """The text with comments up to a whole MiB."""
    size = len(text.encode())
    return text + "#" * (MIB - size - 1) + "\n"


def costly(n: int) -> str:
    """Rules that cost what a rule may, shared by as many measures as are compiled."""
    ten = " && ".join(f"x.a_kwh > {i}" for i in range(90))
    rules = "rules:\n" + "".join(
        f'  r{i}: {{when: "facts.xs.all(x, x.a_kwh != {i} && {ten})", label: {{zh: 某, en: some}}}}\n' for i in range(9)
    )
    each = f"    facts: {{xs: 1}}\n    requires: [{', '.join(f'r{i}' for i in range(9))}]\n"
    facts = "facts:\n  " + LIST.replace("number: 1, type: list", "type: list") + "\n"
    return HEAD.format(n=n) + facts + rules + "measures:\n" + "".join(measure(n, k, each) for k in range(260))


def wide(n: int) -> str:
    """As many facts as nodes allow, each of them read."""
    facts = "".join(f"      f{i}: {{number: {i + 1}, type: bool, {WORDS}}}\n" for i in range(1_000))
    terms = [[f"facts.f{i}" for i in range(start, start + 100)] for start in range(0, 1_000, 100)]
    requires = "".join(
        f"      - {{id: r{i}, when: {' || '.join(part)}, label: {{zh: 某, en: some}}}}\n" for i, part in enumerate(terms)
    )
    return HEAD.format(n=n) + "measures:\n" + measure(n, 0, f"    facts:\n{facts}    requires:\n{requires}") + "".join(
        measure(n, k, f"    facts:\n      g: {{number: 1, type: bool, {WORDS}}}\n    requires: [{{id: g, when: facts.g}}]\n")
        for k in range(1, 499)
    )


def long_expression(n: int) -> str:
    """One rule as long as an expression may be, shared by as many measures as are compiled."""
    text = " || ".join(["facts.xs.exists(x, x.a_kwh == 123456789)"] * 120)
    facts = "facts:\n  " + LIST.replace("number: 1, type: list", "type: list") + "\n"
    rules = f'rules:\n  r: {{when: "{text} || facts.xs.exists(x, x.a_kwh in [{", ".join("1" * 12 for _ in range(6_500))}])"'
    rules += ", label: {zh: 某, en: some}}\n"
    each = "    facts: {xs: 1}\n    requires: [r]\n"
    return HEAD.format(n=n) + facts + rules + "measures:\n" + "".join(measure(n, k, each) for k in range(50))


def small(n: int) -> str:
    """As many measures as the bytes allow, each as small as may be."""
    each = "    facts: {g: 1}\n    requires: [g]\n"
    head = "facts:\n  g: {type: bool, " + WORDS + "}\nrules:\n  g: {when: facts.g}\n"
    return HEAD.format(n=n) + head + "measures:\n" + "".join(measure(n, k, each) for k in range(330))


DIRECTORIES: dict[str, tuple[int, Callable[[int], str]]] = {
    # name: (files, the text of one)
    "fifty": (50, lambda n: padded(costly(n))),
    "costly": (16, lambda n: padded(costly(n))),
    "wide": (16, wide),
    "long": (16, long_expression),
    "many": (256, lambda n: costly(n)[: 60 * 1024].rsplit("  - id:", 1)[0]),
    "small": (256, small),
    "deep": (16, lambda n: padded("a: " + "[" * (MIB - 64))),
    "alias": (16, lambda n: "a: &" + "a" * (MIB // 2 - 8) + " 1\nb: *" + "a" * (MIB // 2 - 8) + "\n"),
    "keys": (16, lambda n: "a: 1\n" * (MIB // 5)),
    "unknown": (16, lambda n: HEAD.format(n=n) + "".join(f"programe{i}: 1\n" for i in range(29_000))),
    "quotes": (16, lambda n: "a: \"" + "\\x41" * (MIB // 4 - 4) + "\"\n"),
    "lines": (16, lambda n: HEAD.format(n=n) + "measures:\n" + "\n" * (MIB // 2)),
}


def make(folder: pathlib.Path, count: int, text: Callable[[int], str]) -> float:
    """Writes the files, and says how many MiB they are."""
    folder.mkdir()
    size = 0
    for n in range(max(1, count * SHARE // 100)):
        size += (folder / f"h{n}.yaml").write_bytes(text(n).encode())
    return size / MIB


def check(folder: pathlib.Path) -> tuple[int, float, float, float, str]:
    """Exit code, seconds, seconds of CPU, MiB resident and the last line of a check of the directory."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([BIN / "grantctl", "policy", "check", "--lang", "en", folder], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().decode().splitlines()
    cpu = usage.ru_utime + usage.ru_stime
    first = next((line for line in lines if ": error: " in line), lines[-1]).split("/")[-1]
    return process.returncode, time.monotonic() - begin, cpu, usage.ru_maxrss / 1024, first


class Daemon(ListeningProcess):
    """A daemon whose directory of policies is a link that can be pointed elsewhere."""

    def __init__(self, work: pathlib.Path) -> None:
        self.link, self.log = work / "served", work / "log"
        good = work / "good"
        good.mkdir()
        (good / "good.yaml").write_text(small(900).split("  - id: m1\n")[0])
        self.link.symlink_to(good)
        with self.log.open("wb") as log:
            super().__init__([BIN / "grantd", "serve", "--port", "0", "--threads", "1", "--policies", self.link], errors=log)

    def point(self, folder: pathlib.Path) -> None:
        self.link.unlink()
        self.link.symlink_to(folder)
        self.process.send_signal(signal.SIGHUP)

    def loads(self) -> int:
        """How many times the policies were loaded anew, or not."""
        return self.log.read_text().count("loaded anew")

    def slowest_beside_a_reload(self, folder: pathlib.Path) -> tuple[float, float]:
        """p99 and the slowest, in ms, of the calls made while the daemon reads the directory."""
        before = self.loads()
        command = [BIN / "grantctl", "bench", "--address", self.address, "--depth", "1", "--warm-up", "0.1", "--duration"]
        load = subprocess.Popen([*command, "2", "--json"], stdout=subprocess.PIPE, text=True)
        time.sleep(0.3)
        self.point(folder)
        report = json.loads(load.communicate()[0])
        if report["errors"]:
            sys.exit(f"errors in a load: {report['errors']}")
        while self.loads() == before:
            time.sleep(0.05)
        return report["latency_microseconds"]["p99"] / 1000, report["latency_microseconds"]["max"] / 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        daemon = Daemon(work)
        print("directory    MiB  exit  seconds    CPU  resident MiB  p99 ms  max ms  first problem")
        for label, (count, text) in DIRECTORIES.items():
            size = make(work / label, count, text)
            code, seconds, cpu, resident, first = check(work / label)
            if code not in (0, 65):
                sys.exit(f"{label}: grantctl ended with {code}")
            p99, slowest = daemon.slowest_beside_a_reload(work / label)
            print(
                f"{label:9} {size:6.1f} {code:5} {seconds:8.2f} {cpu:6.2f} {resident:13.1f} {p99:7.2f} {slowest:7.2f}  {first[:100]}",
                flush=True,
            )
        daemon.point(work / "costly")
        time.sleep(0.1)
        begin = time.monotonic()
        daemon.process.terminate()
        code = daemon.process.wait()
        print(f"SIGTERM while it reads: {time.monotonic() - begin:.2f} s, exit code {code}")
        if code != 0:
            sys.exit(1)


main()
