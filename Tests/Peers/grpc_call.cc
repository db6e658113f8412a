// Makes gRPC calls one after the other. Each line of standard input is a method's path and a request's bytes as hexadecimal
// digits; each line of standard output is the reply's bytes, or the status of a call that failed.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

namespace {

std::string unhex(const std::string &digits) {
    std::string bytes;
    for (size_t index = 0; index + 1 < digits.size(); index += 2) {
        bytes.push_back(static_cast<char>(std::stoi(digits.substr(index, 2), nullptr, 16)));
    }
    return bytes;
}

void printHex(const grpc::ByteBuffer &reply) {
    std::vector<grpc::Slice> slices;
    if (!reply.Dump(&slices).ok()) return;
    for (const grpc::Slice &slice : slices) {
        for (size_t index = 0; index < slice.size(); index++) std::printf("%02x", slice.begin()[index]);
    }
}

}  // namespace

int main(int count, char **arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: grpc_call HOST:PORT\n");
        return 2;
    }
    grpc::ChannelArguments options;
    options.SetMaxReceiveMessageSize(16 << 20);
    grpc::GenericStub stub(grpc::CreateCustomChannel(arguments[1], grpc::InsecureChannelCredentials(), options));
    grpc::CompletionQueue queue;
    std::string method, digits;
    while (std::cin >> method) {
        std::getline(std::cin, digits);
        digits.erase(0, digits.find_first_not_of(' '));
        const grpc::Slice bytes(unhex(digits));
        const grpc::ByteBuffer request(&bytes, 1);
        grpc::ClientContext context;
        grpc::ByteBuffer reply;
        grpc::Status status;
        auto reader = stub.PrepareUnaryCall(&context, method, request, &queue);
        reader->StartCall();
        reader->Finish(&reply, &status, nullptr);
        void *tag;
        bool isGood;
        if (!queue.Next(&tag, &isGood)) return 1;
        if (status.ok()) {
            printHex(reply);
        } else {
            std::printf("status %d", static_cast<int>(status.error_code()));
        }
        std::printf("\n");
        std::fflush(stdout);
    }
    return 0;
}
