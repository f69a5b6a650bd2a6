#!/usr/bin/env bash
# Makes the PostgreSQL image of the tests with containers from the distribution's packages, so that no registry is
# needed, and prints its name. Quick when the image stands already.
#
#   make_image.sh [MAJOR | NAME:MAJOR]     default: pgrehearse-test/postgres:<the distribution's major>
#
# Needs root, debootstrap and an engine that answers (engine.sh). Exit status 77: this machine cannot make it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=find_engine.sh
. ./find_engine.sh

say() { printf 'make_image: %s\n' "$*" >&2; }
cannot() {
  say "$*"
  exit 77
}

distribution_major() { apt-cache depends postgresql 2>/dev/null | sed -n 's/^ *Depends: postgresql-\([0-9]*\)$/\1/p'; }
distribution_suite() { (. /etc/os-release && printf '%s' "$VERSION_CODENAME"); }

# The archive from which this machine is installed, as its apt is configured.
mirror() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v suite="$1" '$2 == suite && $3 == "main" && !found { print $1; found = 1 }'
}

stands() { [ "$("$engine" image inspect --format "{{index .Config.Labels \"$2\"}}" "$1" 2>/dev/null)" = "$3" ]; }

# The smallest system with the server in it. By far the slowest step, so it is kept as an image of its own.
make_base() {
  local root=$work/root suite archive
  suite=$(distribution_suite)
  archive=$(mirror "$suite")
  [ -n "$archive" ] || cannot "apt's configuration names no archive of $suite"
  eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
  mkdir -p "$packages"
  if ! http_proxy=${http_proxy:-} debootstrap --variant=minbase --cache-dir="$packages" \
    --include="postgresql-$major" "$suite" "$root" "$archive" >"$work/log" 2>&1; then
    tail -n 20 "$work/log" >&2
    say "debootstrap failed; its last words are above"
    exit 1
  fi
  # The cluster that the package made, and what nobody reads in a container.
  rm -rf "$root"/var/lib/postgresql/* "$root"/etc/postgresql/* "$root"/var/{cache,log}/* "$root"/var/lib/apt/lists/* \
    "$root"/usr/share/{doc,man,info,locale}
  tar --create --numeric-owner --directory="$root" . | "$engine" import - "$base" >/dev/null
}

# A container of the base gets our entry point and becomes the image; that needs no builder.
make_image() {
  install -D -m 0755 entrypoint.sh "$work/added/usr/local/bin/docker-entrypoint.sh"
  mkdir -p "$work/added/docker-entrypoint-initdb.d"
  container=$("$engine" create --stop-signal=SIGINT "$base" true)
  "$engine" cp "$work/added/." "$container:/"
  local changes=(
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/$major/bin"
    "ENV LANG=C.UTF-8" "ENV PG_MAJOR=$major" "ENV PGDATA=/var/lib/postgresql/data" "VOLUME /var/lib/postgresql/data"
    "EXPOSE 5432" "LABEL $label=$version"
    'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["postgres"]'
  )
  [ "$engine" = docker ] || changes+=("STOPSIGNAL SIGINT")  # docker takes it from the container, and only from there
  "$engine" commit "${changes[@]/#/--change=}" "$container" "$image" >/dev/null
  "$engine" image prune --force --filter="label=$label" >/dev/null  # the one that it replaces
}

clean_up() {
  [ -z "$container" ] || "$engine" rm --force "$container" >/dev/null
  rm -rf "$work"
}

case ${1:-} in
  *:*) image=$1 major=${1##*:} ;;
  *) major=${1:-$(distribution_major)} image=pgrehearse-test/postgres:$major ;;
esac
engine=$(find_engine) || cannot "no container engine answers; engine.sh brings one up"
digest() { sha256sum | cut -c 1-12; }
base=pgrehearse-test/base:$(distribution_suite)-$major-$(declare -f make_base | digest)
label=org.pgrehearse.test-image
version=$( (printf '%s' "$base" && cat entrypoint.sh && declare -f make_image) | digest)

if ! stands "$image" "$label" "$version"; then
  [ "$(id -u)" = 0 ] || cannot "making the image $image needs root"
  command -v debootstrap >/dev/null || cannot "debootstrap is not installed"
  apt-cache show "postgresql-$major" >/dev/null 2>&1 || cannot "this distribution has no package postgresql-$major"
  work=$(mktemp -d /var/tmp/pgrehearse-image.XXXXXX) container=
  packages=$(cd ../.. && pwd)/build/container-packages  # debootstrap's downloads, for the next time
  trap clean_up EXIT
  "$engine" image inspect "$base" >/dev/null 2>&1 || make_base
  make_image
fi
if ! words=$("$engine" run --rm --entrypoint=true "$image" 2>&1); then
  say "$engine answers, but cannot run a container: $words"
  exit 1
fi
printf '%s\n' "$image"
