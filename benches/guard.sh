#!/usr/bin/env bash
# For CI: fails if a layer costs more than promised, in instructions, bytes or build time.
set -euo pipefail
cd "$(dirname "$0")"
source ./valgrind.sh
cargo build --locked --release --no-default-features
"${CARGO_TARGET_DIR:-target}/release/measure" guard
