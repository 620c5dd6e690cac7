"""The vendors' own OpenAPI files, compared with what our clients send and read.

What we use is not listed here a second time: the clients are run against a recording, and the readers over sample
answers of which one member after the other is taken away.
"""
