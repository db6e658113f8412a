# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
# SPDX-License-Identifier: Apache-2.0
"""What stock gRPC libraries rely on: health, reflection, deadlines, tokens, TLS, limits, and a daemon that stops."""

import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

import daemon
from grantd.v1 import auction_pb2, auction_pb2_grpc, awards_pb2, awards_pb2_grpc
from grantd.v1 import calculator_pb2, calculator_pb2_grpc, catalogue_pb2, catalogue_pb2_grpc

SERVICES = {
    "grantd.v1.Awards",
    "grantd.v1.Calculator",
    "grantd.v1.Catalogue",
    "grantd.v1.RenewablesAuction",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
}
SECONDS = 60


def request() -> calculator_pb2.EvaluateRequest:
    """A request that is right, of which little is known."""
    message = calculator_pb2.EvaluateRequest()
    message.application.application_id = "a-1"
    message.application.as_of = "2025-09-01"
    message.application.subject_id = "s-1"
    message.application.medical_device_common_platform.SetInParent()
    return message


def batch(count: int) -> calculator_pb2.EvaluateBatchRequest:
    message = calculator_pb2.EvaluateBatchRequest()
    for number in range(count):
        message.applications.add().CopyFrom(request().application)
        message.applications[number].application_id = f"a-{number}"
    return message


def status_of(call: object) -> tuple[grpc.StatusCode, str]:
    """How a call fails: its status and its field."""
    try:
        call()  # type: ignore[operator]
    except grpc.RpcError as error:
        return error.code(), dict(error.trailing_metadata() or ()).get("field", "")
    raise AssertionError("the call was answered")


