"""What the socket proxy lets through, asked by docker's own client."""
import os
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

IMAGE = "debian:bookworm-slim"
LABEL = "swiftlet.attempt=test"

# Each would give a container a hold on the host, or on what is not its own.
TOO_MUCH = [
    ["--volume", "/:/host"], ["--mount", "type=bind,source=/,target=/host"], ["--volume", "swiftlet_secrets:/x"],
    ["--mount", "type=volume,source=swiftlet_secrets,target=/x"],
    ["--mount", "type=volume,target=/x,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/"],
    ["--privileged"], ["--network", "host"], ["--pid", "host"], ["--ipc", "host"], ["--uts", "host"],
    ["--cgroupns", "host"], ["--network", "container:{proxy}"], ["--pid", "container:{proxy}"],
    ["--cap-add", "SYS_ADMIN"], ["--device", "/dev/null"], ["--device-cgroup-rule", "a *:* rwm"],
    ["--volumes-from", "{proxy}"], ["--security-opt", "seccomp=unconfined"], ["--security-opt", "apparmor=unconfined"],
    ["--security-opt", "systempaths=unconfined"], ["--security-opt", "label=disable"], ["--runtime", "other"],
    ["--cgroup-parent", "/"], ["--sysctl", "net.ipv4.ip_forward=1"],
]
# The same in spellings that the engine takes and docker's client never writes.
HIDDEN = [
    '{"Labels": {"swiftlet.attempt": "x"}, "Image": "%s", "HostConfig": {"PRIVILEGED": true}}',
    '{"Labels": {"swiftlet.attempt": "x"}, "Image": "%s", "HostConfig": {"\\u0050rivileged": true}}',
    '{"Labels": {"swiftlet.attempt": "x"}, "Image": "%s", "HostConfig": {"bind\u017f": ["/:/host"]}}',
    '{"Labels": {"swiftlet.attempt": "x"}, "Image": "%s", "HostConfig": {"Binds"\n:\n[\n"/:/host"]}}',
    '{"Labels": {"swiftlet.attempt": "x"}, "Image": "%s", "HostConfig": {"MaskedPaths": []}}',
    '{"Env": ["' + "x" * 300_000 + '"], "Labels": {"swiftlet.attempt": "x"}, "Image": "%s", "HostConfig": {"Privileged": true}}',
]
NOT_OURS = [["exec", "{proxy}", "true"], ["volume", "ls"], ["network", "create", "x"], ["logs", "{proxy}"],
            ["swarm", "init"], ["save", IMAGE], ["export", "{proxy}"], ["cp", "{proxy}:/etc/passwd", "-"], ["ps"],
            ["images"], ["inspect", "--type", "container", "{proxy}"], ["rm", "--force", "{proxy}"], ["kill", "{proxy}"],
            ["stop", "{proxy}"], ["attach", "{proxy}"], ["create", IMAGE],
            ["rename", "{proxy}", "other"], ["commit", "{proxy}", "x"], ["pause", "{proxy}"], ["system", "prune", "-f"]]


