"""`make docs`: the pages of docs/reference, read off the code. A test fails when the committed ones are not what comes out."""
