# shellcheck shell=bash
# Sourced by the tests beside it: how they end.

fail() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}
# 77 is ctest's "skipped"; a failure where nothing may be skipped.
skip() {
  printf 'SKIPPED: %s\n' "$*"
  [ "${PGREHEARSE_REQUIRE_CONTAINERS:-0}" = 1 ] && exit 1
  exit 77
}
