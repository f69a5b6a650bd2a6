#!/usr/bin/env bash
# Does one load, shared by two containers, carry out the plan that one process would? A server in a container, two more
# that run this build of the program on this machine's files, each with a network of its own, and the sum of both.
#
# Usage: load_test.sh PGREHEARSE
# Exit status 77: skipped, for want of an engine or its image; a failure with PGREHEARSE_REQUIRE_CONTAINERS=1.
set -euo pipefail
program=$(readlink -f "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=find_engine.sh
. tests/containers/find_engine.sh
# shellcheck source=outcome.sh
. tests/containers/outcome.sh

image=${PGREHEARSE_TEST_IMAGE:-pgrehearse-test/postgres:15}
deadline_s=60

engine=$(find_engine) || skip "no engine answers"
"$engine" image inspect "$image" >/dev/null 2>&1 || skip "no engine with the image $image (./dev containers makes both)"

name=pgrehearse-load-test-$$
folder=$(mktemp -d)
password=secret-$RANDOM
clean_up() {
  "$engine" rm --force --volumes "$name-server" "$name-1" "$name-2" >/dev/null 2>&1 || true
  "$engine" network rm "$name" >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap clean_up EXIT

"$engine" network create "$name" >/dev/null
"$engine" run --detach --init --name "$name-server" --network "$name" --env "POSTGRES_PASSWORD=$password" "$image" >/dev/null
address=$("$engine" inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$name-server")
url=postgresql://postgres:$password@$address/postgres
end=$((SECONDS + deadline_s))
until psql --no-psqlrc --quiet "$url" --command 'SELECT 1' >/dev/null 2>&1; do
  [ $SECONDS -lt $end ] || fail "the server does not answer after $deadline_s s"
  sleep 0.2
done
psql --no-psqlrc --quiet "$url" --command \
  'CREATE TABLE keys (id int PRIMARY KEY); INSERT INTO keys SELECT generate_series(1, 1000); ANALYZE keys'
printf '\\set id random(1, 1000)\nSELECT id FROM keys WHERE id = :id;\n' >"$folder/script.sql"
load=(load "$url" --file "$folder/script.sql" --protocol prepared --client 8 --rate 400 --time 3 --random-seed 7 --quiet)

for i in 1 2; do
  "$engine" run --detach --name "$name-$i" --network "$name" --volume /:/host:ro --volume "$folder:/host$folder" \
    --entrypoint /usr/sbin/chroot "$image" /host \
    "$program" "${load[@]}" --slice next/2 --start-at together --output "$folder/part$i" >/dev/null
done
for i in 1 2; do
  status=$("$engine" wait "$name-$i")
  [ "$status" = 0 ] || fail "container $i ended with $status:"$'\n'"$("$engine" logs "$name-$i" 2>&1)"
done

# A whole number at the top of a JSON text, as it is printed.
key() { sed -n 's/^  "'"$1"'": \([0-9]*\),\?$/\1/p'; }
merged=$("$program" merge "$folder/part1" "$folder/part2" --format json)
alone=$("$program" "${load[@]}" --output "$folder/alone" --format json)
[ "$(key machines <<<"$merged")" = 2 ] || fail "not two machines: $merged"
for part in part1 part2; do
  [ "$("$program" report "$folder/$part" --format json | key ok)" -gt 400 ] || fail "$part has not half of the load"
done
together=$(key due <<<"$merged") plan=$(key due <<<"$alone") ok=$(key ok <<<"$merged")
# The end is when the clock is looked at: a few operations more or less.
difference=$((together > plan ? together - plan : plan - together))
[ "$difference" -le 24 ] || fail "$together operations were due, and $plan of the plan alone"
[ "$ok" = "$together" ] || fail "$ok of $together succeeded"
printf 'passed: %s operations on two machines, %s on one\n' "$together" "$plan"
