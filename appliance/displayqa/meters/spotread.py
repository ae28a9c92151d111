"""HID colorimeters by ``spotread`` of ArgyllCMS: one process a reading, one line that counts.

It waits for keys on a terminal, even for one that is not there, so its input is empty and it is
killed when its time is over. Source: its documentation and a program of others.
"""

import re
import subprocess
from collections.abc import Callable, Sequence

from appliance.displayqa.meters.dialogue import luminance_xyz
from appliance.displayqa.meters.reading import Failure, Fault, Reading

Run = Callable[[Sequence[str], float], "str | Failure"]
PATIENCE_S = 60.0
NUMBER = r"(-?[0-9]{1,6}\.[0-9]{6})"
RESULT = re.compile(
    rf"^ *Result is XYZ: {NUMBER} {NUMBER} {NUMBER}, (?:Yxy|Yuv|D50 Lab):.*$", re.MULTILINE
)
NO_INSTRUMENT = re.compile(r"no (?:matching )?instrument|failed to open", re.IGNORECASE)


def reading_by(run: Run, program: str = "spotread", display: str = "l") -> Reading | Failure:
    """One luminance of the display type in spotread's letters (``-y``); l is LCD."""
    said = run([program, "-e", f"-y{display}", "-x", "-O"], PATIENCE_S)
    if isinstance(said, Failure):
        return said
    found = RESULT.findall(said)
    if len(found) == 1:
        return luminance_xyz(*found[0])
    last = said.strip().splitlines()[-1:] or [""]
    return Failure(Fault.NO_REPLY if NO_INSTRUMENT.search(said) else Fault.GARBLED, last[0][:80])


def run_for(command: Sequence[str], patience_s: float) -> str | Failure:
    """What a program says without input; killed when its time is over."""
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=patience_s,
            check=False,
            start_new_session=True,
        )
    except FileNotFoundError:
        return Failure(Fault.MISSING_TOOL, command[0])
    except subprocess.TimeoutExpired:
        return Failure(Fault.NO_REPLY, f"{command[0]} did not end in {patience_s:g} s")
    return ended.stdout.decode("utf-8", "replace")
