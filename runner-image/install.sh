#!/usr/bin/env bash
# Brings to a Debian or Ubuntu machine what npm cannot: the sandbox, a compiler and a Python with torch.
# Runs as root or not, with a GPU or without; a second run finds everything there and changes nothing.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: install.sh [--dev] [--check | --print-python]

Installs what Kernelwright needs beside npm: bubblewrap, g++, git, Python 3.10 or newer with torch and numpy; and ninja,
for Python files that build extensions.

  --dev            also what the tests need (pytest, and Triton where it can be had)
  --check          install nothing; say what is there and what is missing
  --print-python   install nothing; print the path of the Python that will be used

KERNELWRIGHT_PYTHON names a Python to use instead of the one that would be found or made.
Exit status: 0 ready, 2 wrong usage, 3 something is missing and could not be installed.
USAGE
}

readonly TORCH='torch==2.13.0'
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(dirname "$here")
readonly here project
readonly venv="$project/.venv"
# Exists inside .venv from before its first file until after its last: whoever finds it finds a half-made one.
readonly unfinished="$venv/.kernelwright-unfinished"
readonly state="$project/.kernelwright"
# pytest for a Python that is not ours to change; test/run-all.ts puts this folder on PYTHONPATH.
readonly test_packages="$state/test-packages"

say() { printf '%s\n' "$*" >&2; }
die() { say "install.sh: $*"; exit 3; }
have() { command -v "$1" >/dev/null 2>&1; }

# --- what this machine is -------------------------------------------------------------------------------------------

# Reads /proc: nvidia-smi may take seconds to wake a sleeping driver.
gpu_name() {
  local info
  for info in /proc/driver/nvidia/gpus/*/information; do
    [ -r "$info" ] && sed -n 's/^Model:[[:space:]]*//p' "$info" && return
  done
  [ -e /dev/nvidia0 ] && echo 'NVIDIA GPU' && return
  have nvidia-smi && nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | head -n 1
  return 0
}

driver_version() { sed -n '1s/.*Kernel Module[^0-9]*\([0-9.]*\).*/\1/p' /proc/driver/nvidia/version 2>/dev/null || true; }

find_nvcc() {
  if have nvcc; then command -v nvcc; elif [ -x /usr/local/cuda/bin/nvcc ]; then echo /usr/local/cuda/bin/nvcc; fi
}

# --- the system's packages ------------------------------------------------------------------------------------------

# Packages that are missing, judged by the commands they bring, so that any other source of those commands will do.
missing_packages() {
  have bwrap || echo bubblewrap
  have g++ || echo g++
  have git || echo git
  have ninja || echo ninja-build
  if [ -z "$python" ] && [ -z "$(base_python)" ]; then
    echo python3
    echo python3-venv
  fi
}

# Prints the prefix under which apt-get may run: nothing for root, sudo where it asks for no password.
may_install() {
  have apt-get || return 1
  if [ "$(id -u)" = 0 ]; then
    return 0
  fi
  have sudo && sudo -n true 2>/dev/null && echo 'sudo -n'
}

