import Glibc
import Posix
import Testing

@Suite("Starting processes", .timeLimit(.minutes(3)))
struct ChildTests {
    /// Runs a shell script and gives what it wrote and how it ended.
    private func shell(
        _ script: String, environment: [String: String] = [:], _ change: (inout ChildRequest) -> Void = { _ in }
    ) throws -> (output: String, exit: ChildExit) {
        let pipe = try Pipe()
        var request = ChildRequest("/bin/sh", ["-c", script], environment: environment)
        request.descriptors = [nil, pipe.writer, nil]
        change(&request)
        let child = try Child.spawn(request)
        pipe.writer.close()
        let output = try pipe.reader.readAll(limit: 1 << 20)
        return (String(decoding: output, as: UTF8.self), child.wait())
    }

    @Test func `its exit code and its signal are told apart`() throws {
        #expect(try shell("exit 7").exit == .exited(7))
        #expect(try shell("kill -9 $$").exit == .signalled(9))
        #expect(try shell("true").exit.isSuccess)
    }

    @Test func `it gets exactly the environment it was given`() throws {
        let pipe = try Pipe()
        var request = ChildRequest("/usr/bin/env", [], environment: ["ONLY": "this one"])
        request.descriptors = [nil, pipe.writer, nil]
        let child = try Child.spawn(request)
        pipe.writer.close()
        #expect(try pipe.reader.readAll(limit: 4096) == Array("ONLY=this one\n".utf8))
        #expect(child.wait().isSuccess)
    }

    @Test func `it inherits no descriptor but those it was given`() throws {
        let foreign = open("/dev/null", O_RDONLY)
        defer { close(foreign) }
        // `ls` itself opens one more: the directory it lists.
        let output = try shell("exec ls /proc/self/fd").output
        #expect(output == "0\n1\n2\n3\n")
    }

    @Test func `descriptors that stand in each other's places arrive in the right ones`() throws {
        let first = try Pipe()
        let second = try Pipe()
        let third = try Pipe()
        var request = ChildRequest("/bin/sh", ["-c", "echo one; echo two >&2; echo three >&3"])
        request.descriptors = [nil, third.writer, first.writer, second.writer]
        let child = try Child.spawn(request)
        for pipe in [first, second, third] { pipe.writer.close() }
        #expect(try third.reader.readAll(limit: 100) == Array("one\n".utf8))
        #expect(try first.reader.readAll(limit: 100) == Array("two\n".utf8))
        #expect(try second.reader.readAll(limit: 100) == Array("three\n".utf8))
        #expect(child.wait().isSuccess)
    }

    @Test func `it leads a session of its own and takes signals as if freshly logged in`() throws {
        let output = try shell("echo $$; cat /proc/$$/stat; exec grep -E 'SigBlk|SigIgn' /proc/self/status").output
        let lines = output.split(separator: "\n")
        try #require(lines.count == 4)
        #expect(lines[1].split(separator: " ")[5] == lines[0])
        #expect(lines[2].hasSuffix("0000000000000000"))
        #expect(lines[3].hasSuffix("0000000000000000"))
    }

    @Test func `a program that cannot be run is refused in words and leaves no process`() throws {
        #expect {
            try Child.spawn(ChildRequest("/no/such/program"))
        } throws: { error in
            let error = error as? PosixError
            return error?.code == .notFound
                && error?.message == "Cannot run /no/such/program: No such file or directory."
        }
        #expect {
            try Child.spawn(ChildRequest("/bin/true", directory: "/no/such/place"))
        } throws: { ($0 as? PosixError)?.message == "Cannot enter /no/such/place: No such file or directory." }
        #expect {
            try Child.spawn(ChildRequest("/etc/passwd"))
        } throws: { ($0 as? PosixError)?.code == .denied }
    }

    @Test func `waiting with a deadline gives up and may be repeated`() throws {
        let child = try Child.spawn(ChildRequest("/bin/sleep", ["1000"]))
        #expect(child.wait(until: BootClock.now + .milliseconds(20)) == nil)
        child.signal(.terminate)
        #expect(child.wait() == .signalled(15))
        #expect(child.wait() == .signalled(15))
        child.signal(.kill)
    }

    @Test func `many waits at once all learn the same end`() async throws {
        let child = try Child.spawn(ChildRequest("/bin/sh", ["-c", "exit 3"]))
        let exits = await withTaskGroup(of: ChildExit.self) { group in
            for _ in 0..<8 { group.addTask { await child.exit() } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(exits == [.exited(3)])
    }

    @Test func `it dies with the thread that started it`() async throws {
        let child = try await Thread.value {
            var request = ChildRequest("/bin/sleep", ["1000"])
            request.diesWithThread = true
            return try Child.spawn(request)
        }
        #expect(await child.exit() == .signalled(9))
    }

    @Test func `its mark passes through descendants that clear their environment and leave its session`() throws {
        let number = UInt64.random(in: 1 << 40..<1 << 41)
        let script = "env -i setsid sh -c 'sleep 1000 & echo $!' 0</dev/null; sleep 1000"
        let pipe = try Pipe()
        var request = ChildRequest("/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
        request.descriptors = [nil, pipe.writer, nil]
        request.mark = number
        let child = try Child.spawn(request)
        let grandchild = try #require(
            Int32(String(decoding: try pipe.reader.read(upTo: 20).dropLast(), as: UTF8.self)))
        let mark = ProcessMark(variable: "NOBODY_HAS=this", numbers: number...number)
        #expect(ProcessTree.processes(marked: mark).map(\.pid).contains(grandchild))
        child.signal(.kill)
        #expect(child.wait() == .signalled(9))
        #expect(ProcessTree.killMarked(mark).isEmpty)
        #expect(ProcessStatus(pid: grandchild)?.isGone != false)
    }

    @Test func `an argument with a zero byte is refused`() {
        #expect(throws: PosixError.self) { try Child.spawn(ChildRequest("/bin/echo", ["a\0b"])) }
    }
}
