"""The end of the process, with the code of the command.

Libraries that read files and databases have threads of their own, which are taken down as the
process ends. Where one still runs then, the process is aborted ("terminate called without an active
exception"): the command had said all it had to say, and its code was lost.
"""

import contextlib
import os
import sys

__all__ = ["Ending"]


class Ending:
    """Ends the process once the code is known; registered before all else, it is called last."""

    code: int | None = None
    """None: not known, and the process ends as it would."""

    def __call__(self) -> None:
        """End the process; what has been written is written out before."""
        if self.code is None:
            return
        try:
            for stream in (sys.stdout, sys.stderr):
                # The reader of our output may have gone (`| head`).
                with contextlib.suppress(BrokenPipeError):
                    stream.flush()
        except OSError:
            # What could not be written is told by the interpreter.
            return
        os._exit(self.code)
