"""Where originals come from: folders and manifests on any fsspec URL, and public https:// addresses."""

from dashmedia.sources.original import Original
from dashmedia.sources.shard import Shard
from dashmedia.sources.source import Source, open_source

__all__ = ["Original", "Shard", "Source", "open_source"]
