# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""Holds the bytes that clients/README.md shows against those on the wire: ADDRESS PAGE [--write]."""

import socket
import sys

START, END = "<!-- bytes: scripts/check-wire-page.sh --write -->\n```\n", "```\n<!-- bytes end -->"

# The health check: a request meta of fields 1 (service 1, method 2) and 4 (correlation id), and no payload.
SERVICE, METHOD = b"grpc.health.v1.Health", b"Check"
REQUEST = bytes([0x0A, len(SERVICE)]) + SERVICE + bytes([0x12, len(METHOD)]) + METHOD
META = bytes([0x0A, len(REQUEST)]) + REQUEST + bytes([0x20, 7])


def receive(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError("the daemon closed the connection")
        data += piece
    return data


def dump(title: str, frame: bytes) -> str:
    lines = [f"{title}, {len(frame)} bytes"]
    for offset in range(0, len(frame), 16):
        piece = frame[offset : offset + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
        lines.append(f"{offset:04x}  {piece.hex(' '):<47}  {text}")
    return "\n".join(lines) + "\n"


def main() -> None:
    host, port = sys.argv[1].rsplit(":", 1)
    request = b"PRPC" + len(META).to_bytes(4, "big") + len(META).to_bytes(4, "big") + META
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        header = receive(connection, 12)
        reply = header + receive(connection, int.from_bytes(header[4:8], "big"))
    shown = dump("request", request) + "\n" + dump("reply", reply)
    with open(sys.argv[2], encoding="utf-8") as page:
        text = page.read()
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    wanted = before + START + shown + END + after
    if "--write" in sys.argv[3:]:
        with open(sys.argv[2], "w", encoding="utf-8") as page:
            page.write(wanted)
    elif wanted != text:
        sys.exit(f"{sys.argv[2]} shows other bytes than the wire has:\n{shown}")


main()
