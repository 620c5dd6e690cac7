"""Dash Social: identity, upload URLs, and the media library."""
