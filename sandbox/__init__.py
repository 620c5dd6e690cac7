"""Stand-ins for the services this project talks to, served on loopback over real HTTP in front of a real S3 server.

It imports nothing of `dashmedia`: it is a second, independent reading of the contract.
"""
