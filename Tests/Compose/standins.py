"""Images under the names that the files of deploy/ use, made out of what Debian and this machine have.

Where an image can be pulled, the real one is better; the tests make a stand-in only for a name that is not there. What is
tested is our own files, so each stand-in behaves like its model where they can tell.
"""
import os
import shutil
import subprocess
import tarfile
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DEBIAN = "http://deb.debian.org/debian"


class StandIns:
    def __init__(self, engine, say):
        self.engine = engine
        self.say = say
        self.made = []

    def make_missing(self):
        self._unless_there("debian:bookworm-slim", self._debian)
        for name, folder in (
            ("postgres:17-bookworm", "postgres"),
            ("caddy:2", "caddy"),
        ):
            self._unless_there(name, lambda name=name, folder=folder: self._build(name, folder))
        self._unless_there("docker:28-cli", self._client)
        self._unless_there("swift:6.3-bookworm", self._swift)

    def _unless_there(self, name, make):
        if self.engine.docker("image", "inspect", name, check=False).returncode == 0:
            return
        self.say(f"making a stand-in for {name}")
        make()
        self.made.append(name)

    def remove(self):
        for name in reversed(self.made):
            self.engine.docker("image", "rm", "--force", name, check=False)

    def _debian(self):
        place = tempfile.mkdtemp(prefix="swiftlet-debian-")
        try:
            run(["debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", place, DEBIAN])
            # A machine behind a proxy that speaks for others has its own authorities; so must what runs on it.
            extra = "/usr/local/share/ca-certificates"
            if os.path.isdir(extra):
                shutil.copytree(extra, place + extra, dirs_exist_ok=True)
                run(["chroot", place, "update-ca-certificates"])
            for waste in ("var/cache/apt", "var/lib/apt/lists"):
                shutil.rmtree(os.path.join(place, waste), ignore_errors=True)
                os.makedirs(os.path.join(place, waste, "partial"))
            self._import(place, "debian:bookworm-slim", 'CMD ["bash"]')
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _client(self):
        """The newest of the clients that are installed, alone at its usual place."""
        clients = [path for path in ("/usr/local/bin/docker", "/usr/bin/docker") if os.access(path, os.X_OK)]
        with tempfile.TemporaryDirectory() as place:
            os.makedirs(f"{place}/usr/local/bin")
            shutil.copy2(max(clients, key=client_version), f"{place}/usr/local/bin/docker")
            self._import(place, "docker:28-cli", "CMD docker")

    def _swift(self):
        """The installed toolchain, without what only debuggers and editors use."""
        toolchain = os.path.dirname(os.path.dirname(os.path.realpath(shutil.which("swift"))))
        unused = ("lldb", "liblldb", "sourcekit", "libsourcekit", "repl", "clangd", "docc", "swift-format", "python3")

        def wanted(entry):
            return None if os.path.basename(entry.name).startswith(unused) else entry

        with tempfile.TemporaryDirectory() as place:
            shutil.copy(f"{HERE}/standins/swift/Dockerfile", place)
            with tarfile.open(f"{place}/toolchain.tar", "w") as tar:
                tar.add(toolchain, "usr", filter=wanted)
            self.engine.docker("build", "--quiet", "--tag", "swift:6.3-bookworm", place)

    def _build(self, name, folder):
        self.engine.docker("build", "--quiet", "--tag", name, f"{HERE}/standins/{folder}")

    def _import(self, place, name, change):
        with subprocess.Popen(["tar", "--create", "--numeric-owner", "--directory", place, "."],
                              stdout=subprocess.PIPE) as tar:
            self.engine.docker("import", "--change", change, "-", name, stdin=tar.stdout)


def client_version(path):
    words = subprocess.run([path, "--version"], capture_output=True, text=True).stdout.split()
    return tuple(int(part) for part in words[2].split("+")[0].rstrip(",").split(".") if part.isdigit())


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}")
