#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Starts bin/breakeven with the libraries in lib/. Those in lib/fallback/ are also used by OpenCL drivers, so the
# system's come first and ours serve only where the system has none: the dynamic loader is asked what it cannot find.
# Each pass may bring in libraries that need others.
here=$(dirname "$(readlink -f "$0")")
program=$here/bin/breakeven
for _ in 1 2 3; do
    absent=$(LD_TRACE_LOADED_OBJECTS=1 "$program" | sed -n 's/^[[:space:]]*\([^ ]*\) => not found$/\1/p')
    [ -n "$absent" ] || break
    for library in $absent; do
        LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib/fallback/$library
    done
    export LD_LIBRARY_PATH
done
exec "$program" "$@"
