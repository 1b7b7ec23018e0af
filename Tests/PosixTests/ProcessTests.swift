import Glibc
import Posix
import Testing

@Suite("Knowing processes", .timeLimit(.minutes(3)))
struct ProcessTests {
    @Test func `this process knows itself and is alive`() {
        let me = ProcessIdentity.current
        #expect(me.pid == getpid())
        #expect(me.startTime > 0)
        #expect(me.bootID.count == 36)
        #expect(!me.hostname.isEmpty)
        #expect(me == .current)
        #expect(ProcessIdentity.isAlive(pid: me.pid, startTime: me.startTime))
        #expect(!ProcessIdentity.isAlive(pid: me.pid, startTime: me.startTime + 1))
    }

    @Test func `a process that ended but was not reaped is not alive`() throws {
        let child = try Child.spawn(ChildRequest("/bin/sleep", ["1000"]))
        let start = try #require(ProcessStatus(pid: child.pid)).startTime
        #expect(ProcessIdentity.isAlive(pid: child.pid, startTime: start))
        child.signal(.kill)
        #expect(Poll.wait([child.endInterest]) == [true])
        #expect(!ProcessIdentity.isAlive(pid: child.pid, startTime: start))
        #expect(child.wait() == .signalled(9))
        #expect(ProcessStatus(pid: child.pid) == nil)
    }

    @Test func `a name with parentheses and spaces does not confuse the process table`() throws {
        let directory = try Scratch()
        let path = "\(directory.path)/a ) R 1 (b"
        #expect(symlink("/bin/sleep", path) == 0)
        let child = try Child.spawn(ChildRequest(path, ["1000"]))
        let status = try #require(ProcessStatus(pid: child.pid))
        #expect(status.parent == getpid())
        #expect(status.session == child.pid)
        child.signal(.kill)
        #expect(child.wait() == .signalled(9))
    }

    @Test func `descendants are found at every depth`() throws {
        let pipe = try Pipe()
        var request = ChildRequest("/bin/sh", ["-c", "sh -c 'sleep 1000 & echo $!; wait' & wait"])
        request.environment = ["PATH": "/usr/bin:/bin"]
        request.descriptors = [nil, pipe.writer, nil]
        let child = try Child.spawn(request)
        let deepest = try #require(
            Int32(String(decoding: try pipe.reader.read(upTo: 20).dropLast(), as: UTF8.self)))
        let below = ProcessTree.descendants(of: child.pid)
        #expect(below.map(\.pid).contains(deepest))
        ProcessTree.signal(below, .kill)
        child.signal(.kill)
        _ = child.wait()
    }

    @Test func `the environment is what the system says it is`() {
        #expect(Environment.current["PATH"] == getenv("PATH").map { String(cString: $0) })
        #expect(Environment(["A": "b"])["A"] == "b")
    }

    @Test func `a program is found by its name on the search path alone`() {
        #expect(Program.find("sh", in: "/nowhere:/bin") == "/bin/sh")
        #expect(Program.find("passwd", in: "/etc") == nil)
        #expect(Program.find("no-such-program", in: "/bin:/usr/bin") == nil)
        #expect(Program.path.hasPrefix("/"))
    }

    @Test func `moments on the boot clock add up and stop at the end of time`() {
        let now = BootClock.now
        #expect(BootClock.now >= now)
        #expect((now + .seconds(3)) - now == .seconds(3))
        #expect(now + .seconds(Int64.max) == .distantFuture)
    }
}
