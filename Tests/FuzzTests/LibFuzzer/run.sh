#!/bin/sh
# Runs libFuzzer, with AddressSanitizer, over a reader of files, from the tests' own files:
#
#     Tests/FuzzTests/LibFuzzer/run.sh hdf5 -max_total_time=600
#
# READER is zip, npy, npz, safetensors, json, hdf5 or image. Files that fail are written to the
# working directory.
set -eu
reader=$1
shift
root=$(cd "$(dirname "$0")/../../.." && pwd)
build=${TMPDIR:-/tmp}/strata-libfuzzer
fixtures=$root/Tests/StrataTests/Fixtures
mkdir -p "$build/seeds/$reader" "$build/corpus/$reader"

cat > "$build/module.modulemap" <<END
module CStrata { umbrella header "$root/Sources/CStrata/include/CStrata.h" export * }
END
cd "$build"
clang -O1 -g -fsanitize=address,fuzzer-no-link -I "$root/Sources/CStrata/include" -c \
    "$root"/Sources/CStrata/*.c
cd - > /dev/null
swiftc -O -wmo -swift-version 6 -package-name strata -module-name Readers -parse-as-library \
    -sanitize=fuzzer,address -I "$build" "$root"/Sources/Strata/Basics/*.swift \
    "$root"/Sources/Strata/Files/*.swift "$root"/Sources/Strata/Files/HDF5/*.swift \
    "$root"/Sources/Strata/Files/JPEG/*.swift "$root"/Sources/Strata/Files/PNG/*.swift \
    "$root/Tests/FuzzTests/Uses.swift" \
    "$(dirname "$0")/Harness.swift" \
    "$build"/*.o -lz -lm -lpthread -o "$build/readers"

case $reader in
zip | npz) cp "$fixtures/stored.npz" "$fixtures/deflated.npz" "$fixtures/zip64.npz" "$build/seeds/$reader" ;;
npy) cp "$fixtures"/*.npy "$build/seeds/$reader" ;;
safetensors) cp "$fixtures/arrays.safetensors" "$build/seeds/$reader" ;;
json) echo '{"a": [1, -2.5e-3, null, true, NaN], "b": {"\u00e9": "\n"}}' > "$build/seeds/$reader/json" ;;
hdf5) cp "$root"/Tests/FuzzTests/Seeds/*.h5 "$fixtures/links.h5" "$build/seeds/$reader" ;;
image) cp "$fixtures"/images/* "$fixtures"/pictures/* "$build/seeds/$reader" ;;
esac
# No file of some kilobytes may take more memory than this.
READER=$reader SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 "$build/readers" \
    "$build/corpus/$reader" "$build/seeds/$reader" -max_len=12000 -malloc_limit_mb=600 \
    -rss_limit_mb=1024 -timeout=20 "$@"
