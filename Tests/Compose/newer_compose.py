"""The second version of docker-compose, which Debian has from its release 13 on; it needs no more than libc."""
import glob
import os
import subprocess

SOURCE = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main\n"


def fetch(directory):
    """Puts the program into the directory; gives its path. apt checks whose it is, with lists of its own."""
    os.makedirs(f"{directory}/lists/partial")
    os.makedirs(f"{directory}/cache/archives/partial")
    with open(f"{directory}/sources.list", "w") as file:
        file.write(SOURCE)
    apart = ["-o", f"Dir::Etc::SourceList={directory}/sources.list", "-o", "Dir::Etc::SourceParts=-",
             "-o", f"Dir::State::Lists={directory}/lists", "-o", f"Dir::Cache={directory}/cache",
             "-o", "APT::Sandbox::User=root", "-qq"]
    for words in (["update"], ["download", "docker-compose"]):
        done = subprocess.run(["apt-get", *apart, *words], cwd=directory, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"apt-get {' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    package, = glob.glob(f"{directory}/docker-compose_*.deb")
    subprocess.run(["dpkg-deb", "--extract", package, directory], check=True)
    return os.path.join(directory, "usr/libexec/docker/cli-plugins/docker-compose")
