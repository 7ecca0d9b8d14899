"""Runs a command while an audit stands still, right after the audit has committed its first scores.

usage: during.py SHELL-COMMAND STORE XYLEM ARGUMENTS...; exits with the audit's code. The command knows the audit as
$audit; the file `before` receives the number of scores that were committed then.
"""

import os, signal, sqlite3, subprocess, sys, time

command, store, *audit = sys.argv[1:]


def scores():
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=0) as db:
            return db.execute("SELECT count(*) FROM score").fetchone()[0]
    except sqlite3.Error:
        return 0


process = subprocess.Popen(audit, stdin=subprocess.DEVNULL)
while process.poll() is None and scores() == 0:
    time.sleep(0.002)
process.send_signal(signal.SIGSTOP)
with open("before", "w") as file:
    print(scores(), file=file)
subprocess.run(command, shell=True, env={**os.environ, "audit": str(process.pid)}, check=True)
process.send_signal(signal.SIGCONT)
sys.exit(process.wait())
