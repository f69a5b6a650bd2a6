# shellcheck shell=bash
# Sourced by the scripts beside it.

answers() { command -v "$1" >/dev/null && timeout 20 "$1" ps --quiet >/dev/null 2>&1; }

# Prints the container engine that answers to this user, as pgrehearse chooses: docker, else podman. Fails when none does.
find_engine() {
  local name
  for name in docker podman; do
    if answers "$name"; then
      printf '%s\n' "$name"
      return 0
    fi
  done
  return 1
}
