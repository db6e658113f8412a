// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import com.google.protobuf.BlockingRpcChannel;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.RpcCallback;
import com.google.protobuf.RpcChannel;
import com.google.protobuf.RpcController;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * The way to a daemon: makes connections, shares them between calls, and makes them again when they are lost.
 *
 * <p>It is what the generated stubs ask for, {@code Calculator.newBlockingStub(channel)} and
 * {@code Calculator.newStub(channel)}. Safe for any number of threads; one for a whole program is enough. It keeps one
 * thread, a daemon, until it is closed.
 *
 * <p>Each call is tried again, within its deadline, when the daemon stops (2003), or a connection cannot be made, is lost, falls
 * silent or carries what is no frame: it only reads, or puts what is the same the second time, or has a key by which the daemon
 * knows it again. {@code Award}, {@code Settle} and the entries of {@code AwardBatch} are given one where they bring none.
 */
public final class GrantdChannel implements RpcChannel, BlockingRpcChannel, AutoCloseable {
    private static final Set<String> LARGE_METHODS = Set.of("ClearAuction", "EvaluateColumns");

    private final GrantdAddress address;
    private final GrantdConfiguration configuration;
    private final EventLoop loop;
    private final Links links;

    /**
     * Makes a channel. Nothing is connected before the first call.
     *
     * @param address Where the daemon listens.
     * @param configuration How the channel behaves.
     */
    public GrantdChannel(GrantdAddress address, GrantdConfiguration configuration) {
        this.address = address;
        this.configuration = configuration;
        loop = new EventLoop("grantd-client " + address);
        links = new Links(loop, address, configuration);
    }

    /**
     * Makes a channel with the defaults. Nothing is connected before the first call.
     *
     * @param address Where the daemon listens.
     */
    public GrantdChannel(GrantdAddress address) {
        this(address, GrantdConfiguration.DEFAULTS);
    }

    /**
     * Where the daemon listens.
     *
     * @return The address.
     */
    public GrantdAddress address() {
        return address;
    }

    /**
     * What the connections have seen so far.
     *
     * @return The counters.
     */
    public GrantdStatistics statistics() {
        return links.statistics();
    }

    GrantdConfiguration configuration() {
        return configuration;
    }

    // Protobuf's generic services

    /**
     * Makes a call for an asynchronous stub. The callback runs in the configuration's executor, with null where the call
     * failed: the controller then tells why.
     *
     * @param method What to call.
     * @param controller A {@link GrantdController}, another one, which is told of a failure by its text, or null.
     * @param request The request.
     * @param responsePrototype An instance of the answer's type.
     * @param done What to do with the answer.
     */
    @Override
    public void callMethod(MethodDescriptor method, RpcController controller, Message request,
            Message responsePrototype, RpcCallback<Message> done) {
        CompletableFuture<Message> answer = call(method, request, responsePrototype, optionsOf(controller), controller);
        if (controller instanceof GrantdController ours) {
            ours.bind(() -> answer.cancel(false));
        }
        answer.whenComplete((message, error) -> {
            if (error != null) {
                fail(controller, asGrantd(error));
            }
            done.run(message);
        });
    }

    /**
     * Makes a call for a blocking stub.
     *
     * @param method What to call.
     * @param controller A {@link GrantdController}, another one, which is told of a failure by its text, or null.
     * @param request The request.
     * @param responsePrototype An instance of the answer's type.
     * @return The answer.
     * @throws GrantdException Where there is none.
     */
    @Override
    public Message callBlockingMethod(MethodDescriptor method, RpcController controller, Message request,
            Message responsePrototype) throws GrantdException {
        try {
            return callAndWait(method, request, responsePrototype, optionsOf(controller), controller);
        } catch (GrantdException error) {
            fail(controller, error);
            throw error;
        }
    }

    // Bytes

    /**
     * Makes a call with an encoded request, for programs that know the contract by its schema only. The answer to a method of
     * the contract is looked at all the same: what lacks anything that the contract always sets is none. The bytes are sent as
     * they are: an award or a settlement must bring its own key, for it may be sent again.
     *
     * @param service The service's full name, {@code grantd.v1.Calculator}.
     * @param method The method's name.
     * @param payload The serialized request.
     * @param deadline How long the call may take, its retries included.
     * @return The serialized answer, later; it fails with a {@link GrantdException}, and cancelling it gives the call up.
     */
    public CompletableFuture<ByteString> call(String service, String method, ByteString payload, Duration deadline) {
        CallOptions options = CallOptions.of(configuration).withDeadline(deadline);
        AnswerDecoder decoder = decoder(service, method);
        return call(service, method, payload, options, answer -> decoder.check(payload, answer), null);
    }

    /**
     * Closes the connections for good, and waits for that. Calls under way, and later ones, fail with
     * {@link GrantdCode#SHUT_DOWN}.
     */
    @Override
    public void close() {
        loop.execute(() -> {
            links.close();
            loop.stop();
        });
        if (!loop.isCurrent()) {
            loop.join();
        }
    }

    // Within the client

