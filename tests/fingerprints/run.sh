#!/usr/bin/env bash
# The same bytes, whoever compiled: run.sh PROGRAM... runs every scenario of table.txt with each program on 1, 2 and 4
# threads and compares the result documents byte for byte; the fingerprints must be those of the table, too.
# run.sh --write PROGRAM writes the table's fingerprints anew: a deliberate change of what a run does.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
table=$here/table.txt
write=no
if [ "${1:-}" = --write ]; then
    write=yes
    shift
fi
[ $# -gt 0 ] || { echo "run.sh [--write] PROGRAM..." >&2; exit 64; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# document PROGRAM THREADS ARGUMENT...: the result document. What the verdicts are does not matter here.
document() {
    local program=$1 threads=$2 status=0
    shift 2
    "$program" run "$@" --threads "$threads" --json - 2>"$work/errors" || status=$?
    [ $status -le 2 ] || { echo "$program run $*: exit code $status" >&2; cat "$work/errors" >&2; return 1; }
}

fingerprints_of() { grep -o '"fingerprint": *"[0-9a-f]*"' "$1" | sed 's/.*"\([0-9a-f]*\)"$/\1/' | paste -sd,; }

passed=0
failed=0
while read -r golden scenario options; do
    if [[ -z $golden || $golden == '#'* ]]; then
        echo "$golden $scenario $options" >>"$work/table"
        continue
    fi
    read -ra extra <<<"$options"
    problem=
    for program in "$@"; do
        for threads in 1 2 4; do
            # Sanitized and unoptimised programs are slow; one number of threads is enough to compare compilers.
            if [ "$threads" != 2 ] && [ "$program" != "$1" ]; then continue; fi
            document "$program" "$threads" "$here/$scenario.yaml" "${extra[@]}" >"$work/document" </dev/null || problem="does not run"
            [ -f "$work/first" ] || cp "$work/document" "$work/first"
            cmp -s "$work/first" "$work/document" || problem="${problem:-other bytes by $program on $threads threads}"
        done
    done
    found=$(fingerprints_of "$work/first" || true)
    if [ $write = no ] && [ "$found" != "$golden" ]; then problem="${problem:-fingerprints $found, not $golden}"; fi
    echo "$found $scenario $options" >>"$work/table"
    rm -f "$work/first"
    if [ -z "$problem" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s %s: %s\n' "$scenario" "$options" "$problem"
    fi
done <"$table"
if [ $write = yes ]; then sed 's/ *$//' "$work/table" >"$table"; fi
[ "$failed" -eq 0 ] || echo "a deliberate change of what a run does is recorded by: tests/fingerprints/run.sh --write PROGRAM"
printf 'fingerprints, %d programs: %d passed, %d failed\n' $# "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
