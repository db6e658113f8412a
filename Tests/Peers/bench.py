# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Measures the daemon beside its peers and prints the tables: bench.py BUILD PEERS_FOLDER ROW…

BUILD holds grantd and grantd-bench. Rows are those of ROWS; all where none is named. Servers run on core 0, load generators
on core 1. The environment: SECONDS_EACH, how long each server is measured for each row in all (5), and ROUNDS, in how many
turns (7); PEERS, the peers' names (those that are built)."""

import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import compare
import peers

SECONDS = float(os.environ.get("SECONDS_EACH", "5"))
ROUNDS = int(os.environ.get("ROUNDS", "7"))
SERVER_CORE, LOAD_CORE = 0, 1
BATCH = 1_000

# By the name of its program: what the tables call it.
PEERS = {
    "hand": "hand",
    "protobuf_server": "epoll + C++ protobuf",
    "grpc_server": "gRPC C++",
    "nio_echo": "NIO echo",
    "echo": "C echo",
}
# The rows with peers: title, connections, calls in flight on each, the request, what is to be reached.
LOADS = {
    "pipelined": ("1 connection × 64 in flight", 1, 64, "single", "CPU ≤ 1.6 × hand; ≥ 15 × gRPC C++ in calls/s"),
    "connections": (
        "64 connections × 4 in flight", 64, 4, "single",
        "≥ 0.85 × NIO echo, ≥ 1.3 × epoll + C++ protobuf, ≥ 7 × gRPC C++ in calls/s",
    ),
    "latency": ("1 connection × 1 in flight", 1, 1, "single", "p50 ≤ 1.05 × NIO echo, p99 ≤ 1.15 ×"),
    "batch": (
        f"batches of {BATCH:,}, 2 in flight", 1, 2, "batch", "CPU ≤ 1.6 × hand; ≥ 2.5 × gRPC C++ in applications/s"
    ),
}  # fmt: skip
ROWS = [*LOADS, "explained", "beside", "growth", "start", "idle", "process"]


