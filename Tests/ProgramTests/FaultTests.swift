import JSON
import Posix
import TestKit
import Testing

extension Programs {
    /// Connectors that fail, in every way they know: never a success, always an origin, a type and a sentence.
    struct FaultTests {
        private static let settings = [
            "SWIFTLET_COMMAND_TIMEOUT_SECONDS": "1",
            "SWIFTLET_SOURCE_SILENCE_SECONDS": "1", "SWIFTLET_DESTINATION_STALL_SECONDS": "1",
            "SWIFTLET_CONNECTOR_GRACE_SECONDS": "1",
        ]

        /// What a fault's sentence must say, for a check or a discovery and for a sync.
        private static let sentences: [(fault: String, call: String, sync: String)] = [
            ("exit", "the sky is falling", "the sky is falling"),
            ("no message", "exited with 3 exit code", "non-zero exit code 3"),
            ("garbage", "without an output", "sent no message"),
            ("nothing", "without an output", "sent no message"),
            ("kill", "signal 9", "signal 9"),
            ("hang", "did not answer within 1 seconds", "sent nothing for 1 seconds"),
        ]

        @Test func `a check or a discovery by a connector that fails tells who failed and how`() async throws {
            let installation = try Installation(settings: Self.settings)
            let (program, api) = try await installation.up()
            for (fault, sentence, _) in Self.sentences {
                let source: JSON = [
                    "sourceId": try await api.source("exec:source-faulty", ["fault": .string(fault)])
                ]
                let check = try await api.ask("sources/check_connection", source)
                #expect(check["status"] != "succeeded", "\(fault): \(check)")
                expectFailure(check["jobInfo"]?["failureReason"], sentence, "check, \(fault): \(check)")
                let discovery = try await api.ask("sources/discover_schema", source)
                #expect(discovery["catalog"] == nil)
                #expect(discovery["jobInfo"]?["succeeded"] == false)
                expectFailure(discovery["jobInfo"]?["failureReason"], sentence, "discover, \(fault): \(discovery)")
            }
            #expect(program.attempts.isEmpty)
            #expect(await program.stop() == .exited(0))
            #expect(installation.jobDirectories.isEmpty)
        }

        @Test func `a sync whose source fails is failed, and says who and how`() async throws {
            let installation = try Installation(settings: Self.settings)
            let (program, api) = try await installation.up()
            let destination = try await api.destination(
                "swiftlet/destination-sqlite", ["destination_path": .string("\(installation.directory)/x.db")])
            for (fault, _, sentence) in Self.sentences {
                let source = try await api.source(
                    "exec:source-faulty", ["fault": .string(fault), "during": "read"])
                let connection = try await api.connection(from: source, to: destination, "full_refresh", "append")
                let job = try await api.ended(api.sync(connection))
                #expect(job["job"]?["status"] == "failed", "\(fault): \(job)")
                let summary = job["attempts"]?[0]?["attempt"]?["failureSummary"]
                expectFailure(summary?["failures"]?[0], sentence, "\(fault): \(job)")
            }
            #expect(await program.stop() == .exited(0))
            #expect(installation.jobDirectories.isEmpty)
        }

        @Test func `12: a sync whose destination fails is failed, and says who and how`() async throws {
            let installation = try Installation(settings: Self.settings)
            let (program, api) = try await installation.up()
            // More than fits into a pipe, so that a destination that stops reading is noticed.
            let source = try await api.source("exec:source-numbers", ["records": 50_000, "page": 10_000])
            let faults = [
                ("exit", "disk full"), ("leave", "before it had read everything"), ("kill", "signal 9"),
                ("keep states", "did not acknowledge"), ("hang", "neither read nor said anything"),
            ]
            for (fault, sentence) in faults {
                let destination = try await api.destination("exec:destination-faulty", ["fault": .string(fault)])
                let connection = try await api.connection(from: source, to: destination)
                let job = try await api.ended(api.sync(connection))
                #expect(job["job"]?["status"] == "failed", "\(fault): \(job)")
                let failure = job["attempts"]?[0]?["attempt"]?["failureSummary"]?["failures"]?[0]
                expectFailure(failure, sentence, "\(fault): \(job)", origins: ["destination"])
            }
            #expect(await program.stop() == .exited(0))
        }

