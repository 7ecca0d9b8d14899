#!/bin/bash
# Runs a cmocka program; cmocka 1.1 writes a skipped case as `not ok … # SKIP`, which TAP reads as failed.
set -o pipefail
"$@" | sed -u 's/^not ok \([0-9]* # SKIP\)/ok \1/'
