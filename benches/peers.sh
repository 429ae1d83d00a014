#!/usr/bin/env bash
# Servers of other frameworks and ours, side by side: `benches/peers.sh` writes the tables into benches/README.md, which takes some
# 25 minutes and the building before. `--short` takes less, `--only koa,actix` takes some; then the tables are printed. `--as-built` builds
# no server anew.
set -euo pipefail
cd "$(dirname "$0")/peers"
for command in cargo node npm taskset wrk; do
    command -v "$command" >/dev/null || { echo "$command is needed" >&2; exit 1; }
done
ulimit -n 12000 || { echo "12 000 open files are needed" >&2; exit 1; }
cargo build --release --locked --quiet -p compare
"${CARGO_TARGET_DIR:-target}/release/compare" "$@"
