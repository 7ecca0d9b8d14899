"""Sends a signal to a command as soon as it catches it and has a file open, or mapped, whose path holds a word.

usage: ending.py SIGNAL WORD COMMAND...; exits with the command's code, or with 99 where it never had one.
"""

import glob, os, signal, subprocess, sys, time

name, word, *command = sys.argv[1:]
signal_number = getattr(signal, f"SIG{name}")


def catches(pid):
    with open(f"/proc/{pid}/status") as status:
        mask = next(line.split()[1] for line in status if line.startswith("SigCgt"))
    return int(mask, 16) >> (signal_number - 1) & 1


def holds(pid):
    try:
        if not catches(pid):
            return False
        paths = [os.readlink(fd) for fd in glob.glob(f"/proc/{pid}/fd/*")]
        with open(f"/proc/{pid}/maps") as maps:
            return any(word in path for path in paths) or word in maps.read()
    except OSError:
        return False


read, write = os.pipe()  # a standard input that does not end
process = subprocess.Popen(command, stdin=read, stdout=subprocess.DEVNULL)
while process.poll() is None and not holds(process.pid):
    time.sleep(0.0005)
if process.poll() is not None:
    sys.exit(99)
process.send_signal(signal_number)
sys.exit(process.wait() % 256)
