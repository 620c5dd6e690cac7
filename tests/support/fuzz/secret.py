"""What good answers and requests carry and no message may show."""

#: As long as a real signature.
SECRET = "7d0e64fb28a59c1348d27be0915ac36fe4b8305721fd9c6a0783be51d94f26ca"

#: Nor may it show this much of it.
SHARE = SECRET[:16]
