#!/usr/bin/env python3
"""Drives one client against a running Swiftlet: SERVER=http://127.0.0.1:8000 Tests/Clients/run.py NAME

NAME is a directory beside this file. Its requirements.txt is the whole of a virtual environment, which is made once under
.build/clients; its drive.py is what is run in it. A client without requirements needs none. With --record FILE every call
goes through a proxy that writes it down, a line of JSON each; --install only makes the environment.
"""
import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
KEPT = os.path.join(os.path.dirname(os.path.dirname(HERE)), ".build", "clients")


def made(name, command_of):
    """The directory `name`, which the commands make; once, however many processes ask for it."""
    os.makedirs(KEPT, exist_ok=True)
    path = os.path.join(KEPT, name)
    with open(f"{path}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(f"{path}/made"):
            shutil.rmtree(path, ignore_errors=True)
            started = time.monotonic()
            for command in command_of(path):
                done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=dict(
                    os.environ, UV_CACHE_DIR=os.path.join(KEPT, "cache"), UV_NO_CONFIG="1", UV_NO_PROGRESS="1"))
                if done.returncode:
                    sys.exit(f"run: {' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
            open(f"{path}/made", "w").close()
            print(f"run: made {name} in {time.monotonic() - started:.1f} s", flush=True)
    return path


def read(*parts):
    with open(os.path.join(HERE, *parts), encoding="utf-8") as file:
        return file.read()


def installer():
    """uv, which installs in seconds what takes pip minutes."""
    pin = read("installer.txt")
    return made(f"installer-{digest(pin)}", lambda path: [
        [sys.executable, "-m", "venv", path],
        [f"{path}/bin/pip", "install", "-q", "--disable-pip-version-check", "-r", os.path.join(HERE, "installer.txt")],
    ]) + "/bin/uv"


def interpreter(name):
    """The Python that the client runs in."""
    requirements = os.path.join(HERE, name, "requirements.txt")
    if not os.path.exists(requirements):
        return sys.executable
    uv = installer()
    pins = digest(read(name, "requirements.txt") + sys.version)
    return made(f"{name}-{pins}", lambda path: [
        [uv, "venv", "-q", "--python", sys.executable, path],
        [uv, "pip", "install", "-q", "--no-deps", "--python", f"{path}/bin/python", "-r", requirements],
    ]) + "/bin/python"


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("name")
    options.add_argument("--record", metavar="FILE", help="write every call down")
    options.add_argument("--install", action="store_true", help="only make the environment")
    options, rest = options.parse_known_args()
    script = os.path.join(HERE, options.name, "drive.py")
    if not os.path.exists(script):
        sys.exit(f"run: there is no client {options.name!r} in {HERE}.")
    python = interpreter(options.name)
    if options.install:
        return
    if "SERVER" not in os.environ:
        sys.exit("run: SERVER must say where Swiftlet is, such as http://127.0.0.1:8000.")
    environment = dict(os.environ, PYTHONPATH=HERE, PYTHONUNBUFFERED="1")
    # The compiled modules are kept: without them the larger clients take many seconds to load, each time.
    for name in ("VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    if options.record:
        sys.path.insert(0, HERE)
        from clientkit.recorder import Recorder
        recorder = Recorder(environment["SERVER"], options.record)
        environment["SERVER"] = recorder.url
        sys.exit(subprocess.run([python, script, *rest], env=environment).returncode)
    # It becomes the client, so that whoever started it has one process to end.
    os.execve(python, [python, script, *rest], environment)


if __name__ == "__main__":
    main()
