#!/usr/bin/env bash
# Installs the system packages that Swiftlet builds on and is tested with. Safe to run again: it does nothing where all
# are there.
set -euo pipefail

packages=(
    pkg-config libpq-dev libsqlite3-dev libmicrohttpd-dev libssl-dev libcurl4-openssl-dev zlib1g-dev
    libargon2-dev libjwt-dev                                                    # to build: passwords, tokens
    libvalijson-dev nlohmann-json3-dev libpcre2-dev                             # to build: configurations and their schemas
    python3 python3-venv ca-certificates                                        # to run connectors from PyPI
    openssh-client                                                              # to reach servers through SSH hosts
    tzdata                                                                      # the zones of schedules
    sqlite3 postgresql iproute2 curl jq json-schema-test-suite                  # to demonstrate and to test
    openssl openssh-server libnss-wrapper                                       # to test: certificates, SSH hosts
)

if ! command -v swift >/dev/null; then
    echo "setup: no Swift toolchain is on the PATH. Install Swift 6.2 or newer from https://www.swift.org/install and try again." >&2
    exit 1
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "setup: this is no Debian or Ubuntu. Install what these packages hold, then run make build:" >&2
    printf '  %s\n' "${packages[@]}" >&2
    exit 1
fi

# Newer releases keep the older names of zones, such as US/Pacific, in a package of their own.
if apt-cache show tzdata-legacy >/dev/null 2>&1; then packages+=(tzdata-legacy); fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

run=()
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "setup: these packages are missing, and there is neither root nor sudo to install them:" >&2
        printf '  %s\n' "${missing[@]}" >&2
        exit 1
    fi
    run=(sudo)
fi

echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${run[@]}" apt-get update && "${run[@]}" apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "setup: apt-get failed; the lines above say why." >&2
    exit 1
fi