install_packages() {
  local -a packages=("$@") as
  local prefix
  if ! prefix=$(may_install); then
    if have apt-get; then
      die "missing ${packages[*]}, and this user may not install packages. Run: sudo apt-get install -y ${packages[*]}"
    fi
    die "missing ${packages[*]}, and there is no apt-get. Install them with this system's package manager, then run this again."
  fi
  read -ra as <<<"$prefix"
  local -a apt=("${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  say "Installing ${packages[*]} with apt-get (about a minute) …"
  # A set-up that was interrupted inside dpkg would otherwise block every later one.
  "${as[@]}" dpkg --configure -a >&2 || true
  # A stale or absent package list is usual in container images; an unreachable mirror need not matter.
  "${apt[@]}" update >&2 || say 'apt-get update failed; trying with the package lists that are here.'
  "${apt[@]}" install -y --no-install-recommends "${packages[@]}" >&2 ||
    die "apt-get could not install ${packages[*]}; its own message is above."
}

# --- Python ---------------------------------------------------------------------------------------------------------

# First Python that can make a virtual environment. Debian's lacks ensurepip until python3-venv is installed.
base_python() {
  local name
  for name in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
    if have "$name" && "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      "$name" -c 'import sys; print(sys.executable)'
      return
    fi
  done
}

# Versions of Python, torch and numpy, without the seconds that importing torch takes. Fails when one is missing.
versions_of() {
  "$1" -c '
import sys
from importlib.metadata import version
if sys.version_info < (3, 10): sys.exit(1)
print("{}.{}.{}".format(*sys.version_info), version("torch"), version("numpy"))' 2>/dev/null
}

# Does this Python import torch and numpy, and with $2 = cuda, reach the GPU? Remembered while nothing that decides it changes.
can_import() {
  local versions key
  versions=$(versions_of "$1") || return 1
  key="$1 $versions $2 $(driver_version)"
  grep -qxF -- "$key" "$state/python-checked" 2>/dev/null && return 0
  "$1" -c '
import sys, numpy, torch
sys.exit(0 if sys.argv[1] != "cuda" or torch.cuda.is_available() else 1)' "$2" >/dev/null 2>&1 || return 1
  { mkdir -p "$state" && printf '%s\n' "$key" >>"$state/python-checked"; } 2>/dev/null || true
}

# The Python to use, or nothing. A Python that somebody chose is only asked for torch; one that merely lies around must drive the GPU too.
find_python() {
  if [ -n "${KERNELWRIGHT_PYTHON:-}" ]; then
    have "$KERNELWRIGHT_PYTHON" || die "KERNELWRIGHT_PYTHON is $KERNELWRIGHT_PYTHON, which cannot be run. Correct or unset it."
    can_import "$KERNELWRIGHT_PYTHON" any ||
      die "KERNELWRIGHT_PYTHON is $KERNELWRIGHT_PYTHON, which is older than 3.10 or cannot import torch and numpy. Correct or unset it."
    command -v "$KERNELWRIGHT_PYTHON"
    return
  fi
  if [ -x "$venv/bin/python" ] && [ ! -e "$unfinished" ] && can_import "$venv/bin/python" any; then
    echo "$venv/bin/python"
    return
  fi
  if have python3 && can_import "$(command -v python3)" "$([ -z "$gpu" ] && echo any || echo cuda)"; then
    command -v python3
  fi
}

make_venv() {
  local base=$1
  [ -w "$project" ] || die "no Python with torch was found, and $project is not writable. Make it writable, or set KERNELWRIGHT_PYTHON."
  if [ -e "$venv" ] && [ ! -e "$unfinished" ] && [ -n "$(ls -A "$venv")" ]; then
    die "$venv is there, but its Python cannot import torch and numpy. Install them in it, or remove it and run this again."
  fi
  say "Making .venv with $TORCH and numpy (1 to 10 minutes; it may download several GB) …"
  rm -rf "$venv"
  mkdir "$venv"
  : >"$unfinished"
  "$base" -m venv "$venv" >&2 || die "$base could not make a virtual environment; its own message is above."
  pip_install "$venv/bin/python" "$TORCH" numpy
  can_import "$venv/bin/python" any || die "torch was installed in $venv but cannot be imported. See what $venv/bin/python -c 'import torch' says."
  rm "$unfinished"
}

pip_install() {
  local with=$1
  shift
  "$with" -m pip install --quiet --disable-pip-version-check --no-input --retries 2 "$@" >&2 ||
    die "pip could not install $*; its own message is above."
}

has_pytest() { PYTHONPATH="$test_packages" "$1" -c 'from importlib.metadata import version; version("pytest")' 2>/dev/null; }

install_pytest() {
  say 'Installing pytest (seconds) …'
  if [ "$1" = "$venv/bin/python" ]; then
    pip_install "$1" pytest
    return
  fi
  # Made beside its place and moved there, so that an interrupted run leaves nothing that looks complete.
  rm -rf "$test_packages" "$test_packages.part"
  mkdir -p "$state"
  pip_install "$1" --target "$test_packages.part" pytest
  mv "$test_packages.part" "$test_packages"
}

# With torch for CPUs alone comes no Triton. Whoever brings a Python of their own brings it themselves; its tests skip without it.
install_triton() {
  [ "$1" = "$venv/bin/python" ] && ! has_module "$1" triton || return 0
  say 'Installing Triton, for its interpreter (a minute; about 250 MB) …'
  "$1" -m pip install --quiet --disable-pip-version-check --no-input --retries 2 triton >&2 ||
    say 'Note: pip could not install Triton; the tests that need it are skipped.'
}

has_module() { "$1" -c 'import importlib.util as u, sys; sys.exit(u.find_spec(sys.argv[1]) is None)' "$2" 2>/dev/null; }

# --- the report -----------------------------------------------------------------------------------------------------

report_sandbox() {
  local message
  if ! message=$(bwrap --unshare-all --ro-bind / / --dev /dev --proc /proc true 2>&1); then
    say "Note: bubblewrap cannot start a sandbox here (${message%%$'\n'*})." \
      'Allow unprivileged user namespaces; kernelwright doctor says how.'
  fi
}

report() {
  local nvcc versions torch_note=''
  nvcc=$(find_nvcc)
  read -ra versions <<<"$(versions_of "$python")"
  report_sandbox
  [ -n "$nvcc" ] || say 'Note: no nvcc was found. A GPU needs the CUDA toolkit; the emulated device does without.'
  if [ -n "$gpu" ] && ! can_import "$python" cuda; then
    say "Note: torch ${versions[1]} in $python cannot use the $gpu (driver $(driver_version)). Update the driver, or set KERNELWRIGHT_PYTHON."
    torch_note=', without CUDA'
  fi
  say "Ready: Python ${versions[0]} with torch ${versions[1]}$torch_note ($python);" \
    "nvcc ${nvcc:-not found}; ${gpu:-no GPU, so the emulated device}."
}

# --- the whole ------------------------------------------------------------------------------------------------------

dev=false
mode=install
for argument in "$@"; do
  case $argument in
    --dev) dev=true ;;
    --check) mode=check ;;
    --print-python) mode=print-python ;;
    -h | --help) usage; exit 0 ;;
    *) say "install.sh: unknown argument $argument"; usage >&2; exit 2 ;;
  esac
