"""What clients send to make and to complete uploads, section 6 of the contract."""

# Pydantic reads these annotations at run time, so they are not postponed.
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints
from pydantic.alias_generators import to_camel

Text = Annotated[str, StringConstraints(min_length=1)]


class Body(BaseModel):
    """A misspelt member is refused: whoever sent it would get another upload than was meant."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class UrlRequest(Body):
    """One URL that is wanted; with `contentMd5`, in hex, it takes these very bytes only."""

    part_number: StrictInt = Field(ge=1)
    content_md5: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{32}$")] | None = None


class PartUrlsRequest(Body):
    """Only these URLs: of a new upload, or of the one that is named."""

    upload_id: str | None = None
    url_requests: list[UrlRequest]


class NewFile(Body):
    """A file to come. Its numbers are only checked for being such: what breaks a rule is a failure of its item alone."""

    path: str
    size: StrictInt
    part_size: StrictInt | None = None
    part_urls_request: PartUrlsRequest | None = None

    @property
    def known_upload_id(self) -> str | None:
        """The upload that is there already and only needs more URLs."""
        return self.part_urls_request and self.part_urls_request.upload_id


class NewVersion(NewFile):
    """`POST /asset-uploads`: a file for an asset that is there."""

    asset_id: Text
    asset_file_id: str | None = None


class NewFileItem(NewFile):
    """One of `POST /asset-and-upload-batch-jobs`."""

    batch_item_id: Text


class NewVersionItem(NewVersion):
    """One of `POST /asset-upload-batch-jobs`."""

    batch_item_id: Text


class NewFileItems(Body):
    """The body of a job that makes assets."""

    items: list[NewFileItem]


class NewVersionItems(Body):
    """The body of a job for assets that are there."""

    items: list[NewVersionItem]


class CompletedPart(Body):
    """A part that was put, with the ETag its PUT was answered with."""

    part_number: StrictInt = Field(ge=1)
    e_tag: str = Field(alias="eTag")


class Completion(Body):
    """`POST /asset-upload-completions`."""

    asset_id: str
    upload_id: str
    parts: list[CompletedPart]
