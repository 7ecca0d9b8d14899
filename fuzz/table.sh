#!/bin/sh
# Writes what the turns of FOLDER/turns.tsv (run.sh) come to into PAGE, in place of what stands there between the marks
# "<!-- fuzz/table.sh -->" and "<!-- end -->". Rates are per second of CPU, for others may use the machine as well.
# usage: table.sh FOLDER PAGE
set -eu
turns=$1/turns.tsv
page=$2
compiler=$(${CC:-clang-19} --version | sed -n '1s/.*clang version \([0-9.]*\).*/Clang \1/p')
machine="$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(uname -m), one process at a time"
findings=$(find "$1/found" -type f | wc -l)

table() {
  awk -F '\t' -v date="$(date -u +%Y-%m-%d)" -v machine="$machine" -v compiler="$compiler" -v findings="$findings" '
    function grouped(n, s) {
      for (s = ""; n >= 1000; n = int(n / 1000)) s = sprintf(",%03d", n % 1000) s
      return sprintf("%d", n) s
    }
    {
      executions[$1] += $2; all += $2; if ($3 > 0) {timed[$1] += $2; seconds[$1] += $3}
      edges[$1] = $4; of[$1] = $5; inputs[$1] = $7; accepted[$1] = $8; taken[$1] += $9
    }
    END {
      printf "%s executions in all, %d findings (%s; %s; %s).\n\n", grouped(all), findings, date, compiler, machine
      print "| target | executions | a second of CPU | accepted | edges reached | corpus | of it accepted |"
      print "|---|---:|---:|---:|---:|---:|---:|"
      fflush()
      for (name in executions) {
        rate = (seconds[name] > 0 ? timed[name] / seconds[name] : 0)
        share = (inputs[name] > 0 ? 100 * accepted[name] / inputs[name] : 0)
        printf "| %s | %s | %s | %s | %s of %s | %s | %.0f%% |\n", name, grouped(executions[name]), grouped(rate),
          grouped(taken[name]), grouped(edges[name]), grouped(of[name]), grouped(inputs[name]), share | "sort"
      }
    }' "$turns"
}

{
  sed '/^<!-- fuzz\/table.sh -->$/q' "$page"
  echo
  table
  echo
  sed -n '/^<!-- end -->$/,$p' "$page"
} >"$page.new"
mv "$page.new" "$page"
