#!/usr/bin/env bash
# Runs the fuzz targets with their corpora, which are left as they are.
#
#   tests/fuzz/run.sh SECONDS [TARGET...]     each target so long, two at a time
#   tests/fuzz/run.sh --keep DIR SECONDS ...  goes on from what DIR/TARGET holds and adds to it
#
# Fails on any finding, which is printed as base64: echo ... | base64 -d > file, then
# build/fuzz/TARGET_fuzz file shows it again. CFS_FUZZ_JOBS: how many at a time.
set -euo pipefail
cd "$(dirname "$0")/../.."

die() {
    echo "run.sh: $*" >&2
    exit 2
}

keep=
if [[ ${1:-} == --keep ]]; then
    keep=${2:?}
    shift 2
fi
case ${1:-} in
    -h | --help)
        sed -n '2,/^set /s/^# \{0,1\}//p' tests/fuzz/run.sh
        exit 0
        ;;
    '' | *[!0-9]*) die "how many seconds? (see --help)" ;;
esac
seconds=$1
shift
known=()
for corpus in tests/fuzz/corpus/*/; do known+=("$(basename "$corpus")"); done
targets=("$@")
((${#targets[@]} > 0)) || targets=("${known[@]}")
for target in "${targets[@]}"; do
    [[ -d tests/fuzz/corpus/$target ]] || die "no target $target; there are: ${known[*]}"
done

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target "${targets[@]/%/_fuzz}"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# fuzz TARGET: its output goes to scratch/TARGET.log, its findings to scratch/TARGET.found
fuzz() {
    local target=$1 corpus=${keep:-$scratch/corpus}/$1
    mkdir -p "$corpus" "$scratch/$target.found"
    cp tests/fuzz/corpus/"$target"/* "$corpus"
    local options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1
        -artifact_prefix="$scratch/$target.found/")
    [[ ! -f tests/fuzz/$target.dict ]] || options+=(-dict="tests/fuzz/$target.dict")
    # No name is longer.
    [[ $target != conflict_names ]] || options+=(-max_len=300)
    nice "build/fuzz/${target}_fuzz" "${options[@]}" "$corpus" >"$scratch/$target.log" 2>&1 ||
        touch "$scratch/$target.failed"
}

report() {
    local target=$1 runs coverage found
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch/$target.log")
    coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$scratch/$target.log" | tail -n 1 || true)
    printf '%-16s %10s runs  %s\n' "$target" "${runs:-no}" "$coverage"
    [[ -e $scratch/$target.failed ]] || return 0
    grep -vE '^#[0-9]+[[:space:]]|^stat::' "$scratch/$target.log" | tail -n 60
    for found in "$scratch/$target.found"/*; do
        [[ -f $found ]] || continue
        echo "$target: $(basename "$found")"
        base64 "$found"
    done
    return 1
}

for target in "${targets[@]}"; do
    while (($(jobs -pr | wc -l) >= ${CFS_FUZZ_JOBS:-2})); do wait -n; done
    fuzz "$target" &
done
wait
status=0
for target in "${targets[@]}"; do report "$target" || status=1; done
exit "$status"
