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
    /// Another of the user's, in the form that Airbyte asks for.
    package let rsaKey: String
    package let otherKey: String
    /// As `ssh-keyscan` would show it.
    package let hostKey: String
    private let child: Child
    private let log: Log

    /// - Parameter settings: lines for the server's configuration.
    package init(_ settings: String...) throws {
        var template = Array("/tmp/swiftlet-sshd-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw RunningProgram.Failure(description: "no temporary directory") }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let account = Account()
        try Self.prepare(directory, account, settings)
        var started: (port: Int, child: Child, log: Log)?
        for _ in 0..<5 where started == nil {
            let port = try Self.freePort()
            let log = try Log()
            let child = try Self.start(directory, account, port: port, log)
            // Another process may have taken the port.
            if log.waits(for: "Server listening on", unless: "Cannot bind") {
                started = (port, child, log)
            } else {
                log.input.close()
                _ = child.wait()
                try Self.prepare(directory, account, settings)
            }
        }
        guard let started else { throw RunningProgram.Failure(description: "sshd does not start") }
        (port, child, log) = started
        userKey = try Self.text("\(directory)/user")
        rsaKey = try Self.text("\(directory)/rsa")
        otherKey = try Self.text("\(directory)/other")
        hostKey = try Self.text("\(directory)/host.pub")
    }

    deinit {
        log.input.close()
        _ = child.wait()
    }

    /// What the server has said so far.
    package var words: String { log.text }

    /// Ends what goes through it.
    package func dropConnections() {
        for process in ProcessTree.descendants(of: child.pid) where process.parent != child.pid {
            kill(process.pid, SIGKILL)
        }
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
        try Directory.create(directory)
        for name in ["host", "user", "other"] {
            try run("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "\(directory)/\(name)")
        }
        try run(
            "/usr/bin/ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-C", "", "-f",
            "\(directory)/rsa")
        let hash = try output("/usr/bin/openssl", "passwd", "-6", password)
        let files = [
            "passwd": "\(user):x:\(account.uid):\(account.gid)::\(directory):/bin/sh\n",
            "shadow": "\(user):\(hash):19000:0:99999:7:::\n", "group": "\(user):x:\(account.gid):\n",
            "authorized": try text("\(directory)/user.pub") + text("\(directory)/rsa.pub"),
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
        var request = ChildRequest("/bin/sh")
        request.arguments = ["-c", Self.script, "sshd", directory] + (getuid() == 0 ? ["setpriv"] + lower : []) + words
        request.environment = [
            "PATH": "/usr/bin:/bin", "WRAPPER": "libnss_wrapper.so", "NSS_WRAPPER_PASSWD": "\(directory)/passwd",
            "NSS_WRAPPER_SHADOW": "\(directory)/shadow", "NSS_WRAPPER_GROUP": "\(directory)/group",
        ]
        request.descriptors = [log.orders, nil, log.writer]
        let child = try Child.spawn(request)
        log.watch()
        return child
    }

    /// Its input ends with us, however we end.
    private static let script = #"""
        trap '' INT TERM HUP
        dir=$1
        shift
        LD_PRELOAD=$WRAPPER "$@" </dev/null &
        read -r _
        kill -9 $! 2>/dev/null
        wait
        rm -rf "$dir"
        """#

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

    /// What the server says, and the pipe that keeps it alive.
    private final class Log: Sendable {
        let writer: Descriptor
        let orders: Descriptor
        let input: Descriptor
        private let reader: Descriptor
        private let state = Mutex<(text: String, isAtEnd: Bool)>(("", false))
        private let hasNews = Semaphore()

        init() throws {
            let (output, input) = try (Pipe(), Pipe())
            (reader, writer) = (output.reader, output.writer)
            (orders, self.input) = (input.reader, input.writer)
        }

        var text: String { state.withLock { $0.text } }

        func watch() {
            writer.close()
            orders.close()
            Thread.start { [reader, self] in
                while let bytes = try? reader.read(upTo: 4096), !bytes.isEmpty {
                    state.withLock { $0.text += String(decoding: bytes, as: UTF8.self) }
                    hasNews.signal()
                }
                state.withLock { $0.isAtEnd = true }
                hasNews.signal()
            }
        }

        /// Waits until it is said; false when something else was, or the end came first.
        func waits(for words: String, unless others: String) -> Bool {
            while true {
                let (text, isAtEnd) = state.withLock { $0 }
                if text.contains(words) { return true }
                if isAtEnd || text.contains(others) { return false }
                hasNews.wait()
            }
        }
    }
}
