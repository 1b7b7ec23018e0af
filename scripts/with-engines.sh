#!/usr/bin/env bash
# Runs a command with container engines that tests may use, and a private registry:
#   SWIFTLET_TEST_DOCKER    the engine's address, for DOCKER_HOST
#   SWIFTLET_TEST_REGISTRY  the registry's address
#   SWIFTLET_TEST_SIGNED_IN a folder for DOCKER_CONFIG that is signed in there
#   SWIFTLET_TEST_PODMAN    a program that is podman, with images of its own
# Installs Debian's docker.io and podman where they are missing and starts an engine of its own where none answers; both need
# root. Where that cannot be, the command runs without: the tests say then that they were skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

without() {
    echo "with-engines: $1; what needs a container engine is skipped." >&2
    shift
    exec "$@"
}

[ "$(id -u)" = 0 ] || without "there is no root to start an engine" "$@"
packages=(docker.io podman runc busybox-static docker-registry apache2-utils)
missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    # Debian starts what it installs where there is a service manager; one of our own is wanted.
    (apt-get update && apt-get install -y --no-install-recommends "${missing[@]}") >/dev/null 2>&1 ||
        without "apt-get could not install ${missing[*]}" "$@"
fi

folder=$(mktemp -d)
started=()
finish() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$folder" 2>/dev/null || true
}
trap finish EXIT

SWIFTLET_TEST_DOCKER=${DOCKER_HOST:-unix:///var/run/docker.sock}
if ! docker info >/dev/null 2>&1; then
    SWIFTLET_TEST_DOCKER=unix://$folder/docker.sock
    dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" --host "$SWIFTLET_TEST_DOCKER" \
        >"$folder/dockerd.log" 2>&1 &
    started+=($!)
    export DOCKER_HOST=$SWIFTLET_TEST_DOCKER
    for _ in $(seq 300); do
        if docker info >/dev/null 2>&1; then break; fi
        sleep 0.1
    done
    if ! docker info >/dev/null 2>&1; then
        tail -n 5 "$folder/dockerd.log" >&2
        finish
        trap - EXIT
        without "no container engine can be started here" "$@"
    fi
fi

# Podman with its images in a place of its own. It would raise limits, which not every machine may do.
podman=$folder/podman
cat >"$folder/containers.conf" <<EOF
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
EOF
cat >"$folder/storage.conf" <<EOF
[storage]
driver = "overlay"
graphroot = "$folder/podman-data"
runroot = "$folder/podman-run"
EOF
cat >"$podman" <<EOF
#!/bin/sh
export CONTAINERS_CONF=$folder/containers.conf CONTAINERS_STORAGE_CONF=$folder/storage.conf
command=\$1
shift
case \$command in
create | run) exec /usr/bin/podman \$command --ulimit nofile=1024:4096 --ulimit nproc=4096:4096 "\$@" ;;
*) exec /usr/bin/podman \$command "\$@" ;;
esac
EOF
chmod +x "$podman"

# Images of a few programs: one as connectors are, and one that was made for another kind of machine.
root=$folder/root
mkdir -p "$root/bin" "$root/etc" "$root/tmp"
cp /bin/busybox "$root/bin/"
for name in sh cat dd echo env head id ls sleep stat touch tr true wc yes; do ln -s busybox "$root/bin/$name"; done
echo 'airbyte:x:1000:1000::/:/bin/sh' >"$root/etc/passwd"
chmod 1777 "$root/tmp"
image() {
    tar -C "$root" -c . >"$folder/root.tar"
    docker import "$@" <"$folder/root.tar" >/dev/null
    "$podman" import --quiet "$@" <"$folder/root.tar" >/dev/null
}
image --change 'ENTRYPOINT ["/bin/sh"]' --change 'USER airbyte' --change 'LABEL io.airbyte.version=1.0' - swiftlet-test/shell:1.0
image --change 'ENTRYPOINT ["/bin/sh"]' --change 'LABEL swiftlet.read-only-root=true' - swiftlet-test/read-only:1.0
python3 - <<'EOF' | docker load >/dev/null
import hashlib, io, json, sys, tarfile

def packed(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()

layer = packed({"bin/connector": bytes(64), "bin/sh": bytes(64)})
config = json.dumps({
    "architecture": "arm64", "os": "linux", "config": {"Entrypoint": ["/bin/connector"]},
    "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
}).encode()
manifest = [{"Config": "config.json", "RepoTags": ["swiftlet-test/foreign:1.0"], "Layers": ["layer.tar"]}]
sys.stdout.buffer.write(packed({
    "config.json": config, "layer.tar": layer, "manifest.json": json.dumps(manifest).encode()}))
EOF

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
SWIFTLET_TEST_REGISTRY=127.0.0.1:$port
SWIFTLET_TEST_SIGNED_IN=$folder/signed-in
htpasswd -Bbn tester a-password >"$folder/htpasswd" 2>/dev/null
cat >"$folder/registry.yml" <<EOF
version: 0.1
storage: {filesystem: {rootdirectory: $folder/registry}}
http: {addr: $SWIFTLET_TEST_REGISTRY}
auth: {htpasswd: {realm: tests, path: $folder/htpasswd}}
log: {level: error}
EOF
docker-registry serve "$folder/registry.yml" >"$folder/registry.log" 2>&1 &
started+=($!)
for _ in $(seq 100); do
    if curl -s -o /dev/null "http://$SWIFTLET_TEST_REGISTRY/v2/"; then break; fi
    sleep 0.1
done
echo a-password | docker --config "$SWIFTLET_TEST_SIGNED_IN" login --username tester --password-stdin "$SWIFTLET_TEST_REGISTRY" >/dev/null 2>&1
docker tag swiftlet-test/shell:1.0 "$SWIFTLET_TEST_REGISTRY/hub/private/shell:1.0"
docker --config "$SWIFTLET_TEST_SIGNED_IN" push --quiet "$SWIFTLET_TEST_REGISTRY/hub/private/shell:1.0" >/dev/null
docker rmi "$SWIFTLET_TEST_REGISTRY/hub/private/shell:1.0" >/dev/null

export SWIFTLET_TEST_DOCKER SWIFTLET_TEST_REGISTRY SWIFTLET_TEST_SIGNED_IN
if "$podman" run --rm --network none swiftlet-test/shell:1.0 -c true 2>"$folder/podman.log"; then
    export SWIFTLET_TEST_PODMAN=$podman
else
    echo "with-engines: podman cannot run here ($(tail -n 1 "$folder/podman.log")); what needs it is skipped." >&2
fi
"$@"
