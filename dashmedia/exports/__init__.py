"""Download events, exported in windows that prove they are complete.

`export_window` fetches one window whatever the service's order, cap and reading of range ends; its certificate says
how, and `write_partition` publishes both. The words: an *instant* is one millisecond, a *leaf* is a piece of the window
that was read whole, a *bound* is a range end as it is sent.
"""
