#!/usr/bin/env bash
# Echoes over WebSocket and Thrift, ours and others' side by side: `benches/messages.sh` writes the tables into benches/README.md, which
# takes some twenty minutes and the building before. `--short` takes less, `--only ws,axum` takes some, `--counts` counts instructions alone;
# then the tables are printed. `--as-built` builds no server anew.
set -euo pipefail
cd "$(dirname "$0")"
source ./valgrind.sh
cd peers
for command in cargo cmake taskset thrift; do
    command -v "$command" >/dev/null || { echo "$command is needed" >&2; exit 1; }
done
# Apache's server has two of each connection: with fewer it is named as unable to hold ten thousand
ulimit -n 21000 2>/dev/null || ulimit -n 12000 || { echo "12 000 open files are needed" >&2; exit 1; }
cargo build --release --locked --quiet -p compare
"${CARGO_TARGET_DIR:-target}/release/compare" --messages "$@"
