"""The claims about speed and memory, beside the peers, each reproducible with `make bench`."""
