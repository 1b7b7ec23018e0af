import Glibc
import Launcher
import Posix
import TestKit
import Testing

@Suite("Running an attempt", .timeLimit(.minutes(3)))
struct AttemptTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `a connector gets three descriptors and no more`() async throws {
        let (events, _) = try await bench.outcome(of: "shell exec ls /proc/self/fd")
        // `ls` itself opens the fourth: the directory it lists.
        #expect(events.dropFirst().prefix { !$0.hasPrefix("errors") } == ["0", "1", "2", "3"])
    }

    @Test(.proves("1.13-environment")) func `a connector gets the variables on the list and no secret of the worker`()
        async throws
    {
        let worker = Environment([
            "PATH": "/usr/bin:/bin", "HTTPS_PROXY": "http://proxy:1", "DATABASE_URL": "postgres://canary",
            "SWIFTLET_KEY": "canary", "PIP_INDEX_URL": "https://canary", "AWS_SECRET_ACCESS_KEY": "canary",
        ])
        let (events, end) = try await bench.outcome(of: "env", environment: worker)
        let variables = events.filter { $0.contains("=") }.sorted()
        #expect(
            variables == [
                "DATA_CHANNEL_FORMAT=JSONL", "DATA_CHANNEL_MEDIUM=STDIO", "DEPLOYMENT_MODE=OSS", "EXTRA=yes",
                "HOME=\(bench.jobDirectory)", "HTTPS_PROXY=http://proxy:1", "LANG=C.UTF-8", "PATH=/usr/bin:/bin",
                "SWIFTLET_ATTEMPT=\(bench.mark.attempt)", "SWIFTLET_OWNER=\(bench.mark.owner)",
                "TMPDIR=\(bench.jobDirectory)/tmp", "USE_FILE_TRANSFER=false", "USE_STREAM_CAPABLE_STATE=true",
                "WORKER_CONNECTOR_IMAGE=exec:fixture:dev", "WORKER_JOB_ATTEMPT=2", "WORKER_JOB_ID=7",
            ])
        #expect(end.reason == .done)
        #expect(LaunchEnvironment.attempt(from: worker)["SWIFTLET_KEY"] == nil)
        #expect(LaunchEnvironment.attempt(from: worker)["DATABASE_URL"] == nil)
    }

    @Test func `files are the owner's alone and gone afterwards`() async throws {
        let (events, _) = try await bench.outcome(of: "file pwd; mkdir -m 0 locked; echo x > tmp/x")
        #expect(events.dropFirst().prefix(3) == ["600", "700", bench.jobDirectory])
        #expect(!Directory.exists(bench.jobDirectory))
    }

    @Test(.proves("1.14-stderr")) func `a flood on standard error neither blocks nor is kept whole`() async throws {
        let script = "yes 'a line of an error' | head -n 200000 >&2; echo through"
        let (events, _) = try await bench.outcome(of: "shell \(script)")
        #expect(events.dropFirst() == ["through", "errors 200000 65536", "exit exit code 0 cancelled false"])
    }

    @Test func `events that nobody takes hold the attempt up and come in order when taken`() async throws {
        let host = try await bench.start("flood 400")
        var next = 0
        for await event in host.events {
            let text = String(decoding: event.prefix { $0 != 32 }, as: UTF8.self)
            if text.hasPrefix("guard") { continue }
            #expect(text == "\(next)")
            next += 1
        }
        #expect(next == 400)
        #expect(await host.finished().reason == .done)
    }

    @Test func `an attempt whose events nobody takes waits, and can be killed`() async throws {
        let host = try await bench.start("flood 400")
        var guardPid: Int32 = 0
        for await event in host.events {
            guardPid = Int32(String(decoding: event.dropFirst(6), as: UTF8.self)) ?? 0
            break
        }
        // 20 MB do not fit into the pipe, so it cannot have ended.
        #expect(ProcessStatus(pid: guardPid)?.isGone == false)
        host.kill()
        #expect(await host.finished().exit == .signalled(9))
    }

    @Test func `a large plan arrives whole`() async throws {
        let filler = String(repeating: "# filler\n", count: 300_000)
        let path = "\(bench.dataDirectory)/script"
        try SecureFile.write(Array("echo from a file".utf8), to: path)
        // An argument list could not hold it: only the plan's first line is the connector's.
        let (events, _) = try await bench.outcome(of: "answer-\(filler)")
        #expect(events.count == 1)
        let (more, end) = try await Bench().outcome(of: "throw \(filler)")
        #expect(more.count == 1)
        #expect(end.reason == .failed)
        #expect(end.errorTail == "The body gave up.\n")
    }

    @Test func `a connector that cannot be run is named in a sentence`() async throws {
        let (_, end) = try await bench.outcome(of: "missing")
        #expect(end.reason == .failed)
        #expect(end.errorTail == "Cannot run /no/such/connector: No such file or directory.\n")
    }

    @Test func `a trap in the attempt is the end of the attempt only`() async throws {
        let (_, end) = try await bench.outcome(of: "trap")
        #expect(end.exit == .signalled(SIGABRT))
        #expect(end.reason == nil)
        #expect(!Directory.exists(bench.jobDirectory))
    }

    @Test func `an attempt's program that does not exist is refused and leaves no directory`() async throws {
        await #expect(throws: LauncherError(.spawnFailed, "Cannot run /no/such/program: No such file or directory.")) {
            try await AttemptHost.start(
                program: "/no/such/program", plan: [], mark: bench.mark, jobDirectory: bench.jobDirectory,
                deadline: BootClock.now + .seconds(10), environment: [:])
        }
        #expect(!Directory.exists(bench.jobDirectory))
    }

    @Test func `an answer ends with its connector even if a daemon holds the pipe`() async throws {
        let (events, _) = try await bench.outcome(
            of: "answer setsid sleep 1000 & echo $! >> \(bench.pidFile); echo one; printf two; exit 3")
        #expect(events.dropFirst() == ["one", "two", "result exit code 3 late false"])
        #expect(bench.living.isEmpty)
    }

    @Test func `an answer that does not come is cut off at the deadline`() async throws {
        let (events, _) = try await bench.outcome(of: "late echo one; exec sleep 1000")
        #expect(events.dropFirst() == ["one", "result signal 9 late true"])
        let closed = try await Bench().outcome(of: "late exec sleep 1000 >&-")
        #expect(closed.0.dropFirst() == ["result signal 9 late true"])
    }

    @Test func `names that would leave their directory are refused`() {
        for name in ["", ".", "..", "a/b", "a b", String(repeating: "a", count: 129)] {
            #expect(throws: LauncherError.self) { try OwnerMark(owner: name, attempt: "a") }
            #expect(throws: LauncherError.self) { try OwnerMark(owner: "a", attempt: name) }
            #expect(throws: LauncherError.self) { try DeadOwnerSweep.sweep(owner: name, dataDirectory: "/nowhere") }
        }
    }
}
