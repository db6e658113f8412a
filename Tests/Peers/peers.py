# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What the comparison and the measurement share: requests as bytes, frames, servers started and stopped."""

import json
import pathlib
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts"))
from listening_process import ListeningProcess  # noqa: E402

MEASURE = "medical-device.common-platform"
CALCULATOR, CATALOGUE = "grantd.v1.Calculator", "grantd.v1.Catalogue"
CASES = pathlib.Path(__file__).parents[2] / "Sources/GrantdPolicy/Policies/medical-device.cases.jsonl"


# Protobuf by hand: the few messages that are sent here need no library.
def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def part(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def fields(data: bytes):
    """The fields of a message: (number, value), the value a number or bytes; only these two kinds are looked for."""

    def read_varint(at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            value |= (data[at] & 0x7F) << shift
            shift += 7
            at += 1
            if data[at - 1] < 0x80:
                return value, at

    at = 0
    while at < len(data):
        tag, at = read_varint(at)
        value, at = read_varint(at)
        if tag & 7 == 2:
            yield tag >> 3, data[at : at + value]
            at += value
        else:
            yield tag >> 3, value


# By message, the numbers of the fields that the cases of the measure set.
NUMBERS = {
    "applicant": {
        "unified_social_credit_code": 1, "name": 2, "kind": 3, "registered_in_beijing": 4,
        "independent_legal_liability": 5, "is_small_or_medium": 6,
    },
    "prior_awards": {"measure": 1, "subject_id": 2, "awarded_on": 3, "amount_fen": 4},
    "medical_device_common_platform": {
        "common_technology_platform": 1, "engineering_investment_fen": 2, "for_medical_device_industry": 3,
    },
    "application": {
        "application_id": 1, "as_of": 2, "subject_id": 3, "applicant": 4, "prior_awards": 5,
        "prior_awards_unknown": 6, "medical_device_common_platform": 206,
    },
    "request": {"application": 1, "stage": 2, "assume_unset_bars_absent": 3, "explain": 4},
}  # fmt: skip


def encode(message: dict, name: str) -> bytes:
    """A message as bytes, its fields by number as stock encoders have them."""
    numbers = NUMBERS[name]
    data = b""
    for key in sorted(message, key=numbers.__getitem__):
        for value in message[key] if isinstance(message[key], list) else [message[key]]:
            if isinstance(value, dict):
                data += part(numbers[key], encode(value, key))
            elif isinstance(value, str):
                data += part(numbers[key], value)
            else:
                data += number(numbers[key], int(value))
    return data


def sample(application_id: str) -> dict:
    """The application that is measured: every fact known, eligible, about 180 bytes in its frame."""
    return {
        "application_id": application_id,
        "as_of": "2026-05-20",
        "subject_id": "P-17",
        "applicant": {
            "unified_social_credit_code": "91110108MA01CX7K1R",
            "name": "北京某某医疗器械科技有限公司",
            "kind": 1,
            "registered_in_beijing": True,
            "independent_legal_liability": True,
            "is_small_or_medium": True,
        },
        "medical_device_common_platform": {
            "common_technology_platform": True,
            "engineering_investment_fen": 1_234_567_890,
            "for_medical_device_industry": True,
        },
    }


def single(explain: bool = False) -> bytes:
    """The request of one application that is measured."""
    return encode({"application": sample("A-2026-000417")} | ({"explain": 1} if explain else {}), "request")


def batch(count: int) -> bytes:
    """The request of many: one and the same but for their ids."""
    return b"".join(part(1, encode(sample(f"A-2026-{index:06}"), "application")) for index in range(count))


def cases() -> list[dict]:
    """The requests of the measure's worked cases: each outcome, each fact unset, caps used up by earlier awards."""
    lines = [json.loads(line) for line in CASES.read_text().splitlines() if MEASURE.split(".")[1] in line]
    return [line["request"] for line in lines if "medical_device_common_platform" in line["request"]["application"]]


def frame(method: str, payload: bytes, correlation_id: int = 1, service: str = CALCULATOR) -> bytes:
    meta = part(1, part(1, service) + part(2, method)) + number(4, correlation_id)
    return b"PRPC" + (len(meta) + len(payload)).to_bytes(4, "big") + len(meta).to_bytes(4, "big") + meta + payload


class Connection:
    """One connection to a server of frames."""

    def __init__(self, address: str) -> None:
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=60)

    def receive(self) -> bytes:
        """The next reply, whole."""
        reply = b""
        wanted = 12
        while len(reply) < wanted:
            piece = self.socket.recv(wanted - len(reply))
            if not piece:
                raise EOFError("the server closed the connection")
            reply += piece
            if len(reply) == 12:
                wanted += int.from_bytes(reply[4:8], "big")
        return reply

    def call(self, *call) -> bytes:
        self.socket.sendall(frame(*call))
        return self.receive()


def payload(reply: bytes) -> bytes:
    """The answer in a reply; what is none ends the program."""
    meta = int.from_bytes(reply[8:12], "big")
    for key, value in fields(reply[12 : 12 + meta]):
        if key == 2 and any(field == 1 and code != 0 for field, code in fields(value)):
            raise SystemExit(f"an error where an answer is wanted: {value!r}")
    return reply[12 + meta :]


def reference(daemon: "Server") -> str:
    """What the peers have from the daemon: the policy reference of its assessments, and the ids of its measures."""
    connection = Connection(daemon.address)
    assessment = payload(connection.call("Evaluate", single()))
    policy = next(part(key, value) for key, value in fields(assessment) if key == 13)
    listed = payload(connection.call("ListMeasures", b"", 1, CATALOGUE))
    ids = {value.decode() for _, summary in fields(listed) for key, value in fields(summary) if key == 1}
    return "\n".join([policy.hex(), *sorted(ids)]) + "\n"


class Server(ListeningProcess):
    """A process that listens and says where."""

    def __init__(self, name: str, command: list[str], core: int | str | None = None) -> None:
        self.name = name
        try:
            super().__init__(["taskset", "-c", str(core), *command] if core is not None else command)
        except RuntimeError as error:
            raise SystemExit(f"{name} does not listen: {error}") from None

    def stop(self) -> None:
        self.terminate()
