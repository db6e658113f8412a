"""The work of bench-policies.sh: BIN SECONDS ROUNDS."""

import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from listening_process import ListeningProcess

BIN, SECONDS, ROUNDS = pathlib.Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
CORES = sorted(os.sched_getaffinity(0))
BUILT_IN, ADDED = "digital_space_laboratory_project", "digital_city_laboratory_project"
FACTS = {
    "in_pilot_zone": True,
    "laboratory_level": "MUNICIPAL",
    "laboratory_landed": True,
    "key_industry_related": True,
    "technology_innovation_project": True,
    "approved_total_investment_fen": "1234567890",
}


def request(member: str) -> str:
    return json.dumps({
        "application": {
            "application_id": "A-1",
            "as_of": "2026-05-20",
            "subject_id": "P-17",
            "applicant": {"kind": "ENTERPRISE", "registered_in_beijing": True},
            member: FACTS,
        }
    })


class Daemon(ListeningProcess):
    """A daemon on the first core, and the time from its start until it listens."""

    def __init__(self, *arguments: str, threads: int = 1, is_pinned: bool = True) -> None:
        pin = ["taskset", "-c", str(CORES[0])] if is_pinned else []
        command = [*pin, str(BIN / "grantd"), "serve", "--port", "0", "--threads", str(threads), *arguments]
        begin = time.monotonic()
        super().__init__(command, errors=subprocess.DEVNULL)
        self.start = (time.monotonic() - begin) * 1000

    def resident(self) -> float:
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found is not None
        return int(found[1]) / 1024

    def stop(self) -> None:
        self.terminate()


def load(daemon: Daemon, file: pathlib.Path, *arguments: str) -> dict:
    command = [
        "taskset", "-c", str(CORES[-1]), str(BIN / "grantctl"), "bench", "--address", daemon.address, "--requests", str(file),
        "--warm-up", "0.3", "--duration", str(SECONDS), "--json", *arguments,
    ]  # fmt: skip
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if report["errors"]:
        sys.exit(f"errors in a load: {report['errors']}")
    return report


def added(work: pathlib.Path, built_in: pathlib.Path) -> pathlib.Path:
    """The built-in programme once more, under another name, with numbers of an agency's own."""
    text = (built_in / "digital-space.yaml").read_text()
    text = re.sub(r"^programme: digital-space$", "programme: digital-city\npackage: city.v1", text, flags=re.M)
    text = re.sub(r"^(    number: )(4\d\d)$", r"\g<1>10\2", text, flags=re.M)
    folder = work / "policies"
    folder.mkdir()
    (folder / "digital-city.yaml").write_text(text)
    return folder


def speed(daemon: Daemon, files: dict[str, pathlib.Path]) -> None:
    print("a programme added at run time against the same one built in, medians of", ROUNDS, "rounds:")
    for label, arguments in [
        ("1 connection, 64 in flight, calls/s", ["--connections", "1", "--depth", "64"]),
        ("batch of 1,000, applications/s", ["--connections", "1", "--depth", "2", "--batch", "1000"]),
    ]:
        figures: dict[str, list[float]] = {BUILT_IN: [], ADDED: []}
        for number in range(ROUNDS):
            for member in [BUILT_IN, ADDED] if number % 2 == 0 else [ADDED, BUILT_IN]:
                figures[member].append(load(daemon, files[member], *arguments)["applications_per_second"])
        ratio = statistics.median(b / a for a, b in zip(figures[BUILT_IN], figures[ADDED]))
        middle = [statistics.median(figures[member]) for member in (BUILT_IN, ADDED)]
        print(f"  {label:38} {middle[0]:12,.0f} {middle[1]:12,.0f}   {ratio:.3f}   to reach: ≥ 0.95")


def reloads(daemon: Daemon, file: pathlib.Path) -> None:
    print("the slowest call in ms without and with a reload every 250 ms,", ROUNDS, "rounds:")
    slowest: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for with_reloads in (False, True):
            done = threading.Event()

            def reload() -> None:
                while not done.wait(0.25):
                    daemon.process.send_signal(signal.SIGHUP)

            thread = threading.Thread(target=reload)
            if with_reloads:
                thread.start()
            slowest[with_reloads].append(load(daemon, file, "--depth", "4")["latency_microseconds"]["max"] / 1000)
            done.set()
            if with_reloads:
                thread.join()
    medians = [statistics.median(slowest[kind]) for kind in (False, True)]
    for kind in (False, True):
        print(f"  {'with' if kind else 'without':8}", " ".join(f"{value:7.2f}" for value in slowest[kind]))
    print(f"  medians {medians[0]:.2f} and {medians[1]:.2f}: {medians[1] - medians[0]:+.2f} ms   to reach: ≤ +5")


def starts(policies: pathlib.Path) -> None:
    print("start to listening in ms (best and median of", max(ROUNDS, 5), "starts), resident MiB, by event loops:")
    resident = {}
    for threads in (1, 16, 33):
        times = []
        for _ in range(max(ROUNDS, 5)):
            daemon = Daemon("--policies", str(policies), threads=threads, is_pinned=False)
            times.append(daemon.start)
            resident[threads] = daemon.resident()
            daemon.stop()
        print(f"  {threads:3}  {min(times):6.0f} {statistics.median(times):6.0f}   {resident[threads]:6.1f}")
    print(f"  {(resident[33] - resident[1]) / 32:.3f} MiB a loop   to reach: ≤ 150 ms, ≤ 0.2 MB a loop")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        subprocess.run([BIN / "grantctl", "policy", "export", work / "built-in"], check=True, capture_output=True)
        policies = added(work, work / "built-in")
        files = {}
        for member in (BUILT_IN, ADDED):
            files[member] = work / f"{member}.jsonl"
            files[member].write_text(request(member) + "\n")
        daemon = Daemon("--policies", str(policies))
        try:
            speed(daemon, files)
            reloads(daemon, files[BUILT_IN])
        finally:
            daemon.stop()
        starts(policies)


main()