class OneDaemon(unittest.TestCase):
    """Tests that share a daemon."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.served = cls.enterClassContext(daemon.running())

    def setUp(self) -> None:
        self.channel = self.enterContext(self.served.channel())


class Health(OneDaemon):
    def test_check(self) -> None:
        stub = health_pb2_grpc.HealthStub(self.channel)
        for name in ["", *sorted(SERVICES - {name for name in SERVICES if "reflection" in name})]:
            answer = stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=SECONDS)
            self.assertEqual(answer.status, health_pb2.HealthCheckResponse.SERVING, name)

    def test_watch_begins_with_the_present(self) -> None:
        stub = health_pb2_grpc.HealthStub(self.channel)
        watch = stub.Watch(health_pb2.HealthCheckRequest(service="grantd.v1.Calculator"), timeout=SECONDS)
        self.assertEqual(next(watch).status, health_pb2.HealthCheckResponse.SERVING)
        watch.cancel()


class Reflection(OneDaemon):
    def test_services_and_their_messages(self) -> None:
        database = ProtoReflectionDescriptorDatabase(self.channel)
        self.assertEqual(set(database.get_services()), SERVICES)
        pool = descriptor_pool.DescriptorPool(database)
        for name in SERVICES:
            for method in pool.FindServiceByName(name).methods:
                self.assertTrue(method.input_type.full_name)

    def test_a_call_by_reflection_alone(self) -> None:
        pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(self.channel))
        method = pool.FindServiceByName("grantd.v1.Calculator").FindMethodByName("Evaluate")
        message = message_factory.GetMessageClass(method.input_type)()
        json_format.ParseDict(json_format.MessageToDict(request(), preserving_proto_field_name=True), message)
        answer = message_factory.GetMessageClass(method.output_type)
        call = self.channel.unary_unary(
            "/grantd.v1.Calculator/Evaluate",
            lambda request: request.SerializeToString(),
            answer.FromString,
        )
        self.assertEqual(call(message, timeout=SECONDS).application_id, "a-1")

    def test_both_versions_and_what_is_not_there(self) -> None:
        v1 = self.channel.stream_stream(
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            lambda request: request.SerializeToString(),
            reflection_pb2.ServerReflectionResponse.FromString,
        )
        v1alpha = reflection_pb2_grpc.ServerReflectionStub(self.channel).ServerReflectionInfo
        requests = [
            reflection_pb2.ServerReflectionRequest(file_containing_symbol="grantd.v1.Assessment"),
            reflection_pb2.ServerReflectionRequest(file_by_filename="grantd/v1/nothing.proto"),
            reflection_pb2.ServerReflectionRequest(all_extension_numbers_of_type="grantd.v1.Assessment"),
            reflection_pb2.ServerReflectionRequest(),
        ]
        for call in (v1, v1alpha):
            answers = list(call(iter(requests), timeout=SECONDS))
            self.assertEqual([answer.original_request for answer in answers], requests)
            self.assertTrue(answers[0].file_descriptor_response.file_descriptor_proto)
            self.assertEqual(answers[1].error_response.error_code, grpc.StatusCode.NOT_FOUND.value[0])
            self.assertEqual(answers[2].all_extension_numbers_response.base_type_name, "grantd.v1.Assessment")
            self.assertEqual(answers[3].error_response.error_code, grpc.StatusCode.INVALID_ARGUMENT.value[0])

    def test_what_is_no_request(self) -> None:
        call = self.channel.stream_stream(
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            lambda request: request,
            lambda answer: answer,
        )
        self.assertEqual(
            status_of(lambda: list(call(iter([b"\xff"]), timeout=SECONDS)))[0], grpc.StatusCode.INVALID_ARGUMENT
        )


class Calls(OneDaemon):
    def test_field_in_the_trailing_metadata(self) -> None:
        stub = calculator_pb2_grpc.CalculatorStub(self.channel)
        wrong = request()
        wrong.application.as_of = "yesterday"
        self.assertEqual(
            status_of(lambda: stub.Evaluate(wrong, timeout=SECONDS)), (grpc.StatusCode.INVALID_ARGUMENT, "as_of")
        )

    def test_batch_in_order_while_others_are_served(self) -> None:
        stub = calculator_pb2_grpc.CalculatorStub(self.channel)
        large = stub.EvaluateBatch.future(batch(4096), timeout=SECONDS)
        for _ in range(20):
            self.assertEqual(stub.Evaluate(request(), timeout=SECONDS).application_id, "a-1")
        answered = large.result()
        self.assertEqual(
            [result.assessment.application_id for result in answered.results], [f"a-{n}" for n in range(4096)]
        )

    def test_deadline(self) -> None:
        stub = calculator_pb2_grpc.CalculatorStub(self.channel)
        code, _ = status_of(lambda: stub.EvaluateBatch(batch(4096), timeout=0.001))
        self.assertEqual(code, grpc.StatusCode.DEADLINE_EXCEEDED)
        # The daemon gave it up and goes on.
        self.assertEqual(stub.Evaluate(request(), timeout=SECONDS).application_id, "a-1")

    def test_request_over_the_limit(self) -> None:
        call = self.channel.unary_unary("/grantd.v1.Calculator/Evaluate", lambda request: request, lambda answer: answer)
        for size in ((4 << 20) + 1, (16 << 20) + 1):
            code, _ = status_of(lambda size=size: call(bytes(size), timeout=SECONDS))
            self.assertEqual(code, grpc.StatusCode.RESOURCE_EXHAUSTED, size)

    def test_auction_larger_than_other_requests(self) -> None:
        auction = auction_pb2.ClearAuctionRequest()
        json_format.ParseDict({}, auction)
        stub = auction_pb2_grpc.RenewablesAuctionStub(self.channel)
        answer = stub.ClearAuction(auction, timeout=SECONDS)
        self.assertTrue(answer.IsInitialized())

    def test_bytes_that_are_no_message(self) -> None:
        for service, method in [("Calculator", "Evaluate"), ("Calculator", "EvaluateBatch"), ("Catalogue", "GetSchema")]:
            call = self.channel.unary_unary(f"/grantd.v1.{service}/{method}", lambda request: request, lambda answer: answer)
            self.assertEqual(
                status_of(lambda call=call: call(b"\x0a\xff", timeout=SECONDS)),
                (grpc.StatusCode.INVALID_ARGUMENT, ""),
            )

    def test_more_than_one_request(self) -> None:
        call = self.channel.stream_unary("/grantd.v1.Calculator/Evaluate", lambda request: request, lambda answer: answer)
        for requests in ([], [request().SerializeToString()] * 2):
            with self.assertRaises(grpc.RpcError):
                call(iter(requests), timeout=SECONDS)

    def test_sixteen_threads(self) -> None:
        stub = calculator_pb2_grpc.CalculatorStub(self.channel)
        wrong: list[str] = []

        def work(number: int) -> None:
            mine = request()
            for turn in range(20):
                mine.application.application_id = f"{number}-{turn}"
                answer = stub.Evaluate(mine, timeout=SECONDS)
                if answer.application_id != mine.application.application_id:
                    wrong.append(answer.application_id)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class Tokens(unittest.TestCase):
    def test_every_call_needs_one_but_the_question_after_health(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "tokens")
            path.write_text("right\nother\n", encoding="utf-8")
            with daemon.running("--token-file", str(path)) as served, served.channel() as channel:
                calculator = calculator_pb2_grpc.CalculatorStub(channel)
                health = health_pb2_grpc.HealthStub(channel)
                for metadata in (
                    [],
                    [("authorization", "Bearer wrong")],
                    [("authorization", "right")],
                    [("authorization", "Basic right")],
                    [("authorization", "Bearer right"), ("authorization", "Bearer right")],
                ):
                    for call in (
                        lambda m=metadata: calculator.Evaluate(request(), timeout=SECONDS, metadata=m),
                        lambda m=metadata: next(
                            health.Watch(health_pb2.HealthCheckRequest(), timeout=SECONDS, metadata=m)
                        ),
                    ):
                        self.assertEqual(status_of(call)[0], grpc.StatusCode.UNAUTHENTICATED, metadata)
                    answer = health.Check(health_pb2.HealthCheckRequest(), timeout=SECONDS, metadata=metadata)
                    self.assertEqual(answer.status, health_pb2.HealthCheckResponse.SERVING, metadata)
                for value in ("Bearer right", "bearer other"):
                    answer = calculator.Evaluate(request(), timeout=SECONDS, metadata=[("authorization", value)])
                    self.assertEqual(answer.application_id, "a-1")

    def test_the_book_is_an_agencys(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "tokens")
            path.write_text("clerk [ask]: clerks\noffice [agency]: offices\n", encoding="utf-8")
            with daemon.running("--token-file", str(path)) as served, served.channel() as channel:
                awards = awards_pb2_grpc.AwardsStub(channel)

                def listed(token: str, dry_run: bool) -> awards_pb2.ListAwardsResponse:
                    asked = awards_pb2.ListAwardsRequest(run_id="none", dry_run=dry_run)
                    return awards.ListAwards(asked, timeout=SECONDS, metadata=[("authorization", f"Bearer {token}")])

                denied, _ = status_of(lambda: listed("clerks", True))
                self.assertEqual(denied, grpc.StatusCode.PERMISSION_DENIED)
                self.assertEqual(len(listed("offices", True).awards), 0)
                # This daemon keeps none.
                refused, _ = status_of(lambda: listed("offices", False))
                self.assertEqual(refused, grpc.StatusCode.FAILED_PRECONDITION)


class TLS(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def certificate(self, name: str) -> tuple[pathlib.Path, pathlib.Path]:
        """A certificate for 127.0.0.1 that vouches for itself, and its key."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-keyout", key, "-out", certificate, "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"],
            check=True, capture_output=True,
        )  # fmt: skip
        return certificate, key

    def call(self, served: daemon.Daemon, credentials: grpc.ChannelCredentials | None) -> str:
        """The id in the answer to a call."""
        with served.channel(credentials) as channel:
            answer = calculator_pb2_grpc.CalculatorStub(channel).Evaluate(request(), timeout=SECONDS)
        return answer.application_id

    def test_calls_over_tls(self) -> None:
        certificate, key = self.certificate("daemon")
        stranger, _ = self.certificate("stranger")
        with daemon.running("--tls-cert", str(certificate), "--tls-key", str(key)) as served:
            self.assertEqual(self.call(served, grpc.ssl_channel_credentials(certificate.read_bytes())), "a-1")
            for credentials in (None, grpc.ssl_channel_credentials(stranger.read_bytes())):
                code, _ = status_of(lambda credentials=credentials: self.call(served, credentials))
                self.assertEqual(code, grpc.StatusCode.UNAVAILABLE)

    def test_a_certificate_of_ones_own(self) -> None:
        certificate, key = self.certificate("daemon")
        known, known_key = self.certificate("known")
        stranger, stranger_key = self.certificate("stranger")
        options = ("--tls-cert", str(certificate), "--tls-key", str(key), "--tls-client-ca", str(known))
        trusted = certificate.read_bytes()
        with daemon.running(*options) as served:
            own = grpc.ssl_channel_credentials(trusted, known_key.read_bytes(), known.read_bytes())
            self.assertEqual(self.call(served, own), "a-1")
            for credentials in (
                grpc.ssl_channel_credentials(trusted),
                grpc.ssl_channel_credentials(trusted, stranger_key.read_bytes(), stranger.read_bytes()),
            ):
                code, _ = status_of(lambda credentials=credentials: self.call(served, credentials))
                self.assertEqual(code, grpc.StatusCode.UNAVAILABLE)


