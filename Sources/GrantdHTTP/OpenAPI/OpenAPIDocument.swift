//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
package import GrantdPolicy
internal import GrantdSchema
internal import GrantdService

/// The HTTP interface of the daemon as OpenAPI 3.1 describes it (https://spec.openapis.org/oas/v3.1.0), made from what is
/// loaded: every method, every measure's facts, every operator's page.
package struct OpenAPIDocument {
    /// Whom the daemon answers.
    package struct Access: Sendable {
        /// Whether calls must carry a token.
        package var asksForTokens: Bool
        /// Whether operators' pages need none.
        package var isOperationPublic: Bool

        package init(asksForTokens: Bool, isOperationPublic: Bool) {
            self.asksForTokens = asksForTokens
            self.isOperationPublic = isOperationPublic
        }
    }

    private typealias Members = [(name: String, value: JSONNode)]

    /// The document's bytes.
    package let bytes: [UInt8]

    package init(_ policies: PolicySet, _ access: Access) {
        let outline = SchemaOutline(policies.schema)
        let components = SchemaComponents(outline, policies)
        var paths: Members = []
        for call in outline.calls {
            guard let method = Method.allCases.first(where: { Self.isServed($0, call) }) else { continue }
            paths.append(("/\(call.service)/\(call.name)", Self.path(method, call, components, access)))
        }
        paths.append(("/grpc.health.v1.Health/Check", Self.healthPath))
        for operation in Route.Operation.allCases {
            paths.append((operation.rawValue, Self.path(operation, access)))
        }
        var security: Members = []
        if access.asksForTokens {
            security.append(
                (
                    "securitySchemes",
                    .object([
                        ("bearer", .object([("type", .text("http")), ("scheme", .text("bearer"))])),
                        ("basic", .object([("type", .text("http")), ("scheme", .text("basic"))])),
                    ])
                )
            )
        }
        let document = JSONNode.object(
            [
                ("openapi", .text("3.1.0")), ("info", Self.info),
                ("servers", .list([.object([("url", .text("/"))])])), ("tags", Self.tags),
                ("paths", .object(paths)),
                (
                    "components",
                    .object(
                        [
                            ("schemas", .object(components.all + Self.ownSchemas)),
                            ("responses", .object([("Error", Self.errorResponse), ("PlainError", Self.plainError)])),
                        ] + security
                    )
                ),
            ] + (access.asksForTokens ? [("security", Self.anyToken)] : [])
        )
        let writer = ByteWriter(limit: 64 << 20)
        document.write(into: writer)
        self.bytes = withExtendedLifetime(writer) { Array(writer.bytes) }
    }

    private static func isServed(_ method: Method, _ call: SchemaOutline.Call) -> Bool {
        "\(method.entry.service)" == call.service && "\(method.entry.name)" == call.name
    }

    private static let anyToken = JSONNode.list([
        .object([("bearer", .list([]))]), .object([("basic", .list([]))]),
    ])
    private static let noToken = JSONNode.list([])

    private static let info = JSONNode.object([
        ("title", .text("grantd")), ("version", .text(EngineVersion.current)),
        (
            "description",
            .text(
                """
                grantd 依据北京市公开文件回答：某申请人能否获得某项支持、金额多少、依据哪一条；暂时无法判断时，还缺哪些事实。

                grantd answers whether an applicant may have a measure's support, how much and under which clause, and which facts \
                are missing where nobody can say yet. Calls follow the Connect protocol (unary): POST with \
                `content-type: application/json` or `application/proto`, or GET with the request in the address. \
                `connect-timeout-ms` says how long the caller waits. Names of fields are taken as in the .proto and in lower camel \
                case; 64-bit numbers as numbers or in strings, and they are written in strings.
                """
            )
        ),
        ("license", .object([("name", .text("Apache-2.0")), ("identifier", .text("Apache-2.0"))])),
    ])

    private static let tags: JSONNode = {
        let tags: [(name: String, description: String)] = [
            ("grantd.v1.Calculator", "测算 · what support an applicant may have"),
            ("grantd.v1.Catalogue", "政策目录 · which measures there are, and what they ask for"),
            ("grantd.v1.Awards", "支持台账 · the book of awards, for agencies"),
            ("grantd.v1.RenewablesAuction", "新能源机制电价竞价 · the yearly auction for wind and solar power"),
            ("grpc.health.v1.Health", "服务状态 · whether the daemon serves"),
            ("operation", "运行维护 · for operators and for makers of clients"),
        ]
        return .list(tags.map { .object([("name", .text($0.name)), ("description", .text($0.description))]) })
    }()

    // MARK: - Calls

    private static func path(
        _ method: Method,
        _ call: SchemaOutline.Call,
        _ components: SchemaComponents,
        _ access: Access
    ) -> JSONNode {
        self.path(
            method,
            request: SchemaComponents.reference(components.requestName(call.request)),
            reply: SchemaComponents.reference(call.reply),
            comment: call.comment,
            security: []
        )
    }

    private static let healthPath = Self.path(
        .healthCheck,
        request: SchemaComponents.reference("grpc.health.v1.HealthCheckRequest"),
        reply: SchemaComponents.reference("grpc.health.v1.HealthCheckResponse"),
        comment:
            "The empty name asks for the daemon as a whole, a service's name for that service. Never needs a token.",
        security: [("security", Self.noToken)]
    )

    private static func path(
        _ method: Method,
        request: JSONNode,
        reply: JSONNode,
        comment: String,
        security: Members
    ) -> JSONNode {
        let service = "\(method.entry.service)"
        let name = "\(service.split(separator: ".").last ?? "")_\(method.entry.name)"
        let answer = JSONNode.object([
            ("description", .text("成功 · the answer")),
            (
                "content",
                .object([
                    ("application/json", .object([("schema", reply)])), ("application/proto", .object([])),
                ])
            ),
        ])
        let responses = JSONNode.object(
            [("200", answer)] + self.errorStatuses.map { ($0, self.error) } + [("default", self.error)]
        )
        let head: Members = [("tags", .texts([service])), ("summary", .text("\(method.entry.summary)"))]
        let description: Members = comment.isEmpty ? [] : [("description", .text(comment))]
        let body = JSONNode.object([
            ("required", .bool(true)),
            (
                "content",
                .object([
                    ("application/json", .object([("schema", request)])), ("application/proto", .object([])),
                ])
            ),
        ])
        let parameters = JSONNode.list([
            self.parameter(
                "encoding",
                required: true,
                [("schema", .object([("type", .text("string")), ("enum", .texts(["json"]))]))]
            ),
            self.parameter(
                "message",
                required: true,
                [("content", .object([("application/json", .object([("schema", request)]))]))]
            ),
            self.parameter(
                "connect",
                required: false,
                [("schema", .object([("type", .text("string")), ("enum", .texts(["v1"]))]))]
            ),
        ])
        let post: Members = [
            (
                "post",
                .object(
                    head + [("operationId", .text(name))] + description + [
                        ("requestBody", body), ("responses", responses),
                    ]
                        + security
                )
            )
        ]
        let get: Members = [
            (
                "get",
                .object(
                    head + [("operationId", .text(name + "_get"))] + description
                        + [("parameters", parameters), ("responses", responses)] + security
                )
            )
        ]
        return .object(method.entry.hasSideEffects ? post : post + get)
    }

    private static func parameter(_ name: String, required: Bool, _ members: Members) -> JSONNode {
        .object([("name", .text(name)), ("in", .text("query")), ("required", .bool(required))] + members)
    }

    private static let errorStatuses = ["400", "401", "403", "404", "405", "415", "429", "500", "501", "503", "504"]
    private static let error = JSONNode.object([("$ref", .text("#/components/responses/Error"))])

    // MARK: - Operators

    private static func path(_ operation: Route.Operation, _ access: Access) -> JSONNode {
        let (name, summary, type): (String, String, String) =
            switch operation {
            case .alive: ("healthz", "进程是否存活 · Whether the daemon is alive", "text/plain")
            case .ready: ("readyz", "是否可以接收请求 · Whether it takes calls", "text/plain")
            case .metrics: ("metrics", "运行指标（Prometheus 文本格式） · Counters in Prometheus' text format", "text/plain")
            case .openAPI: ("openapi", "本接口说明 · This description", "application/json")
            case .schema:
                ("schema", "全部消息的描述符 · The descriptors of all messages", "application/x-protobuf")
            }
        var responses: Members = [
            (
                "200",
                .object([
                    ("description", .text("成功 · the answer")),
                    ("content", .object([(type, .object(type == "text/plain" ? [("schema", self.plainText)] : []))])),
                ])
            )
        ]
        if operation == .openAPI || operation == .schema {
            responses.append(("304", .object([("description", .text("未变更 · as the caller has it already"))])))
        }
        let plain = JSONNode.object([("$ref", .text("#/components/responses/PlainError"))])
        responses += ["401", "403", "405", "503"].map { ($0, plain) } + [("default", plain)]
        let isOpen = operation.isForProbes || access.isOperationPublic
        return .object([
            (
                "get",
                .object(
                    [
                        ("tags", .texts(["operation"])), ("summary", .text(summary)), ("operationId", .text(name)),
                        ("responses", .object(responses)),
                    ] + (isOpen ? [("security", self.noToken)] : [])
                )
            )
        ])
    }

    // MARK: - What is not of the contract

    private static let plainText = JSONNode.object([("type", .text("string"))])

    private static let plainError = JSONNode.object([
        ("description", .text("出错 · what is wrong, in words")),
        ("content", .object([("text/plain", .object([("schema", Self.plainText)]))])),
    ])

    /// What is no request of HTTP is told so in plain words: nobody knows what its sender understands.
    private static let errorResponse = JSONNode.object([
        ("description", .text("出错 · what is wrong, in Connect's form")),
        (
            "content",
            .object([
                ("application/json", .object([("schema", SchemaComponents.reference("connect.Error"))])),
                ("text/plain", .object([("schema", Self.plainText)])),
            ])
        ),
    ])

    private static let ownSchemas: Members = {
        func text(_ members: Members = []) -> JSONNode { .object([("type", .text("string"))] + members) }
        func object(_ properties: Members, required: [String], _ more: Members = []) -> JSONNode {
            .object(
                [("type", .text("object")), ("properties", .object(properties)), ("required", .texts(required))] + more
            )
        }
        let violation = object([("field", text()), ("description", text())], required: ["field", "description"])
        let detail = object(
            [
                ("type", text()), ("value", text([("contentEncoding", .text("base64"))])),
                (
                    "debug",
                    object(
                        [("fieldViolations", .object([("type", .text("array")), ("items", violation)]))],
                        required: ["fieldViolations"]
                    )
                ),
            ],
            required: ["type", "value"]
        )
        let codes = GRPCStatus.allCases.map { "\(ConnectCode($0).name)" }.sorted()
        let error = object(
            [
                ("code", text([("enum", .texts(codes))])), ("message", text()),
                ("details", .object([("type", .text("array")), ("items", detail)])),
            ],
            required: ["code", "message"],
            [("description", .text("出错的原因；字段有误时指明字段 · why there is no answer, and the field where one is wrong"))]
        )
        let service: JSONNode = .object([
            ("type", .texts(["string", "null"])), ("pattern", .text(#"^[^\u0000]*$"#)),
            ("description", .text("A service's full name; empty asks for the daemon as a whole.")),
        ])
        return [
            ("connect.Error", error),
            (
                "grpc.health.v1.HealthCheckRequest",
                .object([
                    ("type", .text("object")), ("properties", .object([("service", service)])),
                    ("additionalProperties", .bool(false)),
                ])
            ),
            (
                "grpc.health.v1.HealthCheckResponse",
                object(
                    [("status", text([("enum", .texts(["SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"]))]))],
                    required: ["status"]
                )
            ),
        ]
    }()
}
