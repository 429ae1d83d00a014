#!/usr/bin/env bash
# What rustc executes to build one of the crates that `measure route-build` has generated, in instructions: cachegrind counts them, of
# the crate alone, built clean. `benches/rustc.sh ours-named-own-250 [--release]`
set -euo pipefail
if [ -n "${COUNTED:-}" ]; then
    # as cargo's wrapper: of the crate that is counted, rustc itself and not what rustup has in its place
    rustc=$1
    shift
    case " $* " in
    *" --crate-name $COUNTED "*) exec valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$("$rustc" --print sysroot)/bin/rustc" "$@" ;;
    *) exec "$rustc" "$@" ;;
    esac
fi
cd "$(dirname "$0")"
source ./valgrind.sh
wrapper=$PWD/rustc.sh
cd "${CARGO_TARGET_DIR:-target}/route-build-time"
export CARGO_TARGET_DIR=$PWD/target
# as at a desk: see src/bin/measure/crates.rs
unset CARGO_INCREMENTAL CARGO_PROFILE_DEV_DEBUG
build=(build --offline --quiet -p "$@")
# first what it depends on
cargo "${build[@]}"
cargo clean --offline --quiet -p "$@"
COUNTED=${1//-/_} RUSTC_WRAPPER=$wrapper cargo "${build[@]}" 2>&1 | grep -E 'I +refs|^error' | sed "s/.*refs: */$* /"
