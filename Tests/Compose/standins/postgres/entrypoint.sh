#!/usr/bin/env bash
# As the official entry point: reads the password out of a file, gives the directory to postgres, makes the cluster and the
# database at the first start, and becomes the server as an ordinary user.
set -euo pipefail
if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    POSTGRES_PASSWORD=$(<"$POSTGRES_PASSWORD_FILE")
    export POSTGRES_PASSWORD
    unset POSTGRES_PASSWORD_FILE
fi
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chmod 700 "$PGDATA"
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    chown -R postgres /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    user=${POSTGRES_USER:-postgres}
    initdb --username="$user" --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:?is not set}") --pgdata="$PGDATA" >/dev/null
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    export PGPASSWORD=$POSTGRES_PASSWORD
    pg_ctl --pgdata="$PGDATA" --options="-c listen_addresses=''" --wait start >/dev/null
    [ "${POSTGRES_DB:-$user}" = postgres ] || createdb --username="$user" --no-password "${POSTGRES_DB:-$user}"
    pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop >/dev/null
    unset PGPASSWORD
fi
unset POSTGRES_PASSWORD
exec "$@" -c listen_addresses='*'
