#!/usr/bin/env bash
# Tests the images, compose files and units of deploy/ with a real container engine: the one that runs, or a dockerd that is
# started for it. Images that cannot be pulled are stood in for by ones made of Debian. Takes a quarter of an hour, five minutes
# of it to build the image. Arguments go to Tests/Compose/run.py.
set -euo pipefail
cd "$(dirname "$0")/.."

# Beyond what scripts/setup.sh installs: only this needs them.
packages=(docker.io docker-compose debootstrap systemd)
missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "test-compose: these packages are missing: ${missing[*]}" >&2
        [[ " $* " == *" --if-possible "* ]] && exit 0 || exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >/dev/null
fi
exec python3 -B Tests/Compose/run.py "$@"
