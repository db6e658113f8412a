// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.conformance;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.RpcChannel;
import com.google.protobuf.Service;
import com.google.protobuf.util.JsonFormat;
import grantd.client.GrantdAddress;
import grantd.client.GrantdChannel;
import grantd.client.GrantdClient;
import grantd.client.GrantdConfiguration;
import grantd.client.GrantdController;
import grantd.client.GrantdException;
import grantd.client.GrantdTls;
import grantd.v1.Awards;
import grantd.v1.Calculator;
import grantd.v1.Catalogue;
import grantd.v1.RenewablesAuction;
import grpc.health.v1.HealthOuterClass.Health;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts every vector to a live daemon, and compares the answers field by field: {@code Conformance VECTORS.jsonl… [HOST:PORT]},
 * the address from {@code GRANTD_ADDRESS} where it is not given. {@code GRANTD_TLS=1} speaks TLS, with what
 * {@code GRANTD_TLS_CA}, {@code GRANTD_TLS_SERVER_NAME}, {@code GRANTD_TLS_CERT} and {@code GRANTD_TLS_KEY} say.
 */
public final class Conformance {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    /** In a sequence: what each of its runs has another text of the same length for. */
    private static final String RUN = "RRRRRRRRRRRR";
    /** What the daemon's clock shows, and what sequences have for it. */
    private static final Pattern MOMENT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    private static final String NO_MOMENT = "0000-00-00T00:00:00.000Z";

    private final GrantdChannel channel;
    private final Map<String, Service> services = new HashMap<>();

    private Conformance(GrantdChannel channel) {
        this.channel = channel;
        RpcChannel stock = channel;
        for (Service stub : List.<Service>of(Awards.newStub(stock), Calculator.newStub(stock), Catalogue.newStub(stock),
                RenewablesAuction.newStub(stock), Health.newStub(stock))) {
            services.put(stub.getDescriptorForType().getFullName(), stub);
        }
    }

    /**
     * Runs the vectors; exits with 1 where any fails.
     *
     * @param arguments The files and the address.
     * @throws IOException Where the file cannot be read.
     * @throws InterruptedException Where the thread is interrupted.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> files = Arrays.stream(arguments).filter(argument -> argument.endsWith(".jsonl")).toList();
        String address = arguments.length > files.size() ? arguments[arguments.length - 1] : System.getenv("GRANTD_ADDRESS");
        if (files.isEmpty() || arguments.length > files.size() + 1 || address == null) {
            System.err.println("usage: Conformance VECTORS.jsonl… HOST:PORT (or GRANTD_ADDRESS)");
            System.exit(64);
            return;
        }
        // What the daemon itself refuses as too large must reach it.
        GrantdConfiguration.Builder builder = GrantdConfiguration.builder()
                .maximumRequestBytes(32 * 1024 * 1024)
                .maximumAuctionRequestBytes(32 * 1024 * 1024);
        if (System.getenv("GRANTD_TLS") != null) {
            builder.tls(GrantdTls.context(path("GRANTD_TLS_CA"), path("GRANTD_TLS_CERT"), path("GRANTD_TLS_KEY")))
                    .tlsServerName(System.getenv().getOrDefault("GRANTD_TLS_SERVER_NAME", ""));
        }
        GrantdConfiguration configuration = builder.build();
        int passed = 0;
        int failed = 0;
        try (GrantdChannel channel = new GrantdChannel(GrantdAddress.parse(address), configuration)) {
            if (!isThere(channel.address(), configuration)) {
                System.exit(1);
            }
            Conformance conformance = new Conformance(channel);
            List<String> lines = new ArrayList<>();
            for (String file : files) {
                lines.addAll(Files.readAllLines(Path.of(file), StandardCharsets.UTF_8));
            }
            String run = String.format("%0" + RUN.length() + "x", new SecureRandom().nextLong(1L << 48));
            for (String line : lines) {
                if (line.isBlank()) {
                    continue;
                }
                JsonObject vector = JsonParser.parseString(line.replace(RUN, run)).getAsJsonObject();
                String failure = conformance.run(vector);
                if (failure == null) {
                    passed++;
                } else {
                    failed++;
                    System.out.println(vector.get("id").getAsString() + ": " + failure);
                }
            }
        }
        System.out.println(passed + " passed, " + failed + " failed");
        System.exit(failed == 0 && passed > 0 ? 0 : 1);
    }

    /** A file that the environment names; null where it names none. */
    private static Path path(String variable) {
        String value = System.getenv(variable);
        return value == null ? null : Path.of(value);
    }

