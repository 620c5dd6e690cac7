"""What good answers and requests carry and no message may show: as long as a real signature, so that it is known by its form."""

SECRET = "deadbeef" * 8
