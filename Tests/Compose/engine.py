"""A container engine to test on: the one that runs, or a dockerd of our own in a temporary directory."""
import os
import shutil
import signal
import subprocess
import tempfile
import time


class NoEngine(Exception):
    """None runs, and none can be started."""


class Engine:
    def __init__(self, say, kept=None):
        """`kept`: a directory for the engine's data that outlives the tests, so that images need not be made again."""
        self.say = say
        self.kept = kept
        self.daemon = None
        self.place = None
        self.environment = dict(os.environ, DOCKER_BUILDKIT="0", COMPOSE_HTTP_TIMEOUT="180")

    @property
    def host(self):
        return self.environment.get("DOCKER_HOST", "unix:///var/run/docker.sock")

    @property
    def socket(self):
        return self.host.removeprefix("unix://")

    def start(self):
        if self.docker("version", check=False).returncode == 0:
            self.say(f"using the engine that runs ({self.host})")
            return
        missing = [name for name in ("dockerd", "containerd", "runc") if not shutil.which(name)]
        if missing or os.geteuid() != 0:
            raise NoEngine("no container engine answers, and none can be started here: "
                           + (f"{' and '.join(missing)} missing." if missing else "dockerd needs root."))
        self.place = tempfile.mkdtemp(prefix="swiftlet-engine-")
        data = self.kept or f"{self.place}/data"
        self.environment["DOCKER_HOST"] = f"unix://{self.place}/docker.sock"
        self.say(f"starting dockerd in {data}")
        with open(f"{self.place}/dockerd.log", "ab") as log:
            self.daemon = subprocess.Popen(
                ["dockerd", "--data-root", data, "--exec-root", f"{self.place}/exec", "--host", self.host,
                 "--pidfile", f"{self.place}/pid"], stdout=log, stderr=log, start_new_session=True)
        for _ in range(300):
            if self.docker("version", check=False).returncode == 0:
                return
            if self.daemon.poll() is not None:
                break
            time.sleep(0.2)
        with open(f"{self.place}/dockerd.log", errors="replace") as log:
            last = log.read()[-1500:]
        self.stop()
        raise NoEngine(f"dockerd does not start on this machine. Its last words:\n{last}")

    def stop(self):
        if self.daemon and self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGTERM)
            try:
                self.daemon.wait(60)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait()
        if self.place:
            subprocess.run(["umount", "--recursive", "--quiet", self.place], check=False, capture_output=True)
            shutil.rmtree(self.place, ignore_errors=True)

    def docker(self, *arguments, check=True, stdin=None, merged=False):
        return self.run(["docker", *arguments], check=check, stdin=stdin, merged=merged)

    def run(self, command, check=True, stdin=None, merged=False, cwd=None, environment=None):
        """The finished process with its outputs as text; `merged`: the error output in among the other."""
        done = subprocess.run(
            command, stdin=stdin or subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace", cwd=cwd,
            stderr=subprocess.STDOUT if merged else subprocess.PIPE, env={**self.environment, **(environment or {})})
        if check and done.returncode != 0:
            said = (done.stdout + (done.stderr or ""))[-4000:]
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{said}")
        return done

    def inspect(self, name, template):
        return self.docker("inspect", "--format", template, name).stdout.strip()
