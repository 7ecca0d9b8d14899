"""kill -9 at random moments of an audit: nothing that was committed is lost, the same command goes on to the same bytes,
and nothing is left behind. Prints TAP.

usage: kill.py XYLEM [KILLS [SEED]]   (20 kills; 200: python3 tests/cli/kill.py build/xylem 200)

A third of the kills falls anywhere, a third while a run with every score in the store tokenizes and measures, and a third
while the run directory is written.
"""

import hashlib, json, os, random, shutil, signal, sqlite3, subprocess, sys, tempfile, time

xylem = os.path.abspath(sys.argv[1])
kills = int(sys.argv[2]) if len(sys.argv) > 2 else 20
seed = int(sys.argv[3]) if len(sys.argv) > 3 else int.from_bytes(os.urandom(4), "big")
draw = random.Random(seed)
work = tempfile.mkdtemp(prefix="xylem-kill-")
command = [xylem, "audit", "seedling", "--limit", "12", "--draws", "400", "--memory", "5M", "--quiet"]


def start(folder):
    os.makedirs(folder, exist_ok=True)
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(folder):
    """Runs to the end; seconds and what was said."""
    begun = time.monotonic()
    process = start(folder)
    said = process.communicate()[1].decode()
    return (time.monotonic() - begun, said if process.returncode else None)


def store(folder):
    return os.path.join(folder, "runs", "scores.sqlite")


def scores(folder):
    """Every committed score, by checkpoint, precision and key."""
    if not os.path.exists(store(folder)) or os.path.getsize(store(folder)) == 0:
        return {}
    copy = os.path.join(work, "looked-at")
    shutil.rmtree(copy, ignore_errors=True)
    os.mkdir(copy)  # SQLite tidies up after the dead; the next audit shall find their files as they left them
    for end in ("", "-wal", "-shm"):
        if os.path.exists(store(folder) + end):
            shutil.copy(store(folder) + end, os.path.join(copy, "s" + end))
    with sqlite3.connect(os.path.join(copy, "s")) as db:
        try:
            rows = db.execute("SELECT fingerprint, mode, key, value FROM score JOIN stage ON stage = id").fetchall()
        except sqlite3.OperationalError as error:  # before the tables were made
            assert "no such table" in str(error), error
            rows = []
    return {row[:3]: row[3] for row in rows}


def committed(folder):
    """What a reader sees committed while the audit runs."""
    try:
        with sqlite3.connect(f"file:{store(folder)}?mode=ro", uri=True, timeout=0) as db:
            return db.execute("SELECT count(*) FROM score").fetchone()[0]
    except sqlite3.Error:
        return 0


def files(folder):
    """The run's files by name: digests, of results.json without what two equal runs may differ in."""
    found = {}
    for top, _, names in os.walk(os.path.join(folder, "runs")):
        for name in names:
            path = os.path.join(top, name)
            data = open(path, "rb").read()
            if name == "results.json":
                results = json.loads(data)
                del results["run"]
                data = json.dumps(results).encode()
            if name in ("scores.sqlite", "SHA256SUMS", "report.html"):
                data = b""  # the page shows the run's time
            found[os.path.relpath(path, folder)] = hashlib.sha256(data).hexdigest()
    return found


def whole(folder):
    run = os.path.join(folder, "runs", "seedling")
    return subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=run, capture_output=True).returncode == 0


def kill_somewhere(folder, seconds):
    """*least: how many scores were seen committed before the kill."""
    process = start(folder)
    end = time.monotonic() + draw.uniform(0, seconds)
    least = 0
    while process.poll() is None and time.monotonic() < end:
        least = max(least, committed(folder))
        time.sleep(min(0.01, max(0, end - time.monotonic())))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return least


def kill_while_writing(folder, seconds):
    process = start(folder)
    while process.poll() is None and not os.path.exists(os.path.join(folder, "runs", "seedling")):
        time.sleep(0.0005)
    time.sleep(draw.uniform(0, seconds))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return 0


reference = os.path.join(work, "reference")
seconds, said = finish(reference)
assert said is None, said
all_scores, all_files = scores(reference), files(reference)
shutil.rmtree(os.path.join(reference, "runs", "seedling"))
stored_seconds, said = finish(reference)
assert said is None, said

print(f"# seed {seed}; an audit takes {seconds:.1f} s, from the store {stored_seconds:.1f} s; {len(all_scores)} scores")
wrong, within = [], {"anywhere": 0, "measuring": 0, "writing": 0}
# What an audit takes changes with what else the machine does: where one is through before its kill, later ones of its kind
# come sooner.
spans = {"anywhere": seconds, "measuring": stored_seconds, "writing": 0.15 * stored_seconds}
for k in range(kills):
    folder = os.path.join(work, "run")
    kind = list(within)[k % 3]
    for _ in range(5):
        shutil.rmtree(folder, ignore_errors=True)
        if kind != "anywhere":
            os.makedirs(os.path.join(folder, "runs"))
            shutil.copy(store(reference), store(folder))
        least = (kill_while_writing if kind == "writing" else kill_somewhere)(folder, spans[kind])
        sums = os.path.exists(os.path.join(folder, "runs", "seedling", "SHA256SUMS"))
        if not sums:
            break
        spans[kind] *= 0.7
    after = scores(folder)
    within[kind] += not sums
    faults = []
    if len(after) < (least if kind == "anywhere" else len(all_scores)):
        faults.append(f"{len(after)} scores are left of at least {least}")
    if any(all_scores.get(key) != value for key, value in after.items()):
        faults.append("a score is another")
    if sums and not whole(folder):
        faults.append("SHA256SUMS is there and does not hold")
    said = finish(folder)[1]
    if said is not None:
        faults.append(f"the same command again: {said}")
    elif scores(folder) != all_scores:
        faults.append("the store is another")
    elif files(folder) != all_files or not whole(folder):
        faults.append(f"other files: {sorted(set(files(folder).items()) ^ set(all_files.items()))}")
    if faults:
        wrong.append(f"kill {k}, {kind}: " + "; ".join(faults))

print("1..2")
print(f"{'not ' if wrong else ''}ok 1 - {kills} kills: nothing is lost, left or other")
for line in wrong:
    print("#", line)
unfinished = sum(within.values())
print(f"{'not ' if unfinished * 2 < kills else ''}ok 2 - most of them came before the run was finished")
print(f"# unfinished when killed: {within}")
shutil.rmtree(work)
sys.exit(bool(wrong))
