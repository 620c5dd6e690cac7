"""Dash Social's library: upload a file, create a media record, find it again.

`wire` holds every spelling of the API, `models` what the rest of the program sees of it.
"""

from __future__ import annotations

from dashmedia.social.client import SocialClient, open_social
from dashmedia.social.models import Identity, Media, NewMedia, UploadUrl

__all__ = ["Identity", "Media", "NewMedia", "SocialClient", "UploadUrl", "open_social"]
