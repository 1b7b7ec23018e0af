import Posix
import TestKit

/// An S3 server for tests: moto, from PyPI, in a virtual environment of its own.
final class ObjectStore: Sendable {
    let port: Int
    private let child: Child

    /// Holds the files, by their keys, in the bucket `lake`.
    init(_ files: [String: String]) async throws {
        let python = try await Self.python()
        let script = """
            import sys, json, boto3
            from moto.server import ThreadedMotoServer
            server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
            server.start()
            host, port = server.get_host_and_port()
            s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
                              aws_access_key_id="key", aws_secret_access_key="secret")
            s3.create_bucket(Bucket="lake")
            for key, text in json.loads(sys.argv[1]).items():
                s3.put_object(Bucket="lake", Key=key, Body=text.encode())
            print("port", port, flush=True)
            import time
            while True: time.sleep(1)
            """
        let json = "{" + files.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }.joined(separator: ",") + "}"
        (child, port) = try await FileServer.start(python, ["-c", script, json])
    }

    deinit { child.signal(.kill) }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }

    /// The environment's Python, made on first use.
    private static func python() async throws -> String {
        let directory = "\(RealConnectors.venvs)/moto-5"
        let python = "\(directory)/bin/python"
        if Program.isExecutableFile("\(directory)/whole") { return python }
        let script = """
            set -e
            mkdir -p \(RealConnectors.venvs); rm -rf \(directory)
            python3 -m venv \(directory)
            \(directory)/bin/pip install -q --disable-pip-version-check --prefer-binary 'moto[server]==5.*'
            ln -s bin/python \(directory)/whole
            """
        let exit = try await Thread.value {
            let child = try Child.spawn(
                ChildRequest("/bin/sh", ["-c", script], environment: Environment.current.values))
            return child.wait()
        }
        guard exit == .exited(0) else {
            throw RunningProgram.Failure(description: "moto could not be installed (\(exit)).")
        }
        return python
    }
}
