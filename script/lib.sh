# Shared by script/*: a private virtual environment and, where root or sudo allows, Debian packages.
# Nothing outside the checkout is changed except by apt, and each thing that is done or missing is said in one line.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
venv=${JIAOHAO_VENV:-$root/.venv}

say() { printf '== %s\n' "$*"; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3.14 python3; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 126; fi
}

# apt_install PACKAGE...: with the lists that are there, else with fresh ones.
apt_install() {
  as_root apt-get -q -y --no-install-recommends install "$@" ||
    { as_root apt-get -q update && as_root apt-get -q -y --no-install-recommends install "$@"; }
}

# debian PACKAGE...: install what is missing, once; says so, or says what is used instead (text in $instead).
# A command of a package's name that comes from elsewhere (node's own packages bring an npm) is as good, and forbids the package.
debian() {
  local missing=() failed=() package
  for package in "$@"; do
    command -v "$package" >/dev/null 2>&1 || dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local why=""
  if [ -n "${JIAOHAO_NO_APT:-}" ]; then why="JIAOHAO_NO_APT is set"
  elif ! command -v apt-get >/dev/null; then why="there is no apt-get"
  elif ! as_root true; then why="neither root nor sudo without a password"; fi
  if [ -n "$why" ]; then
    say "Debian packages not installed ($why): ${missing[*]} - ${instead:-the parts that need them are skipped and named}"
    return 0
  fi
  say "installing Debian packages: ${missing[*]}"
  apt_install "${missing[@]}" >"$root/var/apt.log" 2>&1 && return 0
  # One package that cannot be had must not keep the others away.
  for package in "${missing[@]}"; do
    apt_install "$package" >>"$root/var/apt.log" 2>&1 || failed+=("$package")
  done
  [ ${#failed[@]} -eq 0 ] || say "apt failed (see var/apt.log): ${failed[*]} - ${instead:-the parts that need them are skipped and named}"
}

# environment LOCK: the virtual environment, installed from a lock file with hashes; again only when the lock changed.
environment() {
  local lock=$1 python stamp
  mkdir -p "$root/var"
  if [ ! -x "$venv/bin/python" ]; then
    if ! python=$(find_python); then
      instead="Python 3.11 to 3.14 with venv is needed" debian python3 python3-venv
      python=$(find_python) || { say "no Python 3.11 to 3.14 with venv found; install python3 and python3-venv"; exit 1; }
    fi
    say "making a virtual environment with $($python -V) in ${venv#"$root"/}"
    "$python" -m venv "$venv"
  fi
  stamp="$venv/.installed-$(cat "$root/requirements/$lock.lock" "$root/pyproject.toml" | sha256sum | cut -c1-16)"
  if [ ! -e "$stamp" ]; then
    say "installing Python packages from requirements/$lock.lock"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "requirements/$lock.lock"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null ||
      "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps -e .
    rm -f "$venv"/.installed-*
    touch "$stamp"
  fi
}
