#!/usr/bin/env bash
# Every measurement, as tables in markdown. Takes some fifteen minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")"
source ./valgrind.sh
cargo build --locked --release
measure="${CARGO_TARGET_DIR:-target}/release/measure"
echo "$(rustc --version), $(valgrind --version), $(uname -sr), $(nproc) cores"
echo
"$measure" cost
echo
"$measure" lookups
echo
"$measure" build 3
