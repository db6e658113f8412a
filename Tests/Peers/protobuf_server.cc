// epoll + C++ protobuf: the loop of *hand*, with generated messages for meta, request and reply.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#include "brpc/rpc_meta.pb.h"
#include "rules.h"

namespace {

const peers::Rules *rules;
// Used again for each call, so that their memory is.
brpc::policy::RpcMeta meta;
brpc::policy::RpcMeta replyMeta;
grantd::v1::EvaluateRequest request;
grantd::v1::EvaluateBatchRequest batchRequest;
grantd::v1::Assessment assessment;
grantd::v1::EvaluateBatchResponse batchResponse;

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

bool answer(const frame *frame, buffer *reply) {
    if (!meta.ParseFromArray(frame->meta, static_cast<int>(frame->meta_count))) return false;
    if (meta.request().service_name() != "grantd.v1.Calculator") return false;
    const std::string &method = meta.request().method_name();
    const int size = static_cast<int>(frame->payload_count);
    if (method == "Evaluate") {
        assessment.Clear();
        return request.ParseFromArray(frame->payload, size) && rules->evaluate(request, &assessment)
            && append(assessment, reply);
    }
    if (method == "EvaluateBatch") {
        batchResponse.Clear();
        return batchRequest.ParseFromArray(frame->payload, size) && rules->evaluate(batchRequest, &batchResponse)
            && append(batchResponse, reply);
    }
    return false;
}

}  // namespace

int main(int count, char **arguments) {
    const peers::Rules made(count == 2 ? arguments[1] : nullptr);
    rules = &made;
    return serve(answer);
}