class SocketProxy:
    def __init__(self, engine, image):
        self.engine = engine
        self.place = tempfile.mkdtemp(prefix="swiftlet-socket-proxy-")
        os.chmod(self.place, 0o777)
        self.socket = f"{self.place}/docker.sock"
        self.name = os.path.basename(self.place)
        engine.docker(
            "run", "--detach", "--name", self.name, "--read-only", "--cap-drop", "ALL", "--network", "none",
            "--security-opt", "no-new-privileges:true", "--group-add", str(os.stat(engine.socket).st_gid),
            "--volume", f"{self.place}:/engine", "--volume", f"{engine.socket}:/var/run/docker.sock", image,
            "socket-proxy", "--listen", "/engine/docker.sock")
        end = time.time() + 20
        while self.ask("version").returncode != 0:
            assert time.time() < end, engine.docker("logs", self.name, merged=True).stdout
            time.sleep(0.1)

    def remove(self):
        self.engine.docker("rm", "--force", self.name, check=False)
        shutil.rmtree(self.place, ignore_errors=True)

    def ask(self, *arguments, said=None):
        words = [word.replace("{proxy}", self.name) for word in arguments]
        return subprocess.run(["docker", *words], input=said, capture_output=True, text=True, timeout=60,
                              env=dict(self.engine.environment, DOCKER_HOST=f"unix://{self.socket}"))

    def lets_through_what_a_launcher_does(self):
        made = self.ask(
            "create", "--interactive", "--label", LABEL, "--init", "--pull", "never", "--memory", "64m", "--cpus", "0.5",
            "--pids-limit", "64", "--network", "none", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
            "--read-only", "--tmpfs", "/tmp", "--volume", "/config", "--env", 'TEXT={"source": "ü", "privileged": true}',
            IMAGE, "sh", "-c", "cat /config/file; cat; echo on error >&2; exit 3")
        assert made.returncode == 0, made.stderr
        container = made.stdout.strip()
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("from the file, ")
            file.flush()
            copied = self.ask("cp", file.name, f"{container}:/config/file")
            assert copied.returncode == 0, copied.stderr
        # The end of the input must arrive, or a destination never ends.
        ran = self.ask("start", "--attach", "--interactive", container, said="from the input" * 100_000)
        assert ran.stdout == "from the file, " + "from the input" * 100_000, (
            len(ran.stdout), ran.stdout[:40], ran.stdout[-40:], ran.stderr)
        assert (ran.returncode, ran.stderr) == (3, "on error\n"), (ran.returncode, ran.stderr)
        assert self.ask("inspect", "--format", "{{.State.ExitCode}}", container).stdout == "3\n"
        assert self.ask("rm", "--force", "--volumes", container).returncode == 0
        for words in (["info"], ["version"], ["image", "inspect", IMAGE]):
            assert self.ask(*words).returncode == 0, words
        pulled = self.ask("pull", "nowhere.invalid/nothing:1")
        assert "nowhere.invalid" in pulled.stderr, pulled.stderr
        running = self.ask("run", "--detach", "--label", LABEL, IMAGE, "sleep", "60").stdout.strip()
        assert self.ask("kill", running).returncode == 0
        assert self.ask("wait", running).stdout == "137\n"
        assert self.ask("rm", running).returncode == 0

    def loses_nothing_of_either_stream(self):
        """Both ends of an attached container, at a time when many are: neither may be cut short."""
        def one(_):
            made = self.ask("create", "--interactive", "--label", LABEL, IMAGE, "sh", "-c", "cat; echo on error >&2; exit 3").stdout.strip()
            ran = self.ask("start", "--attach", "--interactive", made, said="from the input" * 100_000)
            self.ask("rm", made)
            return len(ran.stdout), ran.stderr
        with ThreadPoolExecutor(3) as pool:
            ended = set(pool.map(one, range(60)))
        assert ended == {(1_400_000, "on error\n")}, ended

    def refuses_the_rest(self):
        for words in TOO_MUCH:
            self._is_refused(self.ask("create", "--label", LABEL, *words, IMAGE, "true"), words)
        for words in NOT_OURS:
            self._is_refused(self.ask(*words), words)
        for body in HIDDEN:
            self._is_forbidden("/v1.41/containers/create", (body % IMAGE).encode())
            self._is_forbidden("/containers/create", (body % IMAGE).encode())
        for path in ("/v1.23/containers/x/start", "/v1.9/containers/json", "/images/../containers/x/exec",
                     "/images/create?fromSrc=-&repo=x", "/containers/x/%65xec", "/build", "/grpc", "/session"):
            self._is_forbidden(path, b"{}")
        self._is_forbidden(f"/containers/{self.name}/archive?path=/", b"", "PUT")
        assert self.engine.inspect(self.name, "{{.State.Running}}") == "true"
        return f"{len(TOO_MUCH) + len(NOT_OURS) + 2 * len(HIDDEN) + 9} requests"

    def _is_refused(self, done, words):
        refused = done.returncode != 0 and ("may not be made" in done.stderr or "not among the calls" in done.stderr
                                         or "not one of the containers" in done.stderr)
        assert refused, f"{' '.join(words)}: {done.returncode} {done.stdout}{done.stderr}"

    def _is_forbidden(self, path, body, method="POST"):
        done = subprocess.run(
            ["curl", "--silent", "--path-as-is", "--output", "/dev/null", "--write-out", "%{http_code}", "--request", method,
             "--header", "Content-Type: application/json", "--header", "Expect:", "--data-binary", "@-",
             "--unix-socket", self.socket, f"http://engine{path}"], input=body, capture_output=True, timeout=60)
        assert done.stdout == b"403", f"{path} {body[:80]}: {done.stdout}"
