import Glibc
import Posix
import Testing

@Suite("Files, directories and pipes", .timeLimit(.minutes(3)))
struct FileTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a secure file is its owner's alone and never replaces another`() throws {
        let path = "\(scratch.path)/secret"
        try SecureFile.write(Array("one".utf8), to: path)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(throws: PosixError.self) { try SecureFile.write([], to: path) }
        #expect(symlink("/tmp/elsewhere", "\(scratch.path)/link") == 0)
        #expect(throws: PosixError.self) { try SecureFile.write([], to: "\(scratch.path)/link") }
        #expect(try SecureFile.read(path, limit: 3) == Array("one".utf8))
        #expect(throws: PosixError.self) { try SecureFile.read(path, limit: 2) }
    }

    @Test func `a file that is written whole never replaces another and leaves no draft`() throws {
        let path = "\(scratch.path)/key"
        try SecureFile.writeWhole(Array("one".utf8), to: path)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(status.st_nlink == 1)
        let error = #expect(throws: PosixError.self) { try SecureFile.writeWhole(Array("two".utf8), to: path) }
        #expect(error?.code == .exists)
        #expect(try SecureFile.read(path, limit: 3) == Array("one".utf8))
        #expect(try Directory.entries(scratch.path) == ["key"])
    }

    @Test func `removing a directory takes everything in it and nothing a link points to`() throws {
        let kept = "\(scratch.path)/kept"
        let doomed = "\(scratch.path)/doomed"
        try Directory.create(kept)
        try SecureFile.write([1], to: "\(kept)/file")
        try Directory.create("\(doomed)/a/b/c")
        try SecureFile.write([1], to: "\(doomed)/a/b/file")
        #expect(symlink(kept, "\(doomed)/a/link") == 0)
        #expect(mkdir("\(doomed)/locked", 0) == 0)
        let odd: [CChar] = "\(doomed)/".utf8.map { CChar(bitPattern: $0) } + [-1, -2, 0]
        #expect(creat(odd, 0o600) >= 0)
        try Directory.remove(doomed)
        #expect(!Directory.exists(doomed))
        #expect(try Directory.entries(kept) == ["file"])
        try Directory.remove(doomed)
    }

    @Test func `a directory nested deeper than descriptors last can be removed`() throws {
        let root = "\(scratch.path)/deep"
        try Directory.create(root)
        var level = open(root, O_RDONLY | O_DIRECTORY)
        for _ in 0..<3000 {
            #expect(mkdirat(level, "d", 0o700) == 0)
            let next = openat(level, "d", O_RDONLY | O_DIRECTORY)
            close(level)
            level = next
        }
        close(level)
        try Directory.remove(root)
        #expect(!Directory.exists(root))
    }

    @Test func `a lock has one holder and passes on when released`() throws {
        let path = "\(scratch.path)/lock"
        let lock = try #require(try FileLock.take(path))
        #expect(try FileLock.take(path) == nil)
        #expect(try FileLock.wait(path, until: BootClock.now + .milliseconds(1)) == nil)
        lock.release()
        #expect(try FileLock.take(path) != nil)
    }

    @Test func `a pipe carries more than it holds, and tells a writer that its reader has gone`() async throws {
        Signals.ignoreBrokenPipes()
        let pipe = try Pipe(capacity: Pipe.recordCapacity)
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
        async let written: Void = Thread.value {
            try pipe.writer.write(bytes)
            pipe.writer.close()
        }
        let read = try await Thread.value { try pipe.reader.readAll(limit: 4_000_000) }
        try await written
        #expect(read == bytes)

        let broken = try Pipe()
        broken.reader.close()
        #expect(throws: PosixError.self) { try broken.writer.write([1]) }
    }

    @Test func `a message cut short is an error, an end between messages is not`() throws {
        let pipe = try Pipe()
        try pipe.writer.write([1, 2, 3])
        pipe.writer.close()
        var two: [UInt8] = [0, 0]
        #expect(try two.withUnsafeMutableBytes { try pipe.reader.fill($0) })
        #expect(throws: PosixError.self) { try two.withUnsafeMutableBytes { try pipe.reader.fill($0) } }
        #expect(try !two.withUnsafeMutableBytes { try pipe.reader.fill($0) })
    }

    @Test func `signals arrive as a stream and end nothing`() async throws {
        let stream = try Signals.stream(of: [.hangUp])
        kill(getpid(), SIGHUP)
        #expect(await stream.first { _ in true } == .hangUp)
    }

    @Test func `what waits in a pipe can be seen in another and moved on, and neither waits`() throws {
        let (first, seen, next) = (try Pipe(), try Pipe(), try Pipe())
        #expect(try first.reader.tee(to: seen.writer, 10) == nil)
        try first.writer.write("one two")
        #expect(try first.reader.tee(to: seen.writer, 10) == 7)
        #expect(try seen.reader.read(upTo: 10) == Array("one two".utf8))
        #expect(try first.reader.splice(to: next.writer, 4) == 4)
        #expect(try first.reader.read(upTo: 10) == Array("two".utf8))
        #expect(try next.reader.read(upTo: 10) == Array("one ".utf8))
        #expect(try first.reader.splice(to: next.writer, 4) == nil)
        first.writer.close()
        #expect(try first.reader.tee(to: seen.writer, 10) == 0)
        #expect(try first.reader.splice(to: next.writer, 10) == 0)
    }

    @Test func `what is no pipe says so`() throws {
        let path = "\(scratch.path)/file"
        try SecureFile.write(Array("one".utf8), to: path)
        let (file, pipe) = (try Descriptor.open(path, O_RDWR | O_APPEND), try Pipe())
        try pipe.writer.write("two")
        #expect(throws: PosixError.self) { try file.tee(to: pipe.writer, 3) }
        #expect(throws: PosixError.self) { try pipe.reader.splice(to: file, 3) }
        #expect(try pipe.reader.read(upTo: 10) == Array("two".utf8))
    }
}
