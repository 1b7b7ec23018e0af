import Glibc
import Posix
import SQL
import Synchronization

/// A shell that runs a Postgres server for us, one order a line, and that kills and wipes it once our end of its
/// input has closed, which it does however we die.
final class PostgresWatchdog: Sendable {
    private static let spawning = Mutex(())

    private let orders: CInt
    private let answers: CInt
    private let directory: String
    private let turn = Mutex(())

    /// Makes the server's data; returns when it can be started.
    init(user: String, password: String) throws {
        var template = Array("/tmp/swiftlet-postgres-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw DatabaseError(.unavailable, "No temporary directory can be made.")
        }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        (orders, answers) = try Self.spawn(
            ["/bin/sh", "-c", Self.script, "postgres-watchdog", directory, user, Self.programs])
        guard try ask(password) == "ready" else {
            throw DatabaseError(.unavailable, "initdb failed: \(lastWords)")
        }
    }

    deinit {
        close(orders)
        close(answers)
    }

    /// Sends an order and waits for the answer.
    func ask(_ order: String) throws -> String {
        try turn.withLock { _ in
            var line = Array((order + "\n").utf8)
            guard write(orders, &line, line.count) == line.count else { throw Self.gone }
            var answer: [UInt8] = []
            var byte: UInt8 = 0
            while read(answers, &byte, 1) == 1 {
                if byte == UInt8(ascii: "\n") { return String(decoding: answer, as: UTF8.self) }
                answer.append(byte)
            }
            throw Self.gone
        }
    }

    /// The end of the server's log.
    var lastWords: String {
        let file = open(directory + "/log", O_RDONLY)
        guard file >= 0 else { return "there is no log" }
        defer { close(file) }
        lseek(file, max(0, lseek(file, 0, SEEK_END) - 2000), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: 2000)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static let gone = DatabaseError(.unavailable, "The watchdog of the throw-away Postgres is gone.")

    /// Where the server's programs are, if not the newest that is installed is to be used.
    private static let programs = Environment.current["SWIFTLET_TEST_POSTGRES"] ?? ""

    private static let script = #"""
        dir=$1 user=$2 bin=$3 account= pid=
        trap '' INT TERM HUP PIPE
        finish() {
            [ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null && wait "$pid"
            cd / && rm -rf "$dir"
        }
        cd "$dir" && exec 2>>"$dir/log" || exit 1
        [ -n "$bin" ] || for bin in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) \
            "$(pg_config --bindir 2>/dev/null)"; do
            [ -x "$bin/initdb" ] && break
        done
        if [ "$(id -u)" = 0 ]; then
            account=nobody
            id postgres >/dev/null 2>&1 && account=postgres
        fi
        # Postgres refuses to run as root.
        as() {
            [ -n "$account" ] && exec setpriv --reuid="$account" --regid="$(id -g "$account")" --clear-groups -- "$@"
            exec "$@"
        }
        start() {
            (as "$bin/postgres" -D "$dir/data" -p "$1" -k "$dir" -c listen_addresses="127.0.0.1$2" -c fsync=off \
                -c full_page_writes=off -c shared_buffers=32MB -c max_connections=300 -c jit=off \
                -c max_wal_size=256MB) >>"$dir/log" 2>&1 </dev/null &
            pid=$!
            for _ in $(seq 600); do
                "$bin/pg_isready" -q -h 127.0.0.1 -p "$1" && kill -0 "$pid" 2>/dev/null && return 0
                kill -0 "$pid" 2>/dev/null || break
                sleep 0.05
            done
            kill -QUIT "$pid" 2>/dev/null
            wait "$pid"
            pid=
            return 1
        }
        end() {
            [ -n "$pid" ] || return 0
            kill -"$1" "$pid" 2>/dev/null
            wait "$pid"
            pid=
            return 0
        }
        IFS= read -r password || { finish; exit; }
        (umask 077 && printf '%s\n' "$password" >"$dir/password")
        [ -n "$account" ] && chown -R "$account" "$dir"
        if (as "$bin/initdb" -D "$dir/data" -U "$user" --pwfile="$dir/password" -A scram-sha-256 -E UTF8 \
            --locale=C.UTF-8 --no-sync --no-instructions) >>"$dir/log" 2>&1 </dev/null; then
            # In the file, where a test may have the server change it.
            printf '%s\n' "wal_level = logical" "max_wal_senders = 64" "max_replication_slots = 64" \
                >>"$dir/data/postgresql.conf"
            # What RFC 2544 sets aside for tests of networks; it listens there only when told to.
            echo "host all all 198.18.0.0/15 scram-sha-256" >>"$dir/data/pg_hba.conf"
            echo ready
        else
            echo failed
        fi
        while read -r order port also; do
            case $order in
            # After a kill the orphans of the old server must end before a new one may start.
            start) [ -n "$pid" ] || start "$port" "$also" || { sleep 1; start "$port" "$also"; } ;;
            stop) end INT ;;
            crash) end QUIT ;;
            kill) end KILL ;;
            *) false ;;
            esac && echo ok || echo failed
        done
        finish
        """#

    /// Starts a program in a session of its own; our end of its input, and of its output.
    private static func spawn(_ arguments: [String]) throws -> (CInt, CInt) {
        // One at a time: another child must not inherit the far ends, which would keep the watchdog from noticing.
        try spawning.withLock { _ in
            var input: [CInt] = [0, 0]
            var output: [CInt] = [0, 0]
            guard pipe(&input) == 0, pipe(&output) == 0 else { throw gone }
            for descriptor in input + output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_adddup2(&actions, input[0], 0)
            posix_spawn_file_actions_adddup2(&actions, output[1], 1)
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            // This thread blocks every signal, and the child would too.
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            let setSession = Int16(0x80)
            posix_spawnattr_setflags(&attributes, setSession | Int16(POSIX_SPAWN_SETSIGMASK))
            var strings = arguments.map { argument in strdup(argument) } + [nil]
            defer { for string in strings { free(string) } }
            let variables: [String] = ["PATH=/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8"]
            var environment = variables.map { variable in strdup(variable) } + [nil]
            defer { for string in environment { free(string) } }
            var pid = pid_t()
            let status = posix_spawn(&pid, arguments[0], &actions, &attributes, &strings, &environment)
            close(input[0])
            close(output[1])
            guard status == 0 else {
                close(input[1])
                close(output[0])
                throw gone
            }
            return (input[1], output[0])
        }
    }
}
