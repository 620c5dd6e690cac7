"""The vendors' documented limits and our own defaults, each with its source. One place to change any of them.

`contract` below means the texts from which this project was written; see docs/contract.md for how sure each one is.
"""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

#: Requests a minute for one application over all endpoints. Dash Social, guide "Rate limits & pagination".
SOCIAL_REQUESTS_PER_MINUTE = 1_000

#: Items on one page of `media/v2`. Same guide: "99 recommended"; the hard maximum is unknown, so never more.
SOCIAL_PAGE_ITEMS = 99

#: Pause between two pages of one listing, in seconds. Guide "Post performance": 1,000 ms.
SOCIAL_PAGE_PAUSE_S = 1.0

#: Largest object one S3 PUT accepts. Amazon S3 user guide, "Uploading objects": 5 GiB.
MAX_SINGLE_PUT_BYTES = 5 * GIB

#: Content types the library is known to take (a real answer of `media/v2` holds all three). HEIC, WebP, GIF and MOV are
#: unknown, so they need a person's word (`accept=`).
SOCIAL_KNOWN_TYPES = ("image/jpeg", "image/png", "video/mp4")

#: Largest cell of a manifest that is read, in bytes of UTF-8. Ours: a caption of the longest kind has 2,200 characters.
MANIFEST_CELL_BYTES = 32 * KIB

#: Longest line of a manifest that is read at all; longer means that the file is no manifest. Ours.
MANIFEST_LINE_BYTES = 2 * MIB

#: Originals up to this size are read once, into memory. Ours: times the number of workers, it bounds the gate's memory.
READ_ONCE_BYTES = 16 * MIB

#: Copies of remote originals on this machine's disk at once, in bytes, over all batches under way. Ours.
COPIES_BYTES = 2 * GIB

#: Largest still image that is decoded to prove it whole; some decoders need all its bytes in memory. Ours.
MAX_IMAGE_BYTES = 512 * MIB

#: Most pixels of an image that is decoded. Ours: the largest cameras make about 100 million.
MAX_IMAGE_PIXELS = 100_000_000

#: Requests a minute to Dash. Ours: the vendor names no limit; `x-ratelimit-*` headers and 429s lower it as we go.
DAM_REQUESTS_PER_MINUTE = 600

#: Seconds an access token is taken to live when the login does not say so. Ours; one account saw 30 days.
DAM_TOKEN_LIFE_S = 3600.0

#: How far paging through assets reaches, in rows. Dash API v2, asset search: "paging stops at 10,000".
DAM_ASSET_CAP_ROWS = 10_000

#: Assets on one page. Seen to work with a live account; the largest allowed is unknown.
DAM_ASSET_PAGE_ROWS = 1_000

#: How far paging through download events reaches, in rows. Dash API v2, download events: "paging limit 10,000".
DAM_EVENT_CAP_ROWS = 10_000

#: Download events on one page. Assumed: no source names a largest page; a service that gives fewer is an error we name.
DAM_EVENT_PAGE_ROWS = 1_000

#: How long after its end a window of events counts as settled, in seconds. Ours, until `watch_downloads` has measured it.
EVENT_SETTLE_S = 900

#: Field options on one page. Dash API v2, field option search: the example asks for 200; the largest allowed is unknown.
DAM_OPTION_PAGE_ROWS = 200
#: How far paging through field options reaches, in rows. Assumed to be that of assets, the only one that is documented.
DAM_OPTION_CAP_ROWS = 10_000

#: A part is larger than the first and smaller than the second, in bytes; only the last part of a file may be smaller.
#: Dash API v2, asset-and-upload batch job: `5242880 < partSize < 5368709120`.
DAM_PART_MORE_THAN_BYTES = 5 * MIB
DAM_PART_LESS_THAN_BYTES = 5 * GIB
#: A file below this size is one part. Same page.
DAM_ONE_PART_BYTES = 5 * MIB
#: From this size on we say how large the parts are to be; below, the service chooses. Ours.
DAM_PART_SIZE_SENT_BYTES = 8 * MIB
#: Most parts of one upload. Amazon S3 user guide, "Multipart upload limits".
DAM_PARTS_MAX = 10_000
#: Size of a part unless told otherwise, in bytes. Ours: after a kill one part of each file under way is sent again.
DAM_PART_BYTES = 16 * MIB
#: Files of one upload job. Ours: the largest batch the documentation names (embeddable links) is 500.
DAM_JOB_ITEMS = 100
#: Part URLs asked for at once when the first ones have expired. Ours: what is asked for too early expires again.
DAM_PART_URLS_AT_ONCE = 500

#: Largest OpenAPI file that is read, in bytes. Ours: the largest public ones have about 12 million characters.
CONTRACT_FILE_BYTES = 16 * MIB
