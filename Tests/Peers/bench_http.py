# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Measures the daemon's HTTP beside its frames and beside other servers: bench_http.py BUILD PEERS_FOLDER ROW…

BUILD holds grantd. Rows: connections, latency, idle; all where none is named. Servers run on core 0 with one loop (OpenFisca: one
worker), the generator on core 1, in turns: Debian's wrk for HTTP over many connections, frame_load for the frames, and for one
connection frame_load for all that keep it open, since times of two generators are not comparable. SECONDS_EACH (5): how long each
server is measured for a row, in ROUNDS (5) turns. Below each row stands what it is to reach, met or missed; the exit
code is 1 only where something could not be measured: a peer that is not there, a connection that did not stand."""

import contextlib
import json
import os
import pathlib
import re
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

import bench
import peers

SECONDS = float(os.environ.get("SECONDS_EACH", "5"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
ROWS = ["connections", "latency", "idle"]
CONNECTIONS = 64
IDLE_CONNECTIONS = 1000
# What is to be reached.
LEAST_PER_SECOND = 60_000
MOST_OVER_FRAMES = 2
MOST_MIB = 80
EVALUATE = f"/{peers.CALCULATOR}/Evaluate"
# What OpenFisca's documentation asks its country template for.
CALCULATE = {
    "persons": {"Ari": {"salary": {"2017-05": 2000}, "income_tax": {"2017-05": None}}},
    "households": {"home": {"adults": ["Ari"]}},
}


class Subject:
    """What is measured: a server, and how it is asked."""

    # Whether a connection is closed behind each reply.
    closes = False

    def __init__(self, name: str, server: peers.Server, path: str = "", body: bytes | None = None, kind: str = "") -> None:
        self.name, self.server, self.path, self.body, self.kind = name, server, path, body, kind

    def processor_time(self) -> float:
        """Of the server and its workers, in seconds."""
        return sum(processor_time(pid) for pid in [self.server.pid, *children(self.server.pid)])

    def script(self, work: pathlib.Path) -> list[str]:
        """What wrk is told of the request."""
        if self.body is None:
            return []
        file = work / f"{re.sub('[^a-z]', '', self.name.lower())}.lua"
        text = self.body.hex()
        file.write_text(
            f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "{self.kind}"\n'
            f'wrk.body = ("{text}"):gsub("..", function(pair) return string.char(tonumber(pair, 16)) end)\n'
        )
        return ["-s", str(file)]

    def load(self, connections: int, seconds: float, work: pathlib.Path) -> dict:
        """Puts the server under load."""
        if not self.path or (connections == 1 and not self.closes):
            return self.plain(connections, seconds, work)
        before = self.processor_time()
        report = self.wrk(connections, seconds, work)
        return report | {"cpu": (self.processor_time() - before) * 1e6 / max(report["calls"], 1)}

    def wrk(self, connections: int, seconds: float, work: pathlib.Path) -> dict:
        url = f"http://{self.server.address}{self.path}"
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *self.script(work), url]
        text = run(command)
        if "Non-2xx" in text or "Socket errors" in text:
            raise SystemExit(f"{self.name}: {text}")
        return {
            "calls": int(re.search(r"(\d+) requests in", text)[1]),
            "per_second": float(re.search(r"Requests/sec: *([\d.]+)", text)[1]),
            "p50": microseconds(re.search(r"50% *(\S+)", text)[1]),
            "p99": microseconds(re.search(r"99% *(\S+)", text)[1]),
        }

    def request(self) -> bytes:
        """A call in bytes."""
        if not self.path:
            return peers.frame("Evaluate", peers.single())
        lines = [f"{'GET' if self.body is None else 'POST'} {self.path} HTTP/1.1", f"Host: {self.server.address}"]
        if self.body is not None:
            lines += [f"Content-Type: {self.kind}", f"Content-Length: {len(self.body)}"]
        return "".join(line + "\r\n" for line in [*lines, ""]).encode() + (self.body or b"")

    def plain(self, connections: int, seconds: float, work: pathlib.Path) -> dict:
        """Over plain sockets."""
        file = work / "request"
        file.write_bytes(self.request())
        words = [FOLDER / "frame_load", self.server.address, self.server.pid, connections, 1, seconds, file]
        report = json.loads(run([str(word) for word in words]))
        calls = max(report["calls"], 1)
        return report | {"per_second": calls / report["seconds"], "cpu": report["server_nanoseconds"] / 1e3 / calls}


def run(command: list[str]) -> str:
    """On the generator's core."""
    result = subprocess.run(["taskset", "-c", str(bench.LOAD_CORE), *command], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"{command[0]}: {result.stdout}{result.stderr}")
    return result.stdout


