// gRPC C++: the same rules behind its asynchronous service, one thread on one completion queue.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/arena.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "grantd/v1/calculator.grpc.pb.h"
#include "rules.h"

namespace {

using Service = grantd::v1::Calculator::AsyncService;

/// A call from its acceptance to its answer, then the next one.
class PendingCall {
public:
    virtual ~PendingCall() = default;
    /// Goes on; the completion queue has got back what was asked for.
    virtual void proceed(bool isGood) = 0;
};

template <typename Request, typename Reply>
class PendingCallOf final : public PendingCall {
public:
    /// How the service is asked for the next call.
    using Accept = void (Service::*)(
        grpc::ServerContext *, Request *, grpc::ServerAsyncResponseWriter<Reply> *, grpc::CompletionQueue *,
        grpc::ServerCompletionQueue *, void *);

    PendingCallOf(Service *service, grpc::ServerCompletionQueue *queue, const peers::Rules *rules, Accept accept)
        : service_(service), queue_(queue), rules_(rules), accept_(accept), arena_(options()) {
        this->accept();
    }

    void proceed(bool isGood) override {
        if (isAccepting_ && isGood) {
            isAccepting_ = false;
            if (rules_->evaluate(*request_, reply_)) {
                writer_->Finish(*reply_, grpc::Status::OK, this);
            } else {
                writer_->FinishWithError(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "not served here"), this);
            }
        } else {
            this->accept();
        }
    }

private:
    void accept() {
        isAccepting_ = true;
        writer_.reset();
        context_.emplace();
        writer_.emplace(&*context_);
        arena_.Reset();
        request_ = google::protobuf::Arena::CreateMessage<Request>(&arena_);
        reply_ = google::protobuf::Arena::CreateMessage<Reply>(&arena_);
        (service_->*accept_)(&*context_, request_, &*writer_, queue_, queue_, this);
    }

    google::protobuf::ArenaOptions options() {
        google::protobuf::ArenaOptions options;
        options.initial_block = memory_;
        options.initial_block_size = sizeof memory_;
        options.max_block_size = 1 << 20;
        return options;
    }

    Service *service_;
    grpc::ServerCompletionQueue *queue_;
    const peers::Rules *rules_;
    Accept accept_;
    bool isAccepting_ = true;
    std::optional<grpc::ServerContext> context_;
    std::optional<grpc::ServerAsyncResponseWriter<Reply>> writer_;
    // One application's messages fit into the first block; those of a batch take larger ones.
    char memory_[8 << 10];
    google::protobuf::Arena arena_;
    Request *request_ = nullptr;
    Reply *reply_ = nullptr;
};

}  // namespace

int main(int count, char **arguments) {
    const peers::Rules rules(count == 2 ? arguments[1] : nullptr);
    Service service;
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.SetMaxReceiveMessageSize(4 << 20);
    // One thread serves; the library's own help it as little as they may.
    builder.SetResourceQuota(grpc::ResourceQuota().SetMaxThreads(2));
    builder.RegisterService(&service);
    const std::unique_ptr<grpc::ServerCompletionQueue> queue = builder.AddCompletionQueue();
    const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
    if (!server) return 1;

    using Evaluate = PendingCallOf<grantd::v1::EvaluateRequest, grantd::v1::Assessment>;
    using EvaluateBatch = PendingCallOf<grantd::v1::EvaluateBatchRequest, grantd::v1::EvaluateBatchResponse>;
    // As many as any of the loads has in flight.
    std::vector<std::unique_ptr<PendingCall>> calls;
    for (int index = 0; index < 256; index++) {
        calls.push_back(std::make_unique<Evaluate>(&service, queue.get(), &rules, &Service::RequestEvaluate));
    }
    for (int index = 0; index < 8; index++) {
        calls.push_back(std::make_unique<EvaluateBatch>(&service, queue.get(), &rules, &Service::RequestEvaluateBatch));
    }
    std::printf("listening on 127.0.0.1:%d\n", port);
    std::fflush(stdout);

    void *tag;
    bool isGood;
    while (queue->Next(&tag, &isGood)) static_cast<PendingCall *>(tag)->proceed(isGood);
    return 0;
}
