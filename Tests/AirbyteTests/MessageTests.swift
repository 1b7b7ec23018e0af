import Airbyte
import JSON
import TestKit
import Testing

@Suite("Reading messages")
struct MessageTests {
    @Test(.proves("1.1-unknown")) func `a state keeps what nobody here knows`() throws {
        let text =
            #"{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"a","x":1},"stream_state":{"n":12345678901234567890}},"news":[1.0]}}"#
        guard case .state(var state) = read(.state, text) else { throw Unexpected() }
        #expect(state.kind == .stream(StreamDescriptor(name: "a")))
        state.id = 7
        state.fillSourceRecordCount(3)
        state.rename(to: StreamDescriptor(name: "p_a", namespace: "n"))
        #expect(
            state.message.text
                == #"{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"p_a","x":1,"namespace":"n"},"stream_state":{"n":12345678901234567890}},"news":[1.0],"id":7,"sourceStats":{"recordCount":3.0}}}"#
        )
        state.rename(to: StreamDescriptor(name: "a"))
        #expect(
            state.connectionState
                == .stream([
                    StreamState(
                        descriptor: StreamDescriptor(name: "a"),
                        state: ["n": .number(JSONNumber(grammatical: "12345678901234567890"))])
                ]))
    }

    @Test func `the source's own count is kept`() throws {
        guard
            case .state(var state) = read(
                .state,
                #"{"type":"STATE","state":{"type":"GLOBAL","global":{"stream_states":[]},"sourceStats":{"recordCount":9.0}}}"#
            )
        else { throw Unexpected() }
        state.fillSourceRecordCount(3)
        #expect(state.sourceRecordCount == 9)
    }

    @Test(.proves("1.4-kinds")) func `a state without a type is an old one`() throws {
        guard case .state(let state) = read(.state, #"{"type":"STATE","state":{"data":{"c":1}}}"#) else {
            throw Unexpected()
        }
        #expect(state.kind == .legacy)
        #expect(state.connectionState == .legacy(["c": 1]))
    }

    @Test func `messages that lack what their type must have are no messages`() {
        #expect(read(.state, #"{"type":"STATE","state":{"type":"STREAM"}}"#) == nil)
        #expect(read(.log, #"{"type":"LOG","log":{"level":"INFO"}}"#) == nil)
        #expect(read(.trace, #"{"type":"TRACE","trace":{"type":"ERROR"}}"#) == nil)
        #expect(read(.control, #"{"type":"CONTROL","control":{"type":"CONNECTOR_CONFIG"}}"#) == nil)
        #expect(read(.connectionStatus, #"{"type":"CONNECTION_STATUS","connectionStatus":{"status":"MAYBE"}}"#) == nil)
        #expect(read(.spec, #"{"type":"SPEC","spec":{}}"#) == nil)
        #expect(read(.catalog, #"{"type":"CATALOG","catalog":{}}"#) == nil)
        let objects = #"{"type":"DESTINATION_CATALOG","destination_catalog":{"operations":[{"sync_mode":"append"}]}}"#
        #expect(read(.destinationCatalog, objects) == nil)
    }

    @Test(.proves("1.6-error")) func `an error without a failure type is a system error`() throws {
        let text =
            #"{"type":"TRACE","trace":{"type":"ERROR","emitted_at":12.7,"error":{"message":"no","stream_descriptor":{"name":"s","namespace":null}}}}"#
        guard case .trace(.error(let error)) = read(.trace, text) else { throw Unexpected() }
        #expect(error.kind == .system)
        #expect(error.stream == StreamDescriptor(name: "s"))
        #expect(error.emittedAt == 12)
    }

    @Test(.proves("1.6-status")) func `a rate limit is told apart from running`() throws {
        let text =
            #"{"type":"TRACE","trace":{"type":"STREAM_STATUS","emitted_at":1,"stream_status":{"stream_descriptor":{"name":"s"},"status":"RUNNING","reasons":[{"type":"RATE_LIMITED","rate_limited":{"quota_reset":99}}]}}}"#
        guard case .trace(.streamStatus(let status)) = read(.trace, text) else { throw Unexpected() }
        #expect(status.isRateLimited)
        #expect(status.quotaReset == 99)
    }

    @Test(arguments: [
        #"{"type":"RECORD","record":{"stream":"a","data":{"ssn":"canary"#,
        #"{ "TYPE" : "record", "record" : {"data":"canary""#,
        #"progress {"type":"RECORD","record":{"data":"canary"}}"#,
        #"{"type":"RECORD","record":{"data":"canary""#,
    ])
    func `what might be a record is not logged`(text: String) {
        let log = Array(text.utf8).withUnsafeBufferPointer { LogMessage(unreadable: $0) }
        #expect(log.level == .warn)
        #expect(!log.message.contains("canary"))
    }

    @Test func `other text is logged as it is, cut at the limit`() {
        let log = Array("hello \(String(repeating: "x", count: 100))".utf8)
            .withUnsafeBufferPointer { LogMessage(unreadable: $0, limit: 8) }
        #expect(log == LogMessage(.info, "hello xx"))
    }

    @Test(.proves("1.13-state-file")) func `a state file reads back as it was written`() {
        let states: [ConnectionState] = [
            .empty, .legacy(["a": 1]),
            .stream([StreamState(descriptor: StreamDescriptor(name: "a", namespace: "n"), state: ["c": 2])]),
            .global(shared: ["lsn": 5], [StreamState(descriptor: StreamDescriptor(name: "a"), state: ["c": 2])]),
        ]
        for state in states { #expect(ConnectionState(file: state.file) == state) }
    }

    @Test(.proves("1.4-scope")) func `a newer stream state replaces its own stream alone`() {
        func state(_ name: String, _ value: JSON?) -> StreamState {
            StreamState(descriptor: StreamDescriptor(name: name), state: value)
        }
        let old = ConnectionState.stream([state("a", 1), state("b", 2)])
        #expect(
            old.merging(.stream([state("b", 3), state("c", nil)]))
                == .stream([state("a", 1), state("b", 3), state("c", nil)]))
        #expect(old.merging(.global(shared: 1, [])) == .global(shared: 1, []))
        #expect(ConnectionState.empty.merging(old) == old)
    }

    private struct Unexpected: Error {}

    private func read(_ kind: Envelope.Kind, _ text: String) -> Message? {
        Array(text.utf8).withUnsafeBufferPointer { Message.read(kind, $0) }
    }
}
