#!/bin/bash
# The entry point of the PostgreSQL image that the tests make where no registry can be reached (make_image.sh). It keeps
# the contract of the official image (https://github.com/docker-library/postgres) as far as pgrehearse leans on it, its trap
# included: while the cluster is made, a temporary server answers, on the Unix socket only.
set -euo pipefail

fail() {
  printf 'entrypoint: %s\n' "$*" >&2
  exit 1
}

# Exports NAME: its own value, or the content of the file that NAME_FILE names, or the default. Files are read while we
# are still root, so that they may be root's alone.
setting() {
  local name=$1 default=$2 file_name=${1}_FILE
  local value=${!name:-} file=${!file_name:-}
  [ -z "$value" ] || [ -z "$file" ] || fail "$name and $file_name exclude one another"
  [ -z "$file" ] || value=$(<"$file")
  export "$name=${value:-$default}"
  unset "$file_name"
}

settings() {
  setting POSTGRES_PASSWORD ''
  setting POSTGRES_USER postgres
  setting POSTGRES_DB "$POSTGRES_USER"
  setting POSTGRES_INITDB_ARGS ''
}

give_folders_to_postgres() {
  install -d -o postgres -g postgres -m 0700 "$PGDATA"
  install -d -o postgres -g postgres -m 3775 /var/run/postgresql
  chown -R postgres: "$PGDATA"
}

make_cluster() {
  [ -n "$POSTGRES_PASSWORD" ] || [ "${POSTGRES_HOST_AUTH_METHOD:-}" = trust ] ||
    fail "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE (or POSTGRES_HOST_AUTH_METHOD=trust, which needs no password)"
  local arguments
  eval "arguments=($POSTGRES_INITDB_ARGS)"  # may hold quotes, as on a command line
  initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
    "${arguments[@]}"
  printf "\nlisten_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
}

sql() {
  psql --no-psqlrc --no-password --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" "$@"
}

make_database() {
  sql --quiet --dbname=postgres --set=name="$POSTGRES_DB" <<'SQL'
SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
SQL
}

run_file() {
  case $1 in
    *.sh) if [ -x "$1" ]; then "$1"; else . "$1"; fi ;;
    *.sql) sql --dbname="$POSTGRES_DB" --file="$1" ;;
    *.sql.gz) gunzip --stdout "$1" | sql --dbname="$POSTGRES_DB" ;;
    *) printf 'entrypoint: %s is ignored\n' "$1" >&2 ;;
  esac
}

# With the temporary server, to which the final server's arguments are passed on.
fill_cluster() {
  export PGPASSWORD=$POSTGRES_PASSWORD  # the user may ask for passwords on the socket, too
  pg_ctl --pgdata="$PGDATA" --wait --options="$(printf '%q ' "$@" -c listen_addresses= -p 5432)" start
  make_database
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    [ ! -f "$file" ] || run_file "$file"
  done
  pg_ctl --pgdata="$PGDATA" --wait --mode=fast stop
  unset PGPASSWORD
}

case ${1:-} in
  postgres) ;;
  -*) set -- postgres "$@" ;;
  *) exec "$@" ;;
esac
case ${2:-} in
  --version | -V | --help | '-?' | --describe-config) exec "$@" ;;
esac

settings
if [ "$(id -u)" = 0 ]; then
  give_folders_to_postgres
  exec env HOME=/var/lib/postgresql setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  make_cluster
  fill_cluster "${@:2}"
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
fi
exec "$@"
