"""A folder by boto3, as a script would do it: `python -m benchmarks.boto3_upload FOLDER S3_URL BUCKET PREFIX AT_ONCE PART_BYTES`.

One client, `upload_file` from so many threads. A file larger than a part goes by boto3's own multipart upload, a part at a time, so that
as many parts are in flight as there are threads. Prints its seconds without imports.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config


def main() -> None:
    """Send every file but manifests."""
    folder, s3_url, bucket, prefix, at_once, part_bytes = sys.argv[1:]
    client = boto3.client(
        "s3", endpoint_url=s3_url, region_name="us-east-1", config=Config(max_pool_connections=int(at_once))
    )
    # A file of just one part goes in one PUT, as with the others.
    transfer = TransferConfig(
        multipart_threshold=int(part_bytes) + 1, multipart_chunksize=int(part_bytes), use_threads=False
    )

    def send(path: Path) -> None:
        client.upload_file(str(path), bucket, f"{prefix}/{path.relative_to(folder)}", Config=transfer)

    paths = [path for path in sorted(Path(folder).rglob("*")) if path.is_file() and path.suffix != ".csv"]
    began = time.perf_counter()
    with ThreadPoolExecutor(int(at_once)) as pool:
        list(pool.map(send, paths))
    print(f"{time.perf_counter() - began:.3f}")


if __name__ == "__main__":
    main()
