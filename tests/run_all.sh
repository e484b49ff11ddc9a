#!/usr/bin/env bash
# Installs what is needed, builds everything and runs every test; stops at the first that fails.
#
#   tests/run_all.sh              packages, format, dev, asan, tsan, a minute of each fuzz target
#   tests/run_all.sh --coverage   the coverage of core as well (build/coverage/coverage.txt)
#
# CTEST_PARALLEL_LEVEL and CMAKE_BUILD_PARALLEL_LEVEL limit how many jobs run at once.
set -euo pipefail
exec </dev/null
cd "$(dirname "$0")/.."

coverage=false
for argument in "$@"; do
    case $argument in
        --coverage) coverage=true ;;
        -h | --help)
            sed -n '2,/^set /s/^# \{0,1\}//p' tests/run_all.sh
            exit 0
            ;;
        *)
            echo "run_all.sh: unknown option $argument (see --help)" >&2
            exit 2
            ;;
    esac
done

export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
export CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(nproc)}
export CCACHE_DIR=${CCACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-$PWD}/.cache}/ccache}
# So that a clone in another folder finds what this one compiled.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# Where the kernel randomizes addresses more than the compiler's sanitizers can take, they abort at
# start; some containers forbid switching that off, and there it has to work without.
fixed_addresses=()
! setarch -R true 2>/dev/null || fixed_addresses=(setarch -R)

work=$(mktemp -d)
durations=()
summaries=()
passed=0
failed=0

finish() {
    local status=$?
    rm -rf "$work"
    printf '\n'
    ((${#durations[@]} == 0)) || printf '%s\n' "${durations[@]}"
    ((status == 0)) || printf 'Stopped with status %d in: %s\n' "$status" "$current"
    ((${#summaries[@]} == 0)) || printf '%s\n' "${summaries[@]}"
    ((status == 0 || failed > 0)) || failed=1
    echo "$passed passed, $failed failed"
    exit "$status"
}
current=start
trap finish EXIT

# step NAME COMMAND...
step() {
    local start=$SECONDS status=0
    current=$1
    shift
    printf '\n=== %s\n' "$current"
    # Not in an `if`, which would switch off errexit inside the functions called here.
    set +e
    (
        set -e
        "$@"
    )
    status=$?
    set -e
    durations+=("$(printf '%6d s  %s' $((SECONDS - start)) "$current")")
    return "$status"
}

check_format() {
    local list=(git ls-files -z --cached --others --exclude-standard -- '*.cpp' '*.h')
    git rev-parse --git-dir >/dev/null 2>&1 ||
        list=(find core dialogs tests tray '(' -name '*.cpp' -o -name '*.h' ')' -print0)
    "${list[@]}" | xargs -0 -r clang-format --dry-run -Werror
}

check_scripts() {
    local scripts
    mapfile -d '' scripts < <(find installer tests .ci -type f -name '*.sh' -print0)
    shellcheck .ci/run "${scripts[@]}"
}

build() {
    cmake --preset "$1"
    cmake --build --preset "$1"
}

# run_tests PRESET [CTEST OPTION...]: adds its counts to the sum, whether it passes or not.
run_tests() {
    local preset=$1 status=0 summary skipped
    shift
    step "tests: $preset" ctest_into "$work/$preset" --preset "$preset" --no-tests=error "$@" || status=$?
    summary=$(grep -E '^[0-9]+% tests passed, [0-9]+ tests failed out of [0-9]+' "$work/$preset" || true)
    if [[ $summary =~ ,\ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
        # A skipped test has shown nothing, so it counts as neither.
        skipped=$(grep -cE '\*\*\*Skipped' "$work/$preset" || true)
        failed=$((failed + BASH_REMATCH[1]))
        passed=$((passed + BASH_REMATCH[2] - BASH_REMATCH[1] - skipped))
        ((skipped == 0)) || summaries+=("skipped in $preset: $skipped")
        summaries+=("$summary")
    fi
    return "$status"
}

ctest_into() {
    local output=$1
    shift
    "${fixed_addresses[@]}" ctest "$@" 2>&1 | tee "$output"
}

report_coverage() {
    gcovr --root . --filter core/ --exclude core/fuzz/ --print-summary \
        --output build/coverage/coverage.txt build/coverage
}

step packages installer/setup-debian.sh --tests
step format check_format
step scripts check_scripts
step "build: dev" build dev
run_tests dev
step "build: asan" build asan
run_tests asan
step "build: tsan" build tsan
run_tests tsan -L threads
step "build: fuzz" build fuzz
step fuzz "${fixed_addresses[@]}" tests/fuzz/run.sh 60
if $coverage; then
    step "build: coverage" build coverage
    run_tests coverage
    step coverage report_coverage
fi
