# Shared by the scripts of this folder, which source it. It moves to the top folder of the project,
# so that every path below is relative to it.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 3
mkdir -p build

self=$(basename "$0")

# One line on standard output for each step that does something.
say() {
    printf '%s: %s\n' "$self" "$1"
}

# Something is missing: one line that says what, and how to get it.
fail() {
    printf '%s: %s\n' "$self" "$1" >&2
    exit 3
}

# Runs a noisy command with its output added to a log file. It does not get the lock of script/setup
# (descriptor 9): a service that a package starts would hold it for ever.
quietly() {
    local log=$1
    shift
    printf '$ %s\n' "$*" >>"$log"
    "$@" >>"$log" 2>&1 </dev/null 9>&-
}

# The same for a build step, whose failure a developer wants to see at once.
build_step() {
    local log=$1
    shift
    : >"$log"
    if ! quietly "$log" "$@"; then
        tail -n 40 "$log" >&2
        printf '%s: failed: %s (the whole output: %s)\n' "$self" "$*" "$log" >&2
        exit 1
    fi
}

# Shows a person how far ninja is, by its log, until killed.
show_progress() {
    local step
    while sleep 1; do
        if step=$(grep -o '^\[[0-9]*/[0-9]*\]' "$1" | tail -n 1) && [ -n "$step" ]; then
            printf '\r%s: %s ' "$self" "$step"
        fi
    done
}

# One digest for the content of the given files.
digest_of() {
    cat "$@" | sha256sum | cut -d ' ' -f 1
}

# Whether the stamp file holds the digest.
stamped() {
    [ -f "$1" ] && [ "$(<"$1")" = "$2" ]
}

# Whether a CMake cache already has the -DNAME=VALUE options.
cache_has() {
    local cache=$1 option name
    shift
    for option in "$@"; do
        name=${option%%=*}
        grep -q "^${name#-D}:[A-Z]*=${option#*=}\$" "$cache" || return 1
    done
}

# Configures build/PRESET, unless that was done with the same presets and options. Ninja itself sees
# when a CMakeLists.txt has changed; an option that an earlier run has set stays as it is.
configure() {
    local preset=$1 folder=build/$1 key
    shift
    key=$(digest_of CMakePresets.json tools/requirements.txt)
    if [ -f "$folder/build.ninja" ] && stamped "$folder/.configured" "$key" &&
        cache_has "$folder/CMakeCache.txt" "$@"; then
        return
    fi
    say "configuring build/$preset"
    build_step "build/$preset.log" cmake --preset "$preset" "$@"
    printf '%s' "$key" >"$folder/.configured"
}

# Compiles in build/PRESET the targets given, or all. Silent when nothing is to be done.
compile() {
    local preset=$1 log=build/$1.log targets=() progress=
    shift
    [ $# -eq 0 ] || targets=(--target "$@")
    if ninja -C "build/$preset" -n "$@" 2>/dev/null | grep -q '^ninja: no work to do'; then
        return
    fi
    say "compiling in build/$preset (output: $log)"
    if [ -t 1 ]; then
        show_progress "$log" &
        progress=$!
        # shellcheck disable=SC2064 # this very process
        trap "kill $progress" EXIT
    fi
    build_step "$log" cmake --build --preset "$preset" --parallel "$(nproc)" "${targets[@]}"
    if [ -n "$progress" ]; then
        kill "$progress"
        trap - EXIT
        printf '\n'
    fi
}

# Builds the pages when one of their sources has changed. Contents are compared, not times: a
# checkout of an older state has newer files.
build_pages() {
    [ -f web/package.json ] || return 0
    local key
    key=$(find web -type d \( -name node_modules -o -name dist \) -prune -o -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)
    if [ -d web/dist ] && stamped build/web.stamp "$key"; then
        return
    fi
    say "building the pages"
    build_step build/web.log env --chdir=web npm run build
    printf '%s' "$key" >build/web.stamp
}

# Counts tests (tools/test_counts.py). Any Python will do, as it also counts a set-up that failed.
count_tests() {
    local python=build/python/bin/python
    [ -x "$python" ] || python=python3
    "$python" tools/test_counts.py "$@"
}

# Runs the tests of build/PRESET. Their output goes to standard error; on standard output is one line
# with the counts.
run_ctest() {
    local preset=$1 report=$PWD/build/$1/tests.xml lines=()
    rm -f "$report"
    if ! ctest --test-dir "build/$preset" --output-on-failure --no-tests=error \
        --parallel "$(nproc)" --output-junit "$report" >&2; then
        # When ctest fails and its report tells of no failed test, it is ctest itself that failed.
        grep -qs '<failure' "$report" || lines=("0 passed, 1 failed")
    fi
    if [ -f "$report" ]; then
        lines+=("$(count_tests ctest "$report" || true)")
    fi
    count_tests sum "${lines[@]}" || true
}
