// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static grantd.client.Calls.failure;
import static grantd.client.Calls.quick;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brpc.policy.RpcMetaOuterClass.RpcMeta;
import brpc.policy.RpcMetaOuterClass.RpcResponseMeta;
import com.google.protobuf.BlockingRpcChannel;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.RpcChannel;
import grantd.v1.Application;
import grantd.v1.Assessment;
import grantd.v1.Calculator;
import grantd.v1.EvaluateRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** What tests of bad peers have in common. */
final class BadPeers {
    static final Duration SILENCE = Duration.ofMillis(300);
    static final int MEBIBYTE = 1024 * 1024;

    private BadPeers() {
    }

    /** The ways to make a call. */
    enum Way {
        BLOCKING {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                return client.evaluate(application);
            }
        },
        FUTURE {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                return client.async().evaluate(application).get();
            }
        },
        BLOCKING_STUB {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                BlockingRpcChannel channel = client.channel();
                return Calculator.newBlockingStub(channel).evaluate(null, request(application));
            }
        },
        STUB {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                RpcChannel channel = client.channel();
                GrantdController controller = new GrantdController();
                CompletableFuture<Message> answer = new CompletableFuture<>();
                Calculator.newStub(channel).evaluate(controller, request(application), answer::complete);
                answer.get();
                if (controller.failed()) {
                    throw controller.failure();
                }
                return answer.get();
            }
        },
        DYNAMIC {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                MethodDescriptor method = Method.EVALUATE.descriptor();
                Message prototype = DynamicMessage.getDefaultInstance(method.getOutputType());
                return client.channel().callBlockingMethod(method, null, request(application), prototype);
            }
        },
        BYTES {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                return Assessment.parseFrom(client.channel().call("Calculator", "Evaluate",
                        request(application).toByteString(), Duration.ofSeconds(10)).get());
            }
        },
        SCORE {
            @Override
            Message evaluate(GrantdClient client, Application application) throws Exception {
                try (Scores scores = client.score(List.of(application).iterator())) {
                    return scores.next().orThrow();
                } catch (UncheckedGrantdException error) {
                    throw error.getCause();
                }
            }
        };

        abstract Message evaluate(GrantdClient client, Application application) throws Exception;

        static EvaluateRequest request(Application application) {
            return EvaluateRequest.newBuilder().setApplication(application).build();
        }

        /** How the call fails that has to. */
        GrantdException failure(GrantdClient client) {
            Exception error = assertThrows(Exception.class, () -> evaluate(client, Samples.application(1)));
            return (GrantdException) (error instanceof ExecutionException ? error.getCause() : error);
        }
    }

    static GrantdConfiguration.Builder impatient() {
        return quick().silenceTimeout(SILENCE);
    }

    /** The connections up to a number misbehave, the later ones are good. */
    static FakeServer.Behaviour until(int connection, FakeServer.Behaviour bad) {
        return request -> {
            if (request.connection() <= connection) {
                bad.received(request);
            } else {
                Samples.answer(request);
            }
        };
    }

    static byte[] assessmentFrame(FakeServer.Request request) throws IOException {
        RpcMeta meta = RpcMeta.newBuilder().setCorrelationId(request.meta().getCorrelationId())
                .setResponse(RpcResponseMeta.getDefaultInstance()).build();
        Application application = EvaluateRequest.parseFrom(request.payload()).getApplication();
        return FakeServer.frame(meta, Samples.assessment(application).toByteArray());
    }

    /** The header and a little more, then a byte each moment, for as long as there are any. */
    static void sendSlowly(FakeServer.Request request, byte[] frame) {
        Thread thread = new Thread(() -> {
            try {
                request.sendBytes(Arrays.copyOf(frame, 20));
                for (int index = 20; index < frame.length; index++) {
                    request.sendBytes(new byte[] {frame[index]});
                    Thread.sleep(100);
                }
            } catch (IOException | InterruptedException error) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }
}