class Bench:
    """The servers, what is sent to them, and the figures."""

    def __init__(self, build: pathlib.Path, folder: pathlib.Path, work: pathlib.Path) -> None:
        self.build, self.folder, self.work = build, folder, work
        self.daemon = self.start("grantd", [str(build / "grantd"), "serve", "--port", "0", "--threads", "1"])
        self.servers = {"grantd": self.daemon}

    def start(self, name: str, command: list[str]) -> peers.Server:
        return peers.Server(name, command, SERVER_CORE)

    def start_peers(self) -> None:
        """Starts those that are built, and holds their answers against the daemon's before anything is measured."""
        reference = self.work / "reference"
        reference.write_text(peers.reference(self.daemon))
        asked = os.environ.get("PEERS", " ".join(PEERS)).split()
        for name in asked:
            if name not in PEERS:
                raise SystemExit(f"no peer {name}: {', '.join(PEERS)}")
            if name == "nio_echo":
                command = [str(self.build / "grantd-bench"), "echo"]
            elif not (self.folder / name).exists():
                print(f"{PEERS[name]} is not built, and is left out")
                continue
            else:
                command = [str(self.folder / name)] + ([] if name == "echo" else [str(reference)])
            self.servers[name] = self.start(name, command)
        answering = {name: self.servers[name] for name in self.servers if name not in ("grantd", "echo", "nio_echo")}
        if not compare.compare(self.daemon, self.folder, answering):
            raise SystemExit("a peer that answers otherwise is no measure")

    def stop(self) -> None:
        for server in self.servers.values():
            server.stop()

    def frames(self, name: str, payload: bytes, method: str, depth: int) -> pathlib.Path:
        """A file with a frame for each call in flight."""
        file = self.work / f"{name}-{depth}.frames"
        if not file.exists():
            file.write_bytes(b"".join(peers.frame(method, payload, index) for index in range(depth)))
        return file

    def command(self, name: str, connections: int, depth: int, request: str, seconds: float) -> list[str]:
        """How a server is put under a load."""
        server = self.servers[name]
        method = "EvaluateBatch" if request == "batch" else "Evaluate"
        payload = peers.batch(BATCH) if request == "batch" else peers.single(explain=request == "explained")
        if name == "grpc_server":
            path, body = self.work / f"{method}.path", self.work / f"{request}.bytes"
            path.write_text(f"/{peers.CALCULATOR}/{method}")
            body.write_bytes(payload)
            program, files = "grpc_load", [path, body]
        else:
            program, files = "frame_load", [self.frames(request, payload, method, depth)]
        words = [server.address, server.pid, connections, depth, seconds, *files]
        return ["taskset", "-c", str(LOAD_CORE), str(self.folder / program), *map(str, words)]

    def load(self, name: str, connections: int, depth: int, request: str, seconds: float) -> dict:
        result = subprocess.run(
            self.command(name, connections, depth, request, seconds), capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            raise SystemExit(f"{name}: {result.stderr}")
        report = json.loads(result.stdout)
        units = report["calls"] * (BATCH if request == "batch" else 1)
        report["per_second"] = units / report["seconds"]
        report["cpu"] = report["server_nanoseconds"] / max(units, 1)
        report["busy"] = report["server_nanoseconds"] / 1e9 / report["seconds"]
        return report

    def table(self, row: str) -> None:
        """The servers take turns, each first in turn; medians of the rounds, and of the rounds' ratios."""
        title, connections, depth, request, target = LOADS[row]
        rounds: dict[str, list[dict]] = {name: [] for name in self.servers}
        names = list(self.servers)
        for turn in range(ROUNDS):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                rounds[name].append(self.load(name, connections, depth, request, SECONDS / ROUNDS))

        def median(name: str, key: str) -> float:
            return statistics.median(each[key] for each in rounds[name])

        def ratio(name: str, key: str) -> str:
            pairs = zip(rounds["grantd"], rounds[name])
            return f"{statistics.median(ours[key] / theirs[key] for ours, theirs in pairs):.2f}"

        unit = "applications" if request == "batch" else "calls"
        times = ["p50", "p99"] if row == "latency" else []
        print(f"\n{title}; to reach: {target}")
        heads = [f"{unit}/s", "CPU ns", "busy %", *(f"{key} µs" for key in times)]
        line(["", *heads, "rate ×", "CPU ×", *(f"{key} ×" for key in times)])
        for name in names:
            figures = [f"{median(name, 'per_second'):,.0f}", f"{median(name, 'cpu'):,.0f}"]
            figures += [f"{median(name, 'busy') * 100:.0f}", *(f"{median(name, key):.1f}" for key in times)]
            beside = [] if name == "grantd" else [ratio(name, key) for key in ["per_second", "cpu", *times]]
            line([PEERS.get(name, name), *figures, *beside])
        sys.stdout.flush()

    # What is measured without peers.

    def explained(self) -> None:
        report = self.load("grantd", 1, 64, "explained", SECONDS)
        single("explained, zh and en, calls/s", f"{report['per_second']:,.0f}", "≥ 500,000")

    def beside(self) -> None:
        """A short call at a time beside a load of batches; both share the generator's core."""
        batches = subprocess.Popen(
            self.command("grantd", 1, 2, "batch", SECONDS + 3), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        time.sleep(0.5)
        report = self.load("grantd", 1, 1, "single", SECONDS)
        batches.kill()
        batches.communicate()
        single("a call's p99 beside batches, ms", f"{report['p99'] / 1000:.2f}", "< 2")

    def growth(self) -> None:
        before, calls = resident(self.daemon.pid), 0
        while calls < 10_000_000:
            calls += self.load("grantd", 1, 64, "single", SECONDS)["calls"]
        single(f"growth over {calls:,} calls, KiB", str(resident(self.daemon.pid) - before), "none")

    def start_time(self) -> None:
        best = min(self.one_start() for _ in range(10))
        single("start to listening, ms", f"{best:.0f}", "≤ 100")

    def one_start(self) -> float:
        start = time.monotonic()
        command = [self.build / "grantd", "serve", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            process.stdout.readline()
            taken = (time.monotonic() - start) * 1000
            process.terminate()
        return taken

    def idle(self) -> None:
        server = self.start("grantd", [str(self.build / "grantd"), "serve", "--port", "0", "--connections-per-peer", "1024"])
        host, port = server.address.rsplit(":", 1)
        held = [socket.create_connection((host, int(port))) for _ in range(1000)]
        time.sleep(1)
        single("1,000 idle connections, MiB", f"{resident(server.pid) / 1024:.1f}", "≤ 40")
        for connection in held:
            connection.close()
        server.stop()

    def process(self) -> None:
        print("\nin process, one core (to reach: typical ≤ 200 ns, largest ≤ 500; a deal ≤ 150, an award ≤ 40; screen ≤ 25 µs)")
        sys.stdout.flush()
        subprocess.run(["taskset", "-c", str(SERVER_CORE), self.build / "grantd-bench", "evaluate"], check=True)


def resident(pid: int) -> int:
    """In KiB."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(each.split()[1]) for each in status if each.startswith("VmRSS"))


def line(cells: list[str]) -> None:
    print(f"  {cells[0]:<20}" + "".join(f"{cell:>{15 if index == 0 else 9}}" for index, cell in enumerate(cells[1:])))


def single(label: str, figure: str, target: str) -> None:
    print(f"{label:<36}{figure:>16}   to reach: {target}")
    sys.stdout.flush()


def machine() -> str:
    models = [each for each in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if each.startswith("model name")]
    model = models[0].split(":")[1].strip() if models else "unknown"
    return f"machine: {model}, {os.cpu_count()} cores, kernel {os.uname().release}, load {os.getloadavg()[0]:.1f}"


def main() -> None:
    build, folder, rows = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:] or ROWS
    for row in rows:
        if row not in ROWS:
            raise SystemExit(f"no row {row}: {', '.join(ROWS)}")
    print(f"{machine()}; {ROUNDS} rounds, {SECONDS:g} s a server and row")
    print("CPU: the server's user and system time a call or an application; ×: grantd's figure over that of the line")
    with tempfile.TemporaryDirectory() as work:
        bench = Bench(build, folder, pathlib.Path(work))
        try:
            if any(row in LOADS for row in rows):
                bench.start_peers()
            for row in (row for row in ROWS if row in rows):
                if row in LOADS:
                    bench.table(row)
                else:
                    {"start": bench.start_time}.get(row, lambda: getattr(bench, row)())()
        finally:
            bench.stop()


if __name__ == "__main__":
    main()
