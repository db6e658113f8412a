# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Holds the peers' answers against the daemon's, byte by byte: compare.py GRANTD PEERS_FOLDER PEER…

Every worked case of the measure alone, all of them in one batch, the requests that are measured, and many frames in one
write that ends in the middle of a frame."""

import pathlib
import subprocess
import sys
import tempfile

import peers


def requests() -> list[tuple[str, bytes]]:
    """Methods and payloads."""
    cases = peers.cases()
    named = [{**case, "application": {"application_id": f"C-{index}", **case["application"]}}
             for index, case in enumerate(cases)]  # fmt: skip
    many = b"".join(peers.part(1, peers.encode(case["application"], "application")) for case in named)
    # Short ones: lengths of one byte and of two in the same batch.
    outside = [{**case["application"], "as_of": "2020-01-01"} for case in cases]
    short = b"".join(peers.part(1, peers.encode(application, "application")) for application in outside)
    return [
        *(("Evaluate", peers.encode(case, "request")) for case in [*cases, *named]),
        ("Evaluate", peers.single()),
        ("EvaluateBatch", many),
        ("EvaluateBatch", short),
        ("EvaluateBatch", b""),
        ("EvaluateBatch", peers.batch(1_000)),
    ]


def compare_frames(peer: peers.Server, daemon: peers.Server, calls: list[tuple[str, bytes]]) -> int:
    """How many replies differ."""
    theirs, ours = peers.Connection(peer.address), peers.Connection(daemon.address)
    different = 0
    for index, (method, payload) in enumerate(calls):
        wanted = ours.call(method, payload, index)
        peers.payload(wanted)
        found = theirs.call(method, payload, index)
        if found != wanted:
            different += 1
            print(f"{peer.name}, call {index}, {method}:\n  wanted {wanted!r}\n  found  {found!r}", file=sys.stderr)
    # In one piece, and in two that meet in the middle of a frame.
    stream = b"".join(peers.frame(method, payload, index) for index, (method, payload) in enumerate(calls[:100]))
    for cut in (len(stream), len(stream) - 7):
        for connection in (theirs, ours):
            connection.socket.sendall(stream[:cut])
            connection.socket.sendall(stream[cut:])
        for _ in calls[:100]:
            different += theirs.receive() != ours.receive()
    return different


def compare_grpc(
    folder: pathlib.Path, peer: peers.Server, daemon: peers.Server, calls: list[tuple[str, bytes]]
) -> int:
    ours = peers.Connection(daemon.address)
    lines = "".join(f"/{peers.CALCULATOR}/{method} {payload.hex()}\n" for method, payload in calls)
    found = subprocess.run(
        [folder / "grpc_call", peer.address], input=lines, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    different = int(len(found) != len(calls))
    for line, (method, payload) in zip(found, calls):
        wanted = peers.payload(ours.call(method, payload)).hex()
        if line != wanted:
            different += 1
            print(f"{peer.name}, {method}:\n  wanted {wanted}\n  found  {line}", file=sys.stderr)
    return different


def compare(daemon: peers.Server, folder: pathlib.Path, servers: dict[str, peers.Server]) -> bool:
    """Whether every peer answers as the daemon does."""
    calls = requests()
    same = True
    for name, server in servers.items():
        if name == "grpc_server":
            different = compare_grpc(folder, server, daemon, calls)
        else:
            different = compare_frames(server, daemon, calls)
        same = same and different == 0
        print(f"{name}: {len(calls)} calls, {different} replies that differ from the daemon's")
    return same


def main() -> None:
    grantd, folder, names = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    daemon = peers.Server("grantd", [grantd, "serve", "--port", "0"])
    servers: dict[str, peers.Server] = {}
    try:
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(peers.reference(daemon))
            file.flush()
            for name in names:
                servers[name] = peers.Server(name, [str(folder / name), file.name])
        same = compare(daemon, folder, servers)
    finally:
        for server in [daemon, *servers.values()]:
            server.stop()
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