        @Test func `a connector that is not there is told in a sentence, at every step`() async throws {
            let connectors = try Installation().directory
            let directory = "\(connectors)-connectors"
            try Directory.create(directory)
            defer { try? Directory.remove(directory) }
            let original = try SecureFile.read("\(Installation.connectors)/source-faulty", limit: 1 << 20)
            try SecureFile.write(original, to: "\(directory)/source-passing", mode: 0o755)
            let installation = try Installation(
                settings: ["SWIFTLET_CONNECTOR_PATH": directory, "SWIFTLET_CONTAINER_ENGINE": "none"])
            let (program, api) = try await installation.up()
            let missing: [(image: String, sentence: String)] = [
                ("exec:source-missing", "There is no executable file source-missing"),
                ("exec:../../bin/sh", "without a slash"),
                ("swiftlet/source-missing", "source-missing"),
                ("pypi:requests", "requests"),
                ("airbyte/source-missing", "Container images are off"),
            ]
            for (image, sentence) in missing {
                let answer = try await api.post(
                    "source_definitions/create_custom",
                    [
                        "workspaceId": api.workspace(),
                        "sourceDefinition": [
                            "name": "x", "dockerRepository": .string(image), "dockerImageTag": "1.0.0",
                            "documentationUrl": "",
                        ],
                    ])
                #expect(answer.status == 422)
                #expect(answer["message"]?.stringValue?.contains(sentence) == true, "\(image): \(answer.body)")
            }
            let source = try await api.source("exec:source-passing", ["fault": "none"])
            let destination = try await api.destination(
                "swiftlet/destination-sqlite", ["destination_path": .string("\(installation.directory)/x.db")])
            let connection = try await api.connection(from: source, to: destination, "full_refresh", "append")
            try Directory.remove("\(directory)/source-passing")
            let sentence = "There is no executable file source-passing"
            let check = try await api.ask("sources/check_connection", ["sourceId": source])
            #expect(check["status"] != "succeeded")
            expectFailure(check["jobInfo"]?["failureReason"], sentence, "\(check)")
            let job = try await api.ended(api.sync(connection))
            #expect(job["job"]?["status"] == "failed")
            expectFailure(
                job["attempts"]?[0]?["attempt"]?["failureSummary"]?["failures"]?[0], sentence, "\(job)")
            #expect(await program.stop() == .exited(0))
        }

        @Test func `a package that pip cannot install is told in pip's words and leaves nothing`() async throws {
            // An index that nobody serves: pip fails at once, on any machine.
            let installation = try Installation(settings: [
                "PIP_INDEX_URL": "http://127.0.0.1:1/simple", "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1",
            ])
            let (program, api) = try await installation.up()
            let answer = try await api.post(
                "source_definitions/create_custom",
                [
                    "workspaceId": api.workspace(),
                    "sourceDefinition": [
                        "name": "x", "dockerRepository": "pypi:airbyte-source-swiftlet-has-none",
                        "dockerImageTag": "1.0.0", "documentationUrl": "",
                    ],
                ])
            #expect(answer.status == 422)
            let message = answer["message"]?.stringValue ?? ""
            #expect(message.contains("airbyte-source-swiftlet-has-none"), "\(message)")
            #expect(message.contains("No matching distribution found"), "\(message)")
            let left = ((try? Directory.entries("\(installation.data)/venvs")) ?? []).filter { !$0.hasPrefix(".lock-") }
            #expect(left.isEmpty)
            #expect(await program.stop() == .exited(0))
        }

        private func expectFailure(
            _ failure: JSON?, _ sentence: String, _ comment: String,
            origins: Set<String> = ["source", "destination", "airbyte_platform", "replication"],
            location: SourceLocation = #_sourceLocation
        ) {
            let message = failure?["externalMessage"]?.stringValue ?? ""
            let told = message + (failure?["internalMessage"]?.stringValue ?? "")
            #expect(told.contains(sentence), "\(comment)", sourceLocation: location)
            #expect(!message.isEmpty, "\(comment)", sourceLocation: location)
            let origin = failure?["failureOrigin"]?.stringValue ?? ""
            #expect(origins.contains(origin), "\(comment)", sourceLocation: location)
            let types = ["config_error", "system_error", "transient_error", "heartbeat_timeout", "destination_timeout"]
            let type = failure?["failureType"]?.stringValue ?? ""
            #expect(types.contains(type), "\(comment)", sourceLocation: location)
        }
    }
}