def microseconds(text: str) -> float:
    """A time as wrk writes it."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 1, "ms": 1e3, "s": 1e6}[unit]


def processor_time(pid: int) -> float:
    """In seconds; nothing of a process that is gone."""
    with contextlib.suppress(OSError):
        threads = pathlib.Path(f"/proc/{pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
    return 0


def children(pid: int) -> list[int]:
    """The processes that a process has begun."""
    with contextlib.suppress(OSError):
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


FRAMES = "grantd, Evaluate in frames"


def judge(figure: str, target: str, is_met: bool) -> None:
    """Prints what is reached of a target."""
    print(f"  {figure}; to reach: {target}: {'met' if is_met else 'missed'}", flush=True)


class Bench:
    """The servers, and the tables."""

    def __init__(self, build: pathlib.Path, work: pathlib.Path) -> None:
        self.build, self.work = build, work
        self.is_whole = True
        self.servers: list[peers.Server] = []
        daemon = self.start("grantd", [str(build / "grantd"), "serve", "--port", "0", "--threads", "1", "--log-level", "error"])
        text = json.dumps({"application": peers.sample("A-2026-000417")}, ensure_ascii=False).encode()
        self.subjects = [
            Subject("grantd, Evaluate in JSON", daemon, EVALUATE, text, "application/json"),
            Subject("grantd, Evaluate in protobuf", daemon, EVALUATE, peers.single(), "application/proto"),
            Subject("grantd, /healthz", daemon, "/healthz"),
            Subject(FRAMES, daemon),
        ]
        self.missing: list[str] = []
        hummingbird, python = FOLDER / "hummingbird_server", FOLDER / "openfisca/bin/python"
        if not hummingbird.exists():
            self.missing.append("Hummingbird, plain text")
        else:
            server = self.start("Hummingbird", [str(hummingbird)])
            self.subjects.append(Subject("Hummingbird, plain text", server, "/plaintext"))
        if not python.exists():
            self.missing.append("OpenFisca, /calculate")
        else:
            script = pathlib.Path(__file__).with_name("openfisca_server.py")
            server = self.start("OpenFisca", [str(python), str(script)])
            body = json.dumps(CALCULATE).encode()
            self.subjects.append(Subject("OpenFisca, /calculate", server, "/calculate", body, "application/json"))
            self.subjects[-1].closes = True

    def start(self, name: str, command: list[str]) -> peers.Server:
        server = peers.Server(name, command, bench.SERVER_CORE)
        self.servers.append(server)
        return server

    def stop(self) -> None:
        """Ends all."""
        for server in self.servers:
            server.stop()

    def table(self, row: str) -> None:
        """The servers take turns; medians of the rounds, and of the rounds' ratios."""
        connections = CONNECTIONS if row == "connections" else 1
        rounds: dict[str, list[dict]] = {subject.name: [] for subject in self.subjects}
        for turn in range(ROUNDS):
            first = turn % len(self.subjects)
            for subject in self.subjects[first:] + self.subjects[:first]:
                rounds[subject.name].append(subject.load(connections, max(1, round(SECONDS / ROUNDS)), self.work))
        ours = rounds[self.subjects[0].name]
        times = [] if row == "connections" else ["p50", "p99"]
        print(f"\n{connections} connections × 1 in flight; ×: Evaluate in JSON over the line")
        print(f"  {'':<30}{'calls/s':>12}{'CPU µs':>9}" + "".join(f"{key + ' µs':>9}" for key in times) + f"{'rate ×':>9}{'CPU ×':>8}"
              + "".join(f"{key + ' ×':>8}" for key in times))
        for name, theirs in rounds.items():
            cells = f"{median(theirs, 'per_second'):>12,.0f}{median(theirs, 'cpu'):>9.1f}"
            cells += "".join(f"{median(theirs, key):>9.0f}" for key in times)
            cells += f"{ratio(ours, theirs, 'per_second'):>9.2f}{ratio(ours, theirs, 'cpu'):>8.2f}"
            cells += "".join(f"{ratio(ours, theirs, key):>8.2f}" for key in times)
            print(f"  {name:<30}{cells}", flush=True)
        for name in self.missing:
            print(f"  {name:<30}not measured: it could not be built here", flush=True)
            self.is_whole = False
        if row == "connections":
            rate = median(ours, "per_second")
            judge(f"JSON: {rate:,.0f} calls/s", f"≥ {LEAST_PER_SECOND:,}", rate >= LEAST_PER_SECOND)
        for key in times:
            factor = ratio(ours, rounds[FRAMES], key)
            judge(f"JSON's {key}: {factor:.2f} × the frames'", f"≤ {MOST_OVER_FRAMES}", factor <= MOST_OVER_FRAMES)

    def idle(self) -> None:
        """What connections take that have had an answer and keep silent, plain and over TLS. All must still stand then."""
        for kind, options in {"plain": [], "TLS": self.certificate()}.items():
            words = ["serve", "--port", "0", "--threads", "1", "--connections-per-peer", "1024", "--log-level", "error"]
            server = peers.Server("grantd", [str(self.build / "grantd"), *words, *options], bench.SERVER_CORE)
            host, port = server.address.rsplit(":", 1)
            held: list[socket.socket] = []
            for _ in range(IDLE_CONNECTIONS):
                held.append(connect(host, int(port), is_secure=bool(options)))
                ask(held[-1])
            time.sleep(1)
            taken = bench.resident(server.pid) / 1024
            # Who is answered once more was there all the time.
            for connection in held:
                ask(connection)
                connection.close()
            figure = f"{IDLE_CONNECTIONS:,} idle HTTP connections, {kind}, all of which stand: {taken:.1f} MiB resident"
            if options:
                print(f"  {figure}; to reach: none set", flush=True)
            else:
                judge(figure, f"≤ {MOST_MIB} MiB", taken <= MOST_MIB)
            server.stop()

    def certificate(self) -> list[str]:
        """A certificate of our own."""
        chain, key = self.work / "chain.pem", self.work / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-keyout", key, "-out", chain],
            check=True, capture_output=True,
        )
        return ["--tls-cert", str(chain), "--tls-key", str(key)]


