#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Packs a build into one file that runs on any Linux of the same machine type whose C library is not older than this
# system's:  bundle.sh <source folder> <build folder>
#
#   breakeven          starts bin/breakeven, see launcher.sh
#   bin/breakeven      the program; its RPATH is $ORIGIN/../lib. It starts itself anew for its workers, which inherit
#                      the launcher's environment
#   lib/               libraries that nothing else in the process uses
#   lib/fallback/      one folder for each library that an OpenCL driver may use too: two versions of one library in a
#                      process crash it, and the system's drivers are made for the system's version
#   licenses/          of those libraries and of Chart.js
#   share/             man page and completions
#
# Never packed: the C library, and OpenCL drivers, which belong to the hardware.
set -euo pipefail

source=$1 build=$2
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
name=breakeven-$version-$(uname -m)-linux
stage=$build/bundle/$name

rm -rf "$build/bundle"
mkdir -p "$stage"/{bin,lib/fallback,licenses}
cp "$build/breakeven" "$stage/bin/"
cp "$source/cmake/launcher.sh" "$stage/breakeven"
chmod +x "$stage/breakeven"
cp "$source/LICENSE" "$stage/"
[ ! -e "$source/README.md" ] || cp "$source/README.md" "$stage/"
[ ! -e "$build/share" ] || cp -r "$build/share" "$stage/"

# The licence and the exact version of the package that a library comes from.
add_license() {
    local file package
    file=$(readlink -f "$1")
    package=$(dpkg-query -S "$file" "${file#/usr}" 2>/dev/null | head -n 1 | cut -d : -f 1) || true
    if [ -z "$package" ] || [ ! -e "/usr/share/doc/$package/copyright" ]; then
        echo "bundle: no licence found for $file" >&2
        return
    fi
    cp "/usr/share/doc/$package/copyright" "$stage/licenses/$package"
    dpkg-query -W -f '${binary:Package} ${Version}, source ${source:Package} ${source:Version}\n' "$package" \
        >>"$stage/licenses/versions"
}

while read -r soname _ file _; do
    case $soname in
    libc.so.* | libm.so.* | libpthread.so.* | libdl.so.* | librt.so.* | libmvec.so.*) continue ;;
    libOpenCL.so.* | libstdc++.so.* | libgcc_s.so.* | libhwloc.so.* | libudev.so.* | \
        libz.so.* | libzstd.so.* | liblzma.so.* | liblz4.so.*)
        folder=$stage/lib/fallback/$soname
        ;;
    *) folder=$stage/lib ;;
    esac
    [ -e "$file" ] || {
        echo "bundle: $soname was not found" >&2
        exit 1
    }
    mkdir -p "$folder"
    cp -L "$file" "$folder/$soname"
    add_license "$file"
done < <(ldd "$build/breakeven" | grep ' => ')
chart=$(sed -n 's/^CHART_JS:FILEPATH=//p' "$build/CMakeCache.txt") # inside the program
[ ! -e "$chart" ] || add_license "$chart"
sort -u -o "$stage/licenses/versions" "$stage/licenses/versions"

glibc=$(find "$stage/bin" "$stage/lib" -type f -exec readelf -V {} + | grep -o 'GLIBC_2\.[0-9]*' | sort -uV | tail -n 1)
tar -C "$build/bundle" --owner=0 --group=0 --numeric-owner --sort=name -czf "$build/$name.tar.gz" "$name"
echo "packed: $build/$name.tar.gz, $(du -h "$build/$name.tar.gz" | cut -f 1); needs glibc ${glibc#GLIBC_} or newer"
