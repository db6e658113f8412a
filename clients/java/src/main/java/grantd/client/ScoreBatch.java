// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import grantd.v1.Application;
import grantd.v1.Error;
import grantd.v1.EvaluateBatchRequest;
import grantd.v1.EvaluateBatchResponse;
import grantd.v1.EvaluateBatchResult;
import grantd.v1.Explain;
import grantd.v1.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Neighbouring applications that go in one call. */
final class ScoreBatch {
    /** Of one call's applications together; a single application may have more. */
    private static final int BATCH_BYTES = 1024 * 1024;

    private final long firstIndex;
    private final EvaluateBatchRequest.Builder request;
    /** One for each place: the error that is known already, or null for the next result of the call. */
    private final List<Error> known = new ArrayList<>();
    private int bytes;
    private CompletableFuture<EvaluateBatchResponse> answer;

    ScoreBatch(long firstIndex, ScoreOptions options) {
        this.firstIndex = firstIndex;
        request = EvaluateBatchRequest.newBuilder();
        if (options.stage() != Stage.Value.APPLICATION) {
            request.setStage(options.stage());
        }
        if (options.assumeUnsetBarsAbsent()) {
            request.setAssumeUnsetBarsAbsent(true);
        }
        if (options.explain() != Explain.Level.NONE) {
            request.setExplain(options.explain());
        }
    }

    int size() {
        return known.size();
    }

    boolean hasRoom(Application application, int batchSize) {
        return known.isEmpty()
                || known.size() < batchSize && bytes + application.getSerializedSize() <= BATCH_BYTES;
    }

    /** Takes an application, or, where it alone is over the limit, its error. */
    void add(Application application, int maximumBytes) {
        int size = application.getSerializedSize();
        if (size > maximumBytes) {
            known.add(Error.newBuilder()
                    .setCode(GrantdCode.LIMIT_EXCEEDED.number())
                    .setStatus(GrantdCode.LIMIT_EXCEEDED.status())
                    .setMessage("the application has " + size + " bytes, more than the " + maximumBytes + " allowed")
                    .build());
            return;
        }
        bytes += size;
        request.addApplications(application);
        known.add(null);
    }

    void send(GrantdChannel channel, CallOptions options) {
        if (request.getApplicationsCount() == 0) {
            answer = CompletableFuture.completedFuture(EvaluateBatchResponse.getDefaultInstance());
        } else {
            Method<EvaluateBatchResponse> method = Method.EVALUATE_BATCH;
            answer = channel.call(method.descriptor(), request.build(), method.prototype(), options);
        }
        // The request is the call's now.
        request.clear();
    }

    boolean isAnswered() {
        return answer.isDone();
    }

    void cancel() {
        answer.cancel(false);
    }

    /** Waits for the answer, and puts its results where they belong. */
    List<Score> results() throws GrantdException {
        List<EvaluateBatchResult> results = await().getResultsList();
        List<Score> scores = new ArrayList<>(known.size());
        int next = 0;
        for (Error error : known) {
            long index = firstIndex + scores.size();
            if (error != null) {
                scores.add(new Score(index, null, error));
                continue;
            }
            EvaluateBatchResult result = results.get(next++);
            // One of the two it holds: the call looked at that, and at their number.
            scores.add(result.hasAssessment()
                    ? new Score(index, result.getAssessment(), null)
                    : new Score(index, null, result.getError()));
        }
        return scores;
    }

    private EvaluateBatchResponse await() throws GrantdException {
        try {
            return answer.get();
        } catch (ExecutionException error) {
            throw GrantdChannel.asGrantd(error.getCause()).rethrown();
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new GrantdException(GrantdCode.CANCELLED, "the waiting thread was interrupted", error);
        }
    }
}
