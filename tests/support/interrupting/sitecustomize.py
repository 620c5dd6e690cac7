"""Python imports this before anything else, once its folder is on PYTHONPATH: Ctrl-C at the import of one module.

`INTERRUPT_AT` names the module. The process sends the signal to itself, so that the instant is the same in every run.
"""

import os
import signal
import sys


class Interrupting:
    def __init__(self, at):
        self.at = at

    def find_spec(self, name, path=None, target=None):
        if name == self.at:
            os.kill(os.getpid(), signal.SIGINT)


signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever ran the tests may have it ignored
sys.meta_path.insert(0, Interrupting(os.environ.pop("INTERRUPT_AT")))
