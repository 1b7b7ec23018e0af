import Glibc
import Launcher
import Posix
import Testing

@Suite(
    "Connectors in containers", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: TestEngine.docker.isThere, "needs a container engine: scripts/with-engines.sh"))
struct ContainerTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private let shell = "swiftlet-test/shell:1.0"

    private func outcome(
        _ image: String, _ script: String, _ more: [String: String] = [:], on engine: TestEngine = .docker
    ) async throws -> [String] {
        let (events, end) = try await bench.outcome(
            of: "image \(image) \(script)", environment: engine.environment(of: bench, more))
        #expect(end.reason == .done)
        #expect(try engine.containers(of: bench).isEmpty)
        return events
    }

    private func start(
        _ script: String, on engine: TestEngine = .docker
    ) async throws -> (host: AttemptHost, guardPid: Int32) {
        let host = try await bench.start("image \(shell) \(script)", environment: engine.environment(of: bench))
        return (host, await bench.untilReady(host))
    }

    @Test(arguments: TestEngine.all)
    func `one is called as a process is, with its files, its variables and its own user`(_ engine: TestEngine)
        async throws
    {
        let events = try await outcome(
            shell, "cat $0; echo; id -u; env; echo heard >&2; exit 3",
            ["HTTP_PROXY": "http://proxy:3128", "LD_X": "1"], on: engine)
        #expect(events.contains("progress The connector is the image \(shell), version 1.0 for amd64."))
        for line in [
            "a-secret-in-a-file", "1000", "WORKER_JOB_ID=7", "WORKER_JOB_ATTEMPT=2", "HTTP_PROXY=http://proxy:3128",
        ] {
            #expect(events.contains(line), "\(events)")
        }
        #expect(!events.contains { $0.hasPrefix("LD_X") || $0.hasPrefix("SWIFTLET_") || $0.hasPrefix("DOCKER_") })
        #expect(events.suffix(2) == ["errors 1 6", "exit exit code 3 cancelled false"])
        #expect(!Directory.exists(bench.jobDirectory))
    }

    @Test(.enabled(if: TestEngine.podman.isThere, "needs podman: scripts/with-engines.sh"))
    func `podman is among the engines`() { #expect(TestEngine.all.map(\.testDescription) == ["docker", "podman"]) }

    @Test func `authorities to trust are handed in as files`() async throws {
        let path = "\(bench.dataDirectory)/authorities"
        try SecureFile.write(Array("a certificate\n".utf8), to: path)
        let events = try await outcome(shell, "cat $SSL_CERT_FILE", ["SSL_CERT_FILE": path])
        #expect(events.contains("a certificate"))
    }

    @Test(arguments: TestEngine.all) func `what it may do is no more than it needs`(_ engine: TestEngine) async throws {
        let events = try await outcome(
            shell, "while read line; do echo $line; done < /proc/self/status; ls -d /var/run/docker.sock", on: engine)
        #expect(events.contains("NoNewPrivs: 1"))
        #expect(events.contains("CapBnd: 0000000000000000"))
        let writable = try await outcome(shell, "touch /tmp/x && echo written; touch /x || echo refused", on: engine)
        #expect(writable.contains("written"))
    }

    @Test(arguments: TestEngine.all) func `a root that is read-only leaves a place for temporary files`(
        _ engine: TestEngine
    ) async throws {
        let events = try await outcome(
            "swiftlet-test/read-only:1.0", "touch /x || echo refused; touch /tmp/x && echo written", on: engine)
        #expect(events.contains("refused"))
        #expect(events.contains("written"))
    }

    @Test(arguments: TestEngine.all) func `one that takes more memory than it may is named with its limit`(
        _ engine: TestEngine
    ) async throws {
        let events = try await outcome(
            shell, "dd if=/dev/zero of=/dev/null bs=200M count=1", ["JOB_MAIN_CONTAINER_MEMORY_LIMIT": "32Mi"],
            on: engine)
        let fault = try #require(events.first { $0.hasPrefix("fault ") })
        #expect(fault.hasPrefix("fault outOfMemory "))
        #expect(fault.contains("its limit is 32 MiB"))
    }

    @Test(arguments: TestEngine.all) func `one cannot start more processes than it may`(_ engine: TestEngine)
        async throws
    {
        let events = try await outcome(
            shell, "i=0; while [ $i -lt 100 ]; do sleep 60 & i=$((i+1)); done; echo all",
            ["SWIFTLET_CONTAINER_PIDS": "16"], on: engine)
        #expect(!events.contains("all"))
        #expect(events.last?.hasPrefix("exit exit code ") == true)
    }

    @Test func `the share of a processor is set`() async throws {
        let host = try await bench.start(
            "image \(shell) echo ready; cat; sleep 1000",
            environment: TestEngine.docker.environment(of: bench, ["JOB_MAIN_CONTAINER_CPU_LIMIT": "250m"]))
        _ = await bench.untilReady(host)
        let container = try #require(try TestEngine.docker.containers(of: bench).first)
        #expect(
            try TestEngine.docker.run("inspect", "--format", "{{.HostConfig.NanoCpus}}", container) == "250000000\n")
        host.kill()
        _ = await host.finished()
    }

    @Test(arguments: TestEngine.all) func `no secret is in an argument, in the environment or in what the engine tells`(
        _ engine: TestEngine
    ) async throws {
        let (host, _) = try await start("cat $0 > /dev/null; echo ready; sleep 1000", on: engine)
        let container = try #require(try engine.containers(of: bench).first)
        #expect(!(try engine.run("inspect", container)).contains("a-secret"))
        #expect(!(try engine.run("logs", container)).contains("a-secret"))
        for process in ProcessTree.processes(marked: bench.mark.everything) {
            for file in ["cmdline", "environ"] {
                let bytes =
                    (try? Descriptor.open("/proc/\(process.pid)/\(file)", O_RDONLY).readAll(limit: 1 << 20)) ?? []
                #expect(!String(decoding: bytes, as: UTF8.self).contains("a-secret"))
            }
        }
        host.kill()
        _ = await host.finished()
        #expect(try engine.containers(of: bench).isEmpty)
        #expect(!(try engine.run("volume", "ls")).contains("swiftlet"))
    }

    @Test(arguments: TestEngine.all) func `one that somebody kills ends like a process that is killed`(
        _ engine: TestEngine
    ) async throws {
        let host = try await bench.start(
            "image \(shell) echo ready; exec sleep 1000", environment: engine.environment(of: bench))
        _ = await bench.untilReady(host)
        try engine.run("kill", try #require(try engine.containers(of: bench).first))
        var last = ""
        for await event in host.events { last = String(decoding: event, as: UTF8.self) }
        #expect(last == "exit signal 9 cancelled false")
        _ = await host.finished()
    }

    /// Podman asks it to end first, as others may, too.
    @Test func `one that somebody removes was not the connector's fault`() async throws {
        let (host, _) = try await start("echo ready; exec sleep 1000")
        try TestEngine.docker.run("rm", "--force", try #require(try TestEngine.docker.containers(of: bench).first))
        var events: [String] = []
        for await event in host.events { events.append(String(decoding: event, as: UTF8.self)) }
        #expect(events.contains { $0.hasPrefix("fault engineAway ") && $0.contains("was removed") }, "\(events)")
        _ = await host.finished()
    }

    @Test(arguments: TestEngine.all) func `one is asked to end before it is killed`(_ engine: TestEngine) async throws {
        let (events, _) = try await bench.outcome(
            of: "stopped-image \(shell) trap 'echo asked; exit 4' TERM; echo ready; while true; do sleep 0.1; done",
            environment: engine.environment(of: bench))
        #expect(events.suffix(3) == ["asked", "errors 0 0", "exit exit code 4 cancelled false"], "\(events)")
    }

    @Test(arguments: TestEngine.all) func `one that is killed does not meet the end of its input first`(
        _ engine: TestEngine
    ) async throws {
        let (events, _) = try await bench.outcome(
            of: "killed-image \(shell) \(endsWithInput)", environment: engine.environment(of: bench))
        #expect(events.last == "exit signal 9 cancelled false")
        let codes = try engine.exitCodes(of: bench)
        #expect(codes == ["137"])
    }

    @Test(arguments: TestEngine.all) func `one whose worker is killed does not meet the end of its input first`(
        _ engine: TestEngine
    ) async throws {
        let (worker, _) = try worker(endsWithInput, on: engine)
        worker.signal(.kill)
        _ = await worker.exit()
        await eventually { !Directory.exists(bench.jobDirectory) }
        let codes = try engine.exitCodes(of: bench)
        #expect(codes == ["137"])
    }

    /// As a destination does that keeps what it has when nothing follows.
    private let endsWithInput = "echo ready; cat > /dev/null; exit 42"

    @Test(arguments: TestEngine.all) func `a cancelled attempt takes its containers with it`(_ engine: TestEngine)
        async throws
    {
        let (host, _) = try await start("echo ready; exec sleep 1000", on: engine)
        host.cancel(grace: .seconds(20))
        #expect(await host.finished().reason == .done)
        #expect(try engine.containers(of: bench).isEmpty)
    }

    @Test(arguments: TestEngine.all) func `a killed worker takes its containers with it`(_ engine: TestEngine)
        async throws
    {
        let (worker, _) = try worker(on: engine)
        #expect(try engine.containers(of: bench).count == 1)
        worker.signal(.kill)
        _ = await worker.exit()
        await eventually { (try? engine.containers(of: bench).isEmpty) == true }
        await eventually { !Directory.exists(bench.jobDirectory) }
    }

    @Test(arguments: TestEngine.all)
    func `a sweep finds the containers of a worker that was killed together with its guard`(_ engine: TestEngine)
        async throws
    {
        let (worker, guardPid) = try worker(on: engine)
        kill(guardPid, SIGSTOP)
        worker.signal(.kill)
        _ = await worker.exit()
        kill(guardPid, SIGKILL)
        #expect(try engine.containers(of: bench).count == 1)
        if let host = engine.host { setenv("DOCKER_HOST", host, 1) }
        DeadOwnerSweep.sweepUnclaimed(dataDirectory: bench.dataDirectory)
        #expect(try engine.containers(of: bench).isEmpty)
        #expect(DeadOwnerSweep.owners(in: bench.dataDirectory).isEmpty)
    }

    @Test(arguments: TestEngine.all) func `a killed guard's containers are gone before the attempt counts as finished`(
        _ engine: TestEngine
    ) async throws {
        let (host, guardPid) = try await start("echo ready; exec sleep 1000", on: engine)
        kill(guardPid, SIGKILL)
        #expect(await host.finished().exit == .signalled(9))
        #expect(try engine.containers(of: bench).isEmpty)
    }

    @Test func `an engine that goes away is not the connector's fault, and what it left is cleared when it is back`()
        async throws
    {
        let socket = "\(bench.dataDirectory)/engine.sock"
        var relay = try relay(to: socket)
        let host = try await bench.start(
            "image \(shell) echo ready; exec sleep 1000",
            environment: TestEngine.docker.environment(of: bench, ["DOCKER_HOST": "unix://\(socket)"]))
        _ = await bench.untilReady(host)
        relay.signal(.kill)
        _ = await relay.exit()
        var events: [String] = []
        for await event in host.events { events.append(String(decoding: event, as: UTF8.self)) }
        #expect(
            events.contains { $0.hasPrefix("fault engineAway The container engine cannot be reached: ") }, "\(events)")
        #expect(try TestEngine.docker.containers(of: bench).count == 1)
        relay = try self.relay(to: socket)
        _ = await host.finished()
        #expect(try TestEngine.docker.containers(of: bench).isEmpty)
        relay.signal(.kill)
        _ = await relay.exit()
    }

    @Test
    func `an image is fetched once from a private registry, under its mirror's name, and deleted when it is not used`()
        async throws
    {
        let mirror = "\(TestEngine.registry)/hub"
        let mirrors = ["SWIFTLET_REGISTRY_MIRRORS": "registry.example.org=\(mirror)"]
        let image = "registry.example.org/private/shell:1.0"
        let refused = try await outcome(image, "true", mirrors)
        #expect(refused.last?.hasPrefix("refused notFound There is no image \(mirror)/private/shell:1.0, or") == true)
        let signedIn = mirrors.merging(["DOCKER_CONFIG": TestEngine.signedIn]) { $1 }
        let first = try await outcome(image, "echo fetched", signedIn)
        #expect(first.contains("fetched"))
        #expect(first.contains("progress Fetching the image \(mirror)/private/shell:1.0."))
        let second = try await outcome(image, "echo there", mirrors)
        #expect(second.contains("there"))
        #expect(!second.contains { $0.contains("Fetching") })

        setenv("DOCKER_HOST", TestEngine.docker.host ?? "", 1)
        let settings = LaunchSettings(dataDirectory: bench.dataDirectory, environment: Environment())
        var reports: [String] = []
        UnusedImages.prune(settings) { reports.append($0) }
        #expect(reports.isEmpty)
        let uses = "\(bench.dataDirectory)/images"
        let name = try #require(try Directory.entries(uses).first)
        let longAgo = timespec(tv_sec: time(nil) - 31 * 86_400, tv_nsec: 0)
        utimensat(AT_FDCWD, "\(uses)/\(name)", [longAgo, longAgo], 0)
        UnusedImages.prune(settings) { reports.append($0) }
        #expect(reports.count == 1)
        #expect(try Directory.entries(uses).isEmpty)
        #expect(try TestEngine.docker.run("images", "--quiet", "\(mirror)/private/shell").isEmpty)
    }

    @Test(arguments: TestEngine.all) func `an image that cannot be had is said in a sentence`(_ engine: TestEngine)
        async throws
    {
        let never = try await outcome(
            "swiftlet-test/none:1.0", "true", ["SWIFTLET_CONTAINER_PULL": "never"], on: engine)
        #expect(
            never.last
                == "refused notFound The image \(engine.host == nil ? "docker.io/" : "")swiftlet-test/none:1.0 is not on this machine, and "
                + "SWIFTLET_CONTAINER_PULL is never.")
        let nobody = try await outcome("127.0.0.1:1/x:1.0", "true", on: engine)
        #expect(
            nobody.last?.hasPrefix("refused installFailed The image 127.0.0.1:1/x:1.0 could not be fetched: ") == true)
    }

    @Test func `a registry that does not answer is given up`() async throws {
        let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(silent, pointer, length)
                _ = listen(silent, 8)
                _ = getsockname(silent, pointer, &length)
            }
        }
        let image = "127.0.0.1:\(UInt16(bigEndian: address.sin_port))/x:1.0"
        let events = try await outcome(image, "true", ["SWIFTLET_CONTAINER_PULL_SECONDS": "1"])
        #expect(
            events.last?.hasPrefix("refused installFailed The image \(image) could not be fetched within 1 s") == true,
            "\(events)")
    }

    @Test func `an engine that cannot be reached is said in a sentence`() async throws {
        let events = try await outcome(shell, "true", ["DOCKER_HOST": "unix:///nowhere/docker.sock"])
        #expect(events.last?.hasPrefix("refused engineAway The container engine cannot be reached: ") == true)
    }

    @Test func `a program that does not start was not started, and the processor that it was made for is told`()
        async throws
    {
        let events = try await outcome("swiftlet-test/foreign:1.0", "true")
        #expect(events.contains { $0.contains("This machine is amd64 and the image was made for arm64") })
        #expect(
            events.contains { $0.hasPrefix("fault unsupported The image was made for another kind of processor") },
            "\(events)")
    }

    private func worker(
        _ script: String = "echo ready; exec sleep 1000", on engine: TestEngine
    ) throws -> (worker: Child, guardPid: Int32) {
        try bench.worker("image \(shell) \(script)", environment: engine.environment(of: bench).values)
    }

    /// A socket that leads to the engine for as long as the process lives.
    private func relay(to socket: String) throws -> Child {
        let script = """
            import os, socket, sys, threading
            here, there = sys.argv[1:]
            if os.path.exists(here): os.unlink(here)
            server = socket.socket(socket.AF_UNIX)
            server.bind(here)
            server.listen()
            def pump(a, b):
                try:
                    while part := a.recv(65536): b.sendall(part)
                    b.shutdown(socket.SHUT_WR)
                except OSError: pass
            while True:
                near, _ = server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(there)
                for pair in ((near, far), (far, near)): threading.Thread(target=pump, args=pair, daemon=True).start()
            """
        let engine = String((TestEngine.docker.host ?? "").dropFirst("unix://".count))
        var request = ChildRequest("/usr/bin/env", ["python3", "-c", script, socket, engine])
        request.environment = ["PATH": Environment.current["PATH"] ?? "/usr/bin:/bin"]
        let child = try Child.spawn(request)
        while access(socket, F_OK) != 0 { usleep(10_000) }
        return child
    }
}
