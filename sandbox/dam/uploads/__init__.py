"""Uploads of the DAM: assets made for files, parts put to the S3 server, and completions that make files of them.

Each part is an object of its own, put by an ordinary presigned PUT, and a completion makes one file of them. The S3 server's
own multipart uploads are not what a client of Amazon S3 relies on: rclone 1.75 forgets an open one when it ends, ends one
over a single wrong Content-MD5 or ETag, and refuses to replace a part by other bytes. Seen from outside there is no
difference: the ETag of a part is the MD5 of its bytes, parts come in any order, and the last PUT of a part counts.
"""
