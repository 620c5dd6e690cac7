"""The claims about speed and memory, beside the peers, each reproducible with `make bench`."""

from dashmedia.interrupts import leave_quietly_while_loading

leave_quietly_while_loading("benchmarks")
