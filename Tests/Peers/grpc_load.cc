// Puts a load of gRPC calls on a server: every connection keeps so many calls in flight, one thread on one completion
// queue. Requests and replies are bytes to it, so that the generator costs less than the server.
//
// Two files: the method's path (`/grantd.v1.Calculator/Evaluate`), and the request's bytes.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "load.h"

namespace {

load theLoad;
measurement theMeasurement;
bool isMeasuring = false;

/// One of the calls that a connection keeps in flight.
class Lane {
public:
    Lane(grpc::GenericStub *stub, grpc::CompletionQueue *queue, const std::string &method, const grpc::ByteBuffer &request)
        : stub_(stub), queue_(queue), method_(method), request_(request) {}

    void send() {
        sentAt_ = now();
        reader_.reset();
        context_.emplace();
        reader_ = stub_->PrepareUnaryCall(&*context_, method_, request_, queue_);
        reader_->StartCall();
        reader_->Finish(&reply_, &status_, this);
    }

    /// Whether the call was answered, which is counted.
    bool finish() {
        if (!status_.ok()) {
            std::fprintf(stderr, "%s:%s: %s\n", theLoad.host, theLoad.port, status_.error_message().c_str());
            return false;
        }
        theMeasurement.calls++;
        if (isMeasuring && theLoad.depth == 1 && theLoad.connections == 1) {
            note_latency(&theMeasurement, now() - sentAt_);
        }
        return true;
    }

private:
    grpc::GenericStub *stub_;
    grpc::CompletionQueue *queue_;
    const std::string &method_;
    const grpc::ByteBuffer &request_;
    std::optional<grpc::ClientContext> context_;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
    grpc::ByteBuffer reply_;
    grpc::Status status_;
    int64_t sentAt_ = 0;
};

std::string read(const char *path) {
    size_t count;
    uint8_t *bytes = read_file(path, &count);
    std::string text(reinterpret_cast<char *>(bytes), count);
    std::free(bytes);
    return text;
}

}  // namespace

int main(int count, char **arguments) {
    theLoad = read_load(count, arguments);
    if (theLoad.file_count != 2) return 2;
    const std::string method = read(theLoad.files[0]);
    const grpc::Slice bytes(read(theLoad.files[1]));
    const grpc::ByteBuffer request(&bytes, 1);
    const std::string target = std::string(theLoad.host) + ":" + theLoad.port;

    grpc::CompletionQueue queue;
    std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
    std::vector<std::unique_ptr<Lane>> lanes;
    for (int index = 0; index < theLoad.connections; index++) {
        grpc::ChannelArguments options;
        // A connection of its own for each channel.
        options.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        options.SetMaxReceiveMessageSize(16 << 20);
        stubs.push_back(std::make_unique<grpc::GenericStub>(
            grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), options)));
        for (int lane = 0; lane < theLoad.depth; lane++) {
            lanes.push_back(std::make_unique<Lane>(stubs.back().get(), &queue, method, request));
            lanes.back()->send();
        }
    }
    const int64_t start = now() + 500000000;
    const int64_t end = start + static_cast<int64_t>(theLoad.seconds * 1e9);
    void *tag;
    bool isGood;
    while (queue.Next(&tag, &isGood)) {
        auto *lane = static_cast<Lane *>(tag);
        if (!lane->finish()) return 1;
        const int64_t time = now();
        if (!isMeasuring && time >= start) {
            isMeasuring = true;
            begin_measurement(&theMeasurement, &theLoad);
        }
        if (time >= end) break;
        lane->send();
    }
    print_report(&theMeasurement, &theLoad);
    std::fflush(stdout);
    // The calls in flight would have to be waited for.
    std::_Exit(0);
}
