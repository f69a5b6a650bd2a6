#!/usr/bin/env bash
# Brings up a container engine for the tests where Docker's does not answer: Debian's docker.io, on root machines with
# apt. Podman is taken only where that cannot be had: it answers without being able to start a container, as a root
# without CAP_SYS_RESOURCE does.
#
#   engine.sh [FOLDER]     FOLDER keeps the engine's data, log and process id; default /var/tmp/pgrehearse-engine
#
# Does nothing where docker answers. The engine stays up afterwards, for the next time; how to stop it is
# printed. Exit status 77: this machine cannot have one, with one line of reason. 1: it could, but something failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=find_engine.sh
. ./find_engine.sh

folder=${1:-/var/tmp/pgrehearse-engine}
deadline_s=60
daemon=

say() { printf 'engine: %s\n' "$*" >&2; }
cannot() {
  say "$*"
  ! answers podman || exit 0
  exit 77
}

install_docker() {
  ! command -v dockerd >/dev/null || ! command -v docker >/dev/null || return 0
  command -v apt-get >/dev/null || cannot "no container engine, and no apt-get to install one"
  say "installing docker.io"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >&2 || cannot "no container engine, and no package archive can be reached"
  local packages=(docker.io iptables)
  ! apt-cache show docker-cli >/dev/null 2>&1 || packages+=(docker-cli)  # apart from Debian 13 on
  apt-get install -q -y --no-install-recommends "${packages[@]}" >&2 || cannot "docker.io cannot be installed"
}

# What a sandbox takes from root, and an engine cannot do without: namespaces, network devices, control groups.
check_privileges() {
  local capabilities net_admin=12
  capabilities=$((16#$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)))
  grep -q ' 4294967295$' /proc/self/uid_map || cannot "an engine cannot run here: this root is one of a user namespace"
  unshare --mount --net --pid --fork true 2>/dev/null ||
    cannot "an engine cannot run here: this root may not make namespaces"
  [ $((capabilities >> net_admin & 1)) = 1 ] ||
    cannot "an engine cannot run here: this root may not configure networks"
  grep -q '^cgroup' /proc/mounts || cannot "an engine cannot run here: no control groups are mounted"
}

# Is the process of this id file a dockerd? The file may be older than the last boot.
alive() { [ -s "$1" ] && [ "$(cat "/proc/$(<"$1")/comm" 2>/dev/null)" = dockerd ]; }

start_docker() {
  # The package's own service may have just been started; two daemons would fight over the socket.
  if alive /run/docker.pid; then
    say "waiting for the docker service of this machine"
    return
  fi
  install -d -m 0700 "$folder"
  if ! alive "$folder/pid"; then
    rm -f "$folder/pid"
    setsid dockerd --data-root="$folder/data" --exec-root="$folder/run" --pidfile="$folder/pid" \
      ${PGREHEARSE_ENGINE_GROUP:+--group="$PGREHEARSE_ENGINE_GROUP"} >"$folder/log" 2>&1 </dev/null &
    daemon=$!
  fi
  say "dockerd's log is $folder/log; to stop it: kill \$(cat $folder/pid); then rm -r $folder forgets its images"
}

wait_for_docker() {
  local end=$((SECONDS + deadline_s))
  until docker version >/dev/null 2>&1; do
    if [ $SECONDS -ge $end ] || { [ -n "$daemon" ] && ! kill -0 "$daemon" 2>/dev/null; }; then
      [ ! -s "$folder/log" ] || tail -n 5 "$folder/log" >&2
      say "dockerd ended, or did not answer within $deadline_s s"
      exit 1
    fi
    sleep 0.2
  done
}

! answers docker || exit 0
[ "$(id -u)" = 0 ] || cannot "docker does not answer, and starting it needs root"
check_privileges
install_docker
start_docker
wait_for_docker
