import Glibc
import Posix
import Synchronization

/// An SSH server of the tests' own on a free port of the loopback, without any right, that dies with the test process.
package final class SSHHost: Sendable {
    package static let user = "tunnel"
    package static let password = "pass wörd'\"$"

    package let port: Int
    /// What its one user signs in with.
    package let userKey: String
    package let otherKey: String
    /// As `ssh-keyscan` would show it.
    package let hostKey: String
    private let directory: String
    private let child: Child
    private let log: Log

    /// - Parameter settings: lines for the server's configuration.
    package init(_ settings: String...) throws {
        var template = Array("/tmp/swiftlet-sshd-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw RunningProgram.Failure(description: "no temporary directory") }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.directory = directory
        let account = Account()
        try Self.prepare(directory, account, settings)
        userKey = try Self.text("\(directory)/user")
        otherKey = try Self.text("\(directory)/other")
        hostKey = try Self.text("\(directory)/host.pub")
        var started: (port: Int, child: Child, log: Log)?
        for _ in 0..<5 where started == nil {
            let port = try Self.freePort()
            let log = try Log()
            let child = try Self.start(directory, account, port: port, log)
            if log.waits(for: "Server listening on") { started = (port, child, log) } else { _ = child.wait() }
        }
        guard let started else { throw RunningProgram.Failure(description: "sshd does not start") }
        (port, child, log) = started
    }

    deinit {
        child.signal(.kill)
        _ = child.wait()
        try? Directory.remove(directory)
    }

    /// What the server has said so far.
    package var words: String { log.text }

    /// Ends what goes through it.
    package func dropConnections() {
        for process in ProcessTree.descendants(of: child.pid) { kill(process.pid, SIGKILL) }
    }

    /// The user that the server runs as: it gives nobody else's rights to those who sign in.
    private struct Account {
        let uid: uid_t
        let gid: gid_t

        init() {
            let isRoot = getuid() == 0
            let entry = isRoot ? (getpwnam("postgres") ?? getpwnam("nobody")) : nil
            uid = entry?.pointee.pw_uid ?? getuid()
            gid = entry?.pointee.pw_gid ?? getgid()
        }
    }

    private static func prepare(_ directory: String, _ account: Account, _ settings: [String]) throws {
        for name in ["host", "user", "other"] {
            try run("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "\(directory)/\(name)")
        }
        let hash = try output("/usr/bin/openssl", "passwd", "-6", password)
        let files = [
            "passwd": "\(user):x:\(account.uid):\(account.gid)::\(directory):/bin/sh\n",
            "shadow": "\(user):\(hash):19000:0:99999:7:::\n", "group": "\(user):x:\(account.gid):\n",
            "authorized": try text("\(directory)/user.pub"),
            "config": """
            ListenAddress 127.0.0.1
            HostKey \(directory)/host
            PidFile none
            UsePAM no
            PasswordAuthentication yes
            KbdInteractiveAuthentication no
            StrictModes no
            AuthorizedKeysFile \(directory)/authorized
            MaxStartups 100

            """ + settings.joined(separator: "\n") + "\n",
        ]
        for (name, text) in files { try SecureFile.write(Array(text.utf8), to: "\(directory)/\(name)") }
        for name in try Directory.entries(directory) { chown("\(directory)/\(name)", account.uid, account.gid) }
        chown(directory, account.uid, account.gid)
    }

    /// The server reads users and passwords from files of ours: it has no right to read the system's.
    private static func start(_ directory: String, _ account: Account, port: Int, _ log: Log) throws -> Child {
        let words = ["/usr/sbin/sshd", "-D", "-e", "-f", "\(directory)/config", "-p", String(port)]
        let lower = [
            "--reuid=\(account.uid)", "--regid=\(account.gid)", "--clear-groups", "--pdeathsig", "KILL", "--",
        ]
        var request = ChildRequest(getuid() == 0 ? "/usr/bin/setpriv" : words[0])
        request.arguments = getuid() == 0 ? lower + words : Array(words.dropFirst())
        request.environment = [
            "PATH": "/usr/bin:/bin", "LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_PASSWD": "\(directory)/passwd",
            "NSS_WRAPPER_SHADOW": "\(directory)/shadow", "NSS_WRAPPER_GROUP": "\(directory)/group",
        ]
        request.descriptors = [nil, nil, log.writer]
        request.diesWithThread = true
        log.watch(request)
        return try log.child()
    }

    private static func run(_ program: String, _ words: String...) throws {
        let exit = try Child.spawn(ChildRequest(program, words)).wait()
        guard exit.isSuccess else { throw RunningProgram.Failure(description: "\(program): \(exit)") }
    }

    private static func output(_ program: String, _ words: String...) throws -> String {
        let pipe = try Pipe()
        var request = ChildRequest(program, words)
        request.descriptors = [nil, pipe.writer, nil]
        let child = try Child.spawn(request)
        pipe.writer.close()
        let bytes = try pipe.reader.readAll(limit: 1 << 16)
        guard child.wait().isSuccess else { throw RunningProgram.Failure(description: "\(program) fails") }
        return String(String(decoding: bytes, as: UTF8.self).prefix { !$0.isNewline })
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try SecureFile.read(path, limit: 1 << 16), as: UTF8.self)
    }

    private static func freePort() throws -> Int {
        let raw = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        let descriptor = Descriptor(owning: raw)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor.raw, address, size) == 0 && getsockname(descriptor.raw, address, &size) == 0
            }
        }
        guard isBound else { throw RunningProgram.Failure(description: "there is no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// What the server says, read by the thread that started it, with which it would die.
    private final class Log: Sendable {
        let writer: Descriptor
        private let reader: Descriptor
        private let state = Mutex<(text: String, isAtEnd: Bool)>(("", false))
        private let birth = Mutex<Result<Child, PosixError>?>(nil)
        private let isBorn = Semaphore()
        private let hasNews = Semaphore()

        init() throws {
            let pipe = try Pipe()
            (reader, writer) = (pipe.reader, pipe.writer)
        }

        var text: String { state.withLock { $0.text } }

        func watch(_ request: ChildRequest) {
            Thread.start { [self] in
                let result = Result { () throws(PosixError) in try Child.spawn(request) }
                writer.close()
                birth.withLock { $0 = result }
                isBorn.signal()
                while let bytes = try? reader.read(upTo: 4096), !bytes.isEmpty {
                    state.withLock { $0.text += String(decoding: bytes, as: UTF8.self) }
                    hasNews.signal()
                }
                state.withLock { $0.isAtEnd = true }
                hasNews.signal()
                if case .success(let child) = result { _ = child.wait() }
            }
        }

        func child() throws -> Child {
            isBorn.wait()
            guard let result = birth.withLock({ $0 }) else { preconditionFailure("It was signalled.") }
            return try result.get()
        }

        /// Waits until it is said; false when the end came first.
        func waits(for words: String) -> Bool {
            while true {
                let (text, isAtEnd) = state.withLock { $0 }
                if text.contains(words) { return true }
                if isAtEnd { return false }
                hasNews.wait()
            }
        }
    }
}