class Lifecycle(unittest.TestCase):
    def test_stop_answers_what_is_in_flight(self) -> None:
        with daemon.running() as served, served.channel() as channel:
            health = health_pb2_grpc.HealthStub(channel)
            watch = health.Watch(health_pb2.HealthCheckRequest(), timeout=SECONDS)
            self.assertEqual(next(watch).status, health_pb2.HealthCheckResponse.SERVING)
            # Kept open by a tool that has no more questions for now.
            asked = threading.Event()

            def questions():  # type: ignore[no-untyped-def]
                yield reflection_pb2.ServerReflectionRequest(list_services="")
                asked.wait(SECONDS)

            info = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(questions(), timeout=SECONDS)
            next(info)
            stub = calculator_pb2_grpc.CalculatorStub(channel)
            large = [stub.EvaluateBatch.future(batch(4096), timeout=SECONDS) for _ in range(4)]
            time.sleep(0.1)
            began = time.monotonic()
            served.signal(signal.SIGTERM)
            self.assertEqual(next(watch).status, health_pb2.HealthCheckResponse.NOT_SERVING)
            with self.assertRaises(grpc.RpcError) as raised:
                next(watch)
            self.assertEqual(raised.exception.code(), grpc.StatusCode.UNAVAILABLE)
            for call in large:
                self.assertEqual(len(call.result().results), 4096)
            code, _ = status_of(lambda: stub.Evaluate(request(), timeout=SECONDS))
            self.assertEqual(code, grpc.StatusCode.UNAVAILABLE)
            asked.set()
            self.assertEqual(served.process.wait(SECONDS), 0)
            self.assertLess(time.monotonic() - began, 9)

    def test_reload_reaches_grpc(self) -> None:
        source = pathlib.Path("Sources/GrantdPolicy/Policies/medical-device.yaml")
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder, source.name)
            shutil.copy(source, copy)
            with daemon.running("--policies", folder) as served, served.channel() as channel:
                stub = catalogue_pb2_grpc.CatalogueStub(channel)
                measures = catalogue_pb2.ListMeasuresRequest(programme="medical-device")
                before = stub.ListMeasures(measures, timeout=SECONDS).measures[0].policy.digest
                with copy.open("a", encoding="utf-8") as file:
                    file.write("\n# another digest\n")
                served.signal(signal.SIGHUP)
                deadline = time.monotonic() + SECONDS
                while stub.ListMeasures(measures, timeout=SECONDS).measures[0].policy.digest == before:
                    self.assertLess(time.monotonic(), deadline, "the policies were not loaded anew")
                    time.sleep(0.05)


class CommandLine(unittest.TestCase):
    def refused(self, *arguments: str) -> tuple[int, str]:
        ended = subprocess.run(
            [daemon.binary(), "serve", "--port", "0", *arguments], capture_output=True, text=True, timeout=SECONDS
        )
        return ended.returncode, ended.stderr

    def test_what_others_can_reach_needs_tokens(self) -> None:
        code, text = self.refused("--grpc", "0.0.0.0:0")
        self.assertEqual(code, 64)
        self.assertIn("--token-file", text)

    def test_an_address_that_is_none(self) -> None:
        for address in ("50051", "localhost:", "localhost:70000", ":50051", "::1:50051"):
            self.assertEqual(self.refused("--grpc", address)[0], 64, address)

    def test_a_port_in_use(self) -> None:
        with daemon.running() as served:
            code, text = self.refused("--grpc", served.address)
            self.assertEqual(code, 1)
            self.assertIn("--grpc", text)
            self.assertIn("in use", text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
