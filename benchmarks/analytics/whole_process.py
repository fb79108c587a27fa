"""A command as a participant of `run`, its whole process counted: whole_process.py FIGURE COMMAND...

The answer is the number that it prints.
"""

import json
import os
import subprocess
import sys


def main():
    figure, *command = sys.argv[1:]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with status {process.returncode}")
    print(json.dumps({"figure": figure, "cpu_seconds": used.ru_utime + used.ru_stime, "answer": int(said)}))


if __name__ == "__main__":
    main()
