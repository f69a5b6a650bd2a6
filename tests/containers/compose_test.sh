#!/usr/bin/env bash
# Does each Compose that is installed here (`docker compose`, docker-compose 1.29) read docker-compose.yml, and does a
# server started by it become ready, on the loopback only?
#
# Exit status 77: skipped, for want of a Compose or an engine; a failure with PGREHEARSE_REQUIRE_CONTAINERS=1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=find_engine.sh
. tests/containers/find_engine.sh
# shellcheck source=outcome.sh
. tests/containers/outcome.sh

image=${PGREHEARSE_TEST_IMAGE:-pgrehearse-test/postgres:15}
major=${image##*:}
deadline_s=60

expect() { grep -qE -- "$2" <<<"$1" || fail "no match for '$2' in:"$'\n'"$1"; }

installed() {
  ! docker compose version >/dev/null 2>&1 || printf 'docker compose\n'
  ! docker-compose version >/dev/null 2>&1 || printf 'docker-compose\n'
}

# Each profile has one server: its major's image, its port on the loopback, a password, a health check.
check_profiles() {
  local profile text
  for profile in 14 15 16 17 18; do
    text=$($compose --profile "pg$profile" config) || fail "$compose does not read the profile pg$profile"
    expect "$text" "image: ['\"]?postgres:${profile}['\"]?\$"
    expect "$text" "host_ip: 127\\.0\\.0\\.1|127\\.0\\.0\\.1:543$profile:5432"  # v2 | 1.29
    expect "$text" "published: ['\"]?543$profile|:543$profile:5432"
    expect "$text" 'POSTGRES_PASSWORD: rehearsal'
    expect "$text" 'pg_isready'
  done
  text=$(PGREHEARSE_POSTGRES_IMAGE=example/postgres PGREHEARSE_PASSWORD=other $compose --profile pg16 config)
  expect "$text" "image: ['\"]?example/postgres:16['\"]?\$"
  expect "$text" 'POSTGRES_PASSWORD: other'
  text=$($compose --profile pgrehearse config)
  expect "$text" '/project/pgrehearse-runs'
}

health() { docker inspect --format '{{.State.Health.Status}}' "$($compose ps --quiet "pg$major")"; }

check_server() {
  export COMPOSE_PROJECT_NAME=pgrehearse-test-$$ PGREHEARSE_POSTGRES_IMAGE=${image%:*}
  export PGREHEARSE_PORT_PREFIX=$((200 + RANDOM % 300)) PGREHEARSE_PASSWORD=secret-$RANDOM
  trap '$compose --profile "pg$major" down --volumes >/dev/null 2>&1' EXIT
  $compose up -d "pg$major" || fail "$compose does not start the service pg$major"
  local end=$((SECONDS + deadline_s)) status answer published
  until status=$(health) && [ "$status" = healthy ]; do
    [ $SECONDS -lt $end ] || fail "the server is not healthy after $deadline_s s, but $status"
    sleep 0.2
  done
  published=$($compose port "pg$major" 5432)
  [ "$published" = "127.0.0.1:$PGREHEARSE_PORT_PREFIX$major" ] || fail "published at $published"
  answer=$(PGPASSWORD=$PGREHEARSE_PASSWORD psql --no-psqlrc --tuples-only --no-align \
    "postgresql://pgrehearse@$published/rehearsal" --command "SELECT current_setting('log_destination'),
      current_setting('shared_preload_libraries'), pg_current_logfile() IS NOT NULL, pg_postmaster_start_time() < now()") ||
    fail "no session at $published"
  [ "$answer" = 'csvlog|pg_stat_statements|t|t' ] || fail "the server answers '$answer'"
  $compose --profile "pg$major" down --volumes
  [ -z "$(docker ps --all --quiet --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME")" ] ||
    fail "$compose down left a container"
}

mapfile -t composes < <(installed)
[ ${#composes[@]} != 0 ] || skip "neither 'docker compose' nor docker-compose is installed"
for compose in "${composes[@]}"; do
  printf '%s %s\n' "$compose" "$($compose version --short)"
  (check_profiles)
done
if [ "$(find_engine)" = podman ]; then
  printf 'SKIPPED: no server was started: Compose needs the engine of Docker, and only podman answers\n'
  exit 77
fi
docker image inspect "$image" >/dev/null 2>&1 || skip "no engine with the image $image (./dev containers makes both)"
for compose in "${composes[@]}"; do
  (check_server)
done
printf 'passed\n'
