# shellcheck shell=bash
# Sourced by the scripts beside it.

# Prints the container engine that answers to this user: docker or podman. Fails when none does.
find_engine() {
  local name
  for name in docker podman; do
    if command -v "$name" >/dev/null && timeout 20 "$name" ps --quiet >/dev/null 2>&1; then
      printf '%s\n' "$name"
      return 0
    fi
  done
  return 1
}
