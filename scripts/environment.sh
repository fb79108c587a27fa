# Sourced by the other scripts: where the clone is, which packages a task needs, how to configure.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

# packages build|test|ci: the Debian packages of a task, one a line. Each task includes the one before.
packages() {
  local id version boost
  id=$(. /etc/os-release && printf '%s' "${ID:-unknown}")
  version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-unknown}")
  case "$id $version" in
    "debian 12") boost=1.81 ;;
    "ubuntu 24.04") boost=1.83 ;;
    *) return 1 ;;
  esac
  printf '%s\n' g++ cmake ninja-build "libboost$boost-dev" "libboost-json$boost-dev" "libboost-url$boost-dev" libfmt-dev \
    libsqlite3-dev libssl-dev libre2-dev libyaml-cpp-dev libkainjow-mustache-dev libvalijson-dev libcsv-dev libcli11-dev libicu-dev
  [ "$1" = build ] && return
  printf '%s\n' doctest-dev libbenchmark-dev python3 python3-jsonschema binutils
  # Ubuntu's package of that name only points to a snap; the test of the report in a browser is skipped there.
  if [ "$id" = debian ]; then printf '%s\n' chromium; fi
  [ "$1" = test ] && return
  printf '%s\n' clang-16 libclang-rt-16-dev clang-format-16 gcovr mold
}

installed() { [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# install build|test|ci: installs what is absent. On a system that `packages` does not know, the tools and
# libraries must be there already; CMake names the first that is not.
install() {
  local wanted package as_root=() missing=()
  if ! wanted=$(packages "$1"); then
    say "note: packages are installed on Debian 12 and Ubuntu 24.04 only. Elsewhere install these yourself:"
    say "  GCC 12 or Clang 16, CMake 3.21, Ninja, Boost 1.81 with Boost.JSON and Boost.URL, fmt 9, SQLite 3.40, OpenSSL 3, RE2,"
    say "  libcsv, CLI11, valijson, ICU; for the tests also doctest, Google Benchmark, Python 3 with jsonschema, binutils."
    return
  fi
  for package in $wanted; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "packages are missing and this is neither root nor a system with sudo." \
      "As root: apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -q >&2 </dev/null
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}" >&2 </dev/null
}

# configure PRESET [ARGUMENT...]: with ccache and mold where they are installed. Where ccache is not, or the caller has
# set from_nothing=1, several sources are compiled as one; never by Clang, whose build tells which includes are missing.
# $STOOK_CMAKE_ARGUMENTS, split at blanks, comes last.
configure() {
  local preset=$1 found=() more=() unity=OFF
  read -ra more <<<"${STOOK_CMAKE_ARGUMENTS:-}"
  shift
  if command -v ccache >/dev/null && [ -z "${from_nothing:-}" ]; then
    found+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  elif [ "$preset" != clang ]; then
    unity=ON
  fi
  found+=("-DSTOOK_UNITY_BUILD=$unity")
  command -v mold >/dev/null && found+=(-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold)
  cmake --preset "$preset" "${found[@]}" "$@" "${more[@]}" >&2
}