done

gpu=$(gpu_name)
python=$(find_python) || exit $?

if [ "$mode" = print-python ]; then
  [ -n "$python" ] || die 'no Python with torch and numpy was found. Run: npm run setup'
  echo "$python"
  exit 0
fi

mapfile -t packages < <(missing_packages)

if [ "$mode" = check ]; then
  missing=("${packages[@]}")
  [ -n "$python" ] || missing+=("a Python with $TORCH and numpy")
  if $dev && [ -n "$python" ] && ! has_pytest "$python"; then missing+=(pytest); fi
  [ ${#missing[@]} = 0 ] || die "missing $(printf '%s, ' "${missing[@]}" | sed 's/, $//'). Run: npm run setup"
  report
  exit 0
fi

if [ ${#packages[@]} != 0 ]; then
  install_packages "${packages[@]}"
  hash -r
  mapfile -t packages < <(missing_packages)
  [ ${#packages[@]} = 0 ] || die "apt-get installed ${packages[*]}, but their commands are not on PATH ($PATH)."
fi

if [ -z "$python" ]; then
  # Two set-ups at once would build the same folder; the second waits and then finds it made.
  if [ -w "$project" ] && have flock; then
    exec 9<"$project"
    flock --nonblock 9 || { say 'Waiting for another set-up of this folder to end …' && flock 9; }
    python=$(find_python)
  fi
fi
if [ -z "$python" ]; then
  base=$(base_python)
  [ -n "$base" ] || die 'no Python of version 3.10 or newer with venv was found. Install one, or set KERNELWRIGHT_PYTHON.'
  make_venv "$base"
  python=$venv/bin/python
fi

if $dev && ! has_pytest "$python"; then install_pytest "$python"; fi
if $dev; then install_triton "$python"; fi
report
