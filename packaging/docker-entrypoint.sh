#!/bin/sh
# Runs pgrehearse in its image: never as root, and where the project's folder is mounted, as the owner of that folder, so
# that the run folders belong to whoever asked for them.
set -eu

# In a rootless engine root is the caller's own account already; then its user namespace maps only some users.
is_real_root() { [ "$(id -u)" = 0 ] && grep -q '4294967295$' /proc/self/uid_map; }

if is_real_root; then
  owner=$(stat -c %u /project)
  if [ "$owner" != 0 ] && [ "$owner" != "$(id -u pgrehearse)" ]; then
    usermod --non-unique --uid "$owner" pgrehearse
    groupmod --non-unique --gid "$(stat -c %g /project)" pgrehearse
  fi
  # An engine makes a mounted folder that does not exist as root's. A read-only project is fine with --output elsewhere.
  install -d -o pgrehearse -g pgrehearse /project/pgrehearse-runs 2>/dev/null || true
  export HOME=/home/pgrehearse
  exec setpriv --reuid=pgrehearse --regid=pgrehearse --init-groups --no-new-privs -- pgrehearse "$@"
fi
exec pgrehearse "$@"
