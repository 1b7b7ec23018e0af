import Replication
import Testing

@Suite("Finding the memory limit")
struct MemoryLimitTests {
    private func limit(_ groups: String, _ files: [String: String]) -> MemoryLimit {
        MemoryLimit.limit(groups: groups) { files[$0] }
    }

    @Test func `the lowest limit of the group and those above it holds`() {
        let files = [
            "/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/memory.max": "536870912\n",
            "/sys/fs/cgroup/memory.max": "1073741824\n",
        ]
        #expect(limit("0::/a/b\n", files) == .bytes(512 << 20))
        #expect(limit("0::/\n", ["/sys/fs/cgroup/memory.max": "max"]) == .unlimited)
    }

    @Test func `the older form is read too`() {
        let files = [
            "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "268435456",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
        ]
        #expect(limit("7:cpu,cpuacct:/y\n4:memory:/x\n", files) == .bytes(256 << 20))
        #expect(limit("4:memory:/z\n", files) == .unlimited)
    }

    @Test func `what cannot be read is not known`() {
        #expect(limit("", [:]) == .unknown)
        #expect(limit("4:memory:/x\n", [:]) == .unknown)
    }
}
