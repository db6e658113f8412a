// epoll + C++ protobuf: the loop of *hand*, with generated messages for meta, request and reply.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/arena.h>

#include "brpc/rpc_meta.pb.h"
#include "rules.h"

namespace {

const peers::Rules *rules;
// Used again for each call, so that their memory is. A batch's would not be: clearing a oneof gives its message back.
brpc::policy::RpcMeta meta;
brpc::policy::RpcMeta replyMeta;
grantd::v1::EvaluateRequest request;
grantd::v1::Assessment assessment;
/// The memory of a batch's messages, up to so many bytes.
char batchMemory[8 << 20];

/// Appends a whole reply.
bool append(const google::protobuf::Message &answer, buffer *reply) {
    replyMeta.Clear();
    replyMeta.mutable_response()->set_error_code(0);
    replyMeta.set_correlation_id(meta.correlation_id());
    const size_t metaSize = replyMeta.ByteSizeLong();
    const size_t size = answer.ByteSizeLong();
    uint8_t *start = buffer_room(reply, header_size + metaSize + size);
    write_header(start, metaSize, size);
    uint8_t *end = replyMeta.SerializeWithCachedSizesToArray(start + header_size);
    end = answer.SerializeWithCachedSizesToArray(end);
    reply->count += static_cast<size_t>(end - start);
    return true;
}

bool answerBatch(const frame *frame, buffer *reply) {
    google::protobuf::ArenaOptions options;
    options.initial_block = batchMemory;
    options.initial_block_size = sizeof batchMemory;
    google::protobuf::Arena arena(options);
    auto *batch = google::protobuf::Arena::CreateMessage<grantd::v1::EvaluateBatchRequest>(&arena);
    auto *response = google::protobuf::Arena::CreateMessage<grantd::v1::EvaluateBatchResponse>(&arena);
    return batch->ParseFromArray(frame->payload, static_cast<int>(frame->payload_count))
        && rules->evaluate(*batch, response) && append(*response, reply);
}

bool answer(const frame *frame, buffer *reply) {
    if (!meta.ParseFromArray(frame->meta, static_cast<int>(frame->meta_count))) return false;
    if (meta.request().service_name() != "grantd.v1.Calculator") return false;
    const std::string &method = meta.request().method_name();
    if (method == "Evaluate") {
        assessment.Clear();
        return request.ParseFromArray(frame->payload, static_cast<int>(frame->payload_count))
            && rules->evaluate(request, &assessment) && append(assessment, reply);
    }
    return method == "EvaluateBatch" && answerBatch(frame, reply);
}

}  // namespace

int main(int count, char **arguments) {
    const peers::Rules made(count == 2 ? arguments[1] : nullptr);
    rules = &made;
    return serve(answer);
}
