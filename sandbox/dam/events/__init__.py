"""Download events: a million of them in columns, searched as the contract has it."""