    /** Whether a daemon answers: without one every vector would wait for it anew. */
    private static boolean isThere(GrantdAddress address, GrantdConfiguration configuration) {
        try (GrantdClient client = new GrantdClient(address, configuration)) {
            client.health("");
            return true;
        } catch (GrantdException error) {
            System.err.println(error);
            return false;
        }
    }

    /** What is wrong; null where the daemon answers as the vector says. */
    private String run(JsonObject vector) throws InterruptedException {
        try {
            Service stub = services.get(vector.get("service").getAsString());
            MethodDescriptor method = stub == null
                    ? null
                    : stub.getDescriptorForType().findMethodByName(vector.get("method").getAsString());
            Message actual = vector.has("request_bytes") || method == null
                    ? callWithBytes(vector, stub, method)
                    : callStub(stub, method, message(stub.getRequestPrototype(method), vector, "request"));
            if (!vector.has("response")) {
                return "an answer where an error was expected: " + actual;
            }
            return Differences.first(message(stub.getResponsePrototype(method), vector, "response"),
                    vector.get("id").getAsString().startsWith("sequence/") ? withoutMoments(actual) : actual);
        } catch (GrantdException error) {
            return compare(vector, error);
        } catch (InvalidProtocolBufferException error) {
            return "the vector or the answer does not decode: " + error.getMessage();
        }
    }

    /** An answer as sequences have it. Latin-1 has a character for each byte. */
    private static Message withoutMoments(Message answer) throws InvalidProtocolBufferException {
        String bytes = answer.toByteString().toString(StandardCharsets.ISO_8859_1);
        Matcher moments = MOMENT.matcher(bytes);
        return moments.find()
                ? answer.getParserForType().parseFrom(moments.replaceAll(NO_MOMENT).getBytes(StandardCharsets.ISO_8859_1))
                : answer;
    }

    /** Over the generated stub, by the generic-service interface. */
    private static Message callStub(Service stub, MethodDescriptor method, Message request)
            throws GrantdException, InterruptedException {
        GrantdController controller = new GrantdController(DEADLINE);
        CompletableFuture<Message> answer = new CompletableFuture<>();
        stub.callMethod(method, controller, request, answer::complete);
        Message message = await(answer);
        if (controller.failed()) {
            throw controller.failure();
        }
        return message;
    }

    /** A payload that no stub would make, or a method that no stub has. */
    private Message callWithBytes(JsonObject vector, Service stub, MethodDescriptor method)
            throws GrantdException, InterruptedException, InvalidProtocolBufferException {
        ByteString payload = vector.has("request_bytes")
                ? ByteString.copyFrom(Base64.getDecoder().decode(vector.get("request_bytes").getAsString()))
                : ByteString.EMPTY;
        ByteString answer = await(channel.call(
                vector.get("service").getAsString(), vector.get("method").getAsString(), payload, DEADLINE));
        if (method == null) {
            throw new InvalidProtocolBufferException("an answer of a method that is not in the contract");
        }
        return stub.getResponsePrototype(method).getParserForType().parseFrom(answer);
    }

    private static <R> R await(CompletableFuture<R> answer) throws GrantdException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException error) {
            if (error.getCause() instanceof GrantdException grantd) {
                throw grantd;
            }
            throw new IllegalStateException(error.getCause());
        }
    }

    private static Message message(Message prototype, JsonObject vector, String member)
            throws InvalidProtocolBufferException {
        Message.Builder builder = prototype.newBuilderForType();
        JsonFormat.parser().merge(vector.get(member).toString(), builder);
        return builder.build();
    }

    private static String compare(JsonObject vector, GrantdException actual) {
        if (!vector.has("error")) {
            return "an error where an answer was expected: " + actual + ": " + actual.getMessage();
        }
        JsonObject error = vector.getAsJsonObject("error");
        String expected = error.get("code").getAsInt() + " " + text(error, "status") + " at '" + text(error, "field") + "'";
        String found = actual.number() + " " + actual.status() + " at '" + actual.field() + "'";
        return expected.equals(found) ? null : "expected error " + expected + ", found " + found + ": " + actual.getMessage();
    }

    private static String text(JsonObject object, String member) {
        return object.has(member) ? object.get(member).getAsString() : "";
    }
}