    /** Decodes an answer. */
    private interface Decoder<R> {
        R decode(ByteString answer) throws GrantdException;
    }

    <R extends Message> CompletableFuture<R> call(
            MethodDescriptor method, Message request, R prototype, CallOptions options) {
        return call(method, request, prototype, options, null);
    }

    private <R extends Message> CompletableFuture<R> call(
            MethodDescriptor method, Message request, R prototype, CallOptions options, RpcController controller) {
        String service = method.getService().getFullName();
        ByteString payload = IdempotencyKeys.in(method, request).toByteString();
        AnswerDecoder decoder = decoder(service, method.getName());
        Decoder<R> decode = answer -> decoder.decode(prototype, payload, answer);
        return call(service, method.getName(), payload, options, decode, controller);
    }

    <R extends Message> R callAndWait(
            MethodDescriptor method, Message request, R prototype, CallOptions options) throws GrantdException {
        return callAndWait(method, request, prototype, options, null);
    }

    private <R extends Message> R callAndWait(MethodDescriptor method, Message request, R prototype,
            CallOptions options, RpcController controller) throws GrantdException {
        if (loop.isCurrent()) {
            throw new IllegalStateException("a blocking call in the channel's own thread would wait for itself");
        }
        CompletableFuture<Call.Answer> answer = new CompletableFuture<>();
        String service = method.getService().getFullName();
        ByteString payload = IdempotencyKeys.in(method, request).toByteString();
        Call call = start(service, method.getName(), payload, options, (given, error) -> {
            if (error == null) {
                answer.complete(given);
            } else {
                answer.completeExceptionally(error);
            }
        });
        if (controller instanceof GrantdController ours) {
            ours.bind(() -> cancel(call));
        }
        try {
            Call.Answer given = answer.get();
            tell(controller, given);
            return decoder(service, method.getName()).decode(prototype, payload, given.payload());
        } catch (ExecutionException error) {
            throw asGrantd(error.getCause()).rethrown();
        } catch (InterruptedException error) {
            cancel(call);
            Thread.currentThread().interrupt();
            throw new GrantdException(GrantdCode.CANCELLED, "the waiting thread was interrupted", error);
        }
    }

    private <R> CompletableFuture<R> call(
            String service, String method, ByteString payload, CallOptions options, Decoder<R> decoder,
            RpcController controller) {
        CompletableFuture<R> future = new CompletableFuture<>();
        Call call = start(service, method, payload, options, (answer, error) -> {
            Runnable end = () -> end(future, answer, error, decoder, controller);
            try {
                configuration.executor.execute(end);
            } catch (RejectedExecutionException rejected) {
                end.run();
            }
        });
        future.whenComplete((message, error) -> {
            if (future.isCancelled()) {
                cancel(call);
            }
        });
        return future;
    }

    private static <R> void end(
            CompletableFuture<R> future, Call.Answer answer, GrantdException error, Decoder<R> decoder,
            RpcController controller) {
        if (error != null) {
            future.completeExceptionally(error);
            return;
        }
        tell(controller, answer);
        try {
            future.complete(decoder.decode(answer.payload()));
        } catch (GrantdException broken) {
            future.completeExceptionally(broken);
        }
    }

    private AnswerDecoder decoder(String service, String method) {
        long maximumCost = (long) DecodingCost.BYTES_FOR_A_BYTE * configuration.maximumReplyBytes;
        return new AnswerDecoder(service, method, maximumCost);
    }

    private Call start(
            String service, String method, ByteString payload, CallOptions options, Call.Completion completion) {
        Call call = new Call(service, method, payload, Deadlines.after(options.deadline()), options.attempts(), completion);
        int limit = LARGE_METHODS.contains(method)
                ? configuration.maximumAuctionRequestBytes
                : configuration.maximumRequestBytes;
        if (payload.size() > limit) {
            completion.done(null, new GrantdException(GrantdCode.LIMIT_EXCEEDED,
                    "the request has " + payload.size() + " bytes, more than the " + limit + " allowed"));
        } else if (!loop.execute(() -> links.start(call))) {
            completion.done(null, Links.shutDown());
        }
        return call;
    }

    private void cancel(Call call) {
        loop.execute(() -> links.cancel(call));
    }

    private CallOptions optionsOf(RpcController controller) {
        CallOptions options = CallOptions.of(configuration);
        return controller instanceof GrantdController ours && ours.deadline() != null
                ? options.withDeadline(ours.deadline())
                : options;
    }

    private static void tell(RpcController controller, Call.Answer answer) {
        if (controller instanceof GrantdController ours) {
            ours.answered(answer.requestHash());
        }
    }

    private static void fail(RpcController controller, GrantdException error) {
        if (controller instanceof GrantdController ours) {
            ours.fail(error);
        } else if (controller != null) {
            controller.setFailed(error.getMessage());
        }
    }

    /** What a future of this channel failed with. */
    static GrantdException asGrantd(Throwable error) {
        return error instanceof GrantdException ours
                ? ours
                : new GrantdException(GrantdCode.CANCELLED, "the call was cancelled", error);
    }
}