def connect(host: str, port: int, *, is_secure: bool) -> socket.socket:
    """A connection."""
    connection = socket.create_connection((host, port), timeout=30)
    if is_secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = context.wrap_socket(connection)
    return connection


def ask(connection: socket.socket) -> None:
    """Has an answer."""
    try:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = connection.recv(4096)
    except OSError as error:
        raise SystemExit(f"a connection did not stand: {error}") from error
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise SystemExit(f"no answer: {answer[:80]!r}")


def median(rounds: list[dict], key: str) -> float:
    """Of all rounds."""
    return statistics.median(each[key] for each in rounds)


def ratio(ours: list[dict], theirs: list[dict], key: str) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(own[key] / other[key] for own, other in zip(ours, theirs))


def main() -> None:
    """Measures the rows that are asked for."""
    build, rows = pathlib.Path(sys.argv[1]), sys.argv[3:] or ROWS
    for row in rows:
        if row not in ROWS:
            raise SystemExit(f"no row {row}: {', '.join(ROWS)}")
    print(f"{bench.machine()}; {ROUNDS} rounds, {SECONDS:g} s a server and row")
    print("CPU: the server's user and system time a call")
    with tempfile.TemporaryDirectory() as work:
        measured = Bench(build, pathlib.Path(work))
        try:
            for row in rows:
                measured.idle() if row == "idle" else measured.table(row)
        finally:
            measured.stop()
    sys.exit(0 if measured.is_whole else 1)


FOLDER = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path()

if __name__ == "__main__":
    main()
