"""Every error of the library, sorted by what the caller does about it.

| class | what the caller does |
|---|---|
| `TransientError` | tries again later; nothing is known to be wrong with the request |
| `OutcomeUnknownError` | asks the remote side whether the request arrived before it tries again |
| `RejectedError` and below | mends the request, the credential or the permission |
| `ContractError` | compares `wire.py` with the vendor's documentation |
| `BrokenContractError` | corrects `wire.py` as the report of `contract_check` says |
| `JobFailedError` | looks at what the job left undone |
| `JobOverdueError` | runs again, which waits for the same job |
| `ItemError` and below | sets this one item aside and goes on with the others |
| `IllegalTransitionError` | reports it: our own code took a step the ledger does not have |
| `IncompleteRunError` | looks at the report for what is left and why, then runs again, which does only that |
| `IncompleteExportError` | runs again later; if the numbers stay apart, shows them to the vendor |
| `CapExceededError` | asks the vendor for an export of the one millisecond that it names |
| `UserError` and below | mends the parameter, file or setting that the message names |

A message says which thing, what was seen, what was expected and what to do next, in whole sentences. It never holds a
token or a signed URL; words of a server are clipped to `WORDS_MAX` characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from dashmedia.redaction import redact

if TYPE_CHECKING:
    from dashmedia.dam.job_models import Job

#: How much of a server's own words a message quotes, in characters.
WORDS_MAX = 200


def clip(text: str, most: int = WORDS_MAX) -> str:
    """`text` on one line, at most `most` characters, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


class DashMediaError(Exception):
    """Base of every error this library raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross processes and are stored with a run's state; the default would call __init__ with the message.
        return type(self).__new__, (type(self), *self.args), self.__dict__


class TransientError(DashMediaError):
    """The service, the network or the storage did not answer as it should; later it may.

    Attributes:
        endpoint: the call, such as `POST media_upload_url`.
        seen: the last thing that was seen, clipped.
        status: HTTP status, or None when no answer came.
        wait_s: seconds the service asked us to wait, or None when it did not say.
        tries: how often the request was sent or attempted.
        spent_s: seconds between the first try and giving up.
    """

    hint = "Run again later."

    def __init__(  # each is a fact that a caller or a reader of the message needs
        self,
        endpoint: str,
        seen: str,
        *,
        status: int | None = None,
        wait_s: float | None = None,
        tries: int = 1,
        spent_s: float = 0.0,
    ) -> None:
        self.endpoint = endpoint
        self.status = status
        self.wait_s = wait_s
        self.tries = tries
        self.spent_s = spent_s
        self.seen = clip(seen)
        asked = f" The service asked to wait {wait_s:.0f} s." if wait_s else ""
        super().__init__(
            f"{endpoint}: {self.seen.rstrip(' .')}; seen at try {tries}, after {spent_s:.0f} s.{asked} {self.hint}"
        )

    def after(self, tries: int, spent_s: float) -> Self:
        """The same error, saying how often and for how long it was tried."""
        return type(self)(
            self.endpoint, self.seen, status=self.status, wait_s=self.wait_s, tries=tries, spent_s=spent_s
        )


class SharedRateError(TransientError):
    """The limit that all runs share could not be asked for a long time; nothing was sent meanwhile."""

    hint = "Nothing was sent. Run again when the Prefect server answers: only what is left is done."

    def __init__(self, name: str, seen: str, silent_s: float) -> None:
        super().__init__(f"the shared limit {name}", seen, spent_s=silent_s)

    def after(self, _tries: int, _spent_s: float) -> Self:
        """The same: it was waited for, not tried."""
        return self


class OutcomeUnknownError(TransientError):
    """A request that creates something may or may not have arrived: look before repeating it."""

    hint = "Whether it took effect is unknown, so it was not sent again; it is looked up first."


class JobGoneError(OutcomeUnknownError):
    """The service no longer knows a job that we submitted; what it did is found out by looking at the assets."""

    hint = "What it did is unknown, so it was not submitted again; look at the assets first."


class RejectedError(DashMediaError):
    """The service understood the request and refused it; repeating it changes nothing.

    Attributes:
        endpoint: the call.
        status: HTTP status, 400–499.
        words: the service's own words, clipped.
    """

    hint = "Nothing was repeated; mend the request it names."

    def __init__(self, endpoint: str, status: int, words: str) -> None:
        self.endpoint = endpoint
        self.status = status
        self.words = clip(words)
        super().__init__(
            f"{endpoint} was refused with {status}: {self.words.rstrip(' .') or 'no words given'}. {self.hint}"
        )


class AuthError(RejectedError):
    """The token is missing, wrong or expired (401)."""

    hint = "Check the token in the credentials block or in the environment variable that the settings name."


class RefreshRefusedError(AuthError):
    """The login gives no new access token for the refresh token."""

    hint = (
        "The client id and secret come from Admin, Integrations, REST API. If they are right, authorise the app again "
        "and store the new refresh token where the old one was."
    )


class PermissionDeniedError(RejectedError):
    """The token is good but may not do this (403)."""

    hint = "Ask an administrator to grant it, or use a token that has it."


class ActionNotPermittedError(PermissionDeniedError):
    """The service says beforehand that the token may not do something; nothing was begun.

    Attributes:
        actions: resource type and action of each.
    """

    def __init__(self, endpoint: str, who: str, actions: tuple[tuple[str, str], ...]) -> None:
        self.actions = actions
        told = " and ".join(f"{action} on {resource_type}" for resource_type, action in actions)
        self.endpoint, self.status, self.words = endpoint, 403, told
        seen = f"{endpoint} does not list it"
        DashMediaError.__init__(self, f"{who} may not {told}: {seen}. Nothing was begun. {self.hint}")


class DuplicateError(RejectedError):
    """The service says that this `source_id` exists already: look it up and adopt it."""

    hint = "The existing record is looked up and adopted."


class ContractError(DashMediaError):
    """An answer from which a needed fact cannot be had.

    Attributes:
        endpoint: the call.
        member: the member that was looked for, such as `data[].id`.
    """

    def __init__(self, endpoint: str, member: str, seen: str, expected: str) -> None:
        # Names of members are an answer's own words too: in a map they may be anything.
        self.endpoint = endpoint
        self.member = clip(redact(member))
        super().__init__(
            f"The answer of {endpoint} has no usable {self.member}: seen {clip(redact(seen))}, expected {expected}. "
            "Compare the wire module with the vendor's documentation; one line there corrects it."
        )


class ItemError(DashMediaError):
    """One item cannot go on; the others can."""


class ChecksumMismatchError(ItemError):
    """The storage holds other bytes than the ones sent, twice in a row.

    Attributes:
        name: the original or the part.
        sent: MD5 of the bytes sent, hex.
        stored: what the storage answered.
    """

    def __init__(self, name: str, sent: str, stored: str) -> None:
        self.name, self.sent, self.stored = name, sent, stored
        super().__init__(
            f"{name} arrived as {stored}, we sent {sent}, twice. Nothing was created; run again, and if it stays so, "
            "look at what stands between this machine and the storage."
        )


class SourceChangedError(ItemError):
    """A file changed between the check and the upload, or while it was read."""

    def __init__(self, name: str, seen: str, expected: str) -> None:
        self.name = name
        super().__init__(
            f"{name} changed while it was read: now {seen}, checked as {expected}. "
            "Nothing was created; run again when it is no longer being written."
        )


class UploadUrlExpiredError(ItemError):
    """A presigned URL is past its time; a new one is asked for."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"The upload URL for {name} expired before the bytes were stored. A new one is asked for.")


class StorageRefusedError(ItemError):
    """The storage refused the bytes for a reason that repeating does not change.

    Attributes:
        name: the original or the part.
        status: HTTP status.
        seen: status and the storage's own code, clipped.
    """

    def __init__(self, name: str, seen: str, *, status: int) -> None:
        self.name, self.status, self.seen = name, status, clip(seen)
        super().__init__(
            f"The storage refused {name}: {self.seen}; expected 200. Nothing was created. "
            "If every original is refused so, compare the put mode in the settings with what the storage takes."
        )


class TooManyPartsError(ItemError):
    """A file needs more parts, or larger ones, than an upload may have."""


class AssetNotMadeError(ItemError):
    """A batch job did not make the asset, or the upload, of one file.

    Attributes:
        name: the original.
        words: the service's own, clipped.
    """

    def __init__(self, name: str, words: str) -> None:
        self.name, self.words = name, clip(words)
        super().__init__(
            f"The service made no asset for {name}: {self.words or 'it gave no reason'}. No bytes were sent; "
            "mend what it names and take the original out of quarantine."
        )


class OrphansUnclearError(ItemError):
    """Whether a lost job made an asset cannot be told from what somebody else is making in the same folder; later it can."""


class TwinAssetError(ItemError):
    """After a restore of the ledger: an asset of ours may or may not be this original; a person can tell.

    Attributes:
        asset_id: of that asset.
    """

    def __init__(self, name: str, asset_id: str, folder: str) -> None:
        self.asset_id = asset_id
        super().__init__(
            f"{folder} holds an asset {asset_id} of the name and size of {name}, staged by us while the restored ledger knows nothing, "
            "and Dash gives no checksum that could be compared. Nothing was sent. Compare the two: if they are the same, leave it; "
            f"if not, trust the ledger again (python -m dashmedia.ledger trust) and take {name} out of quarantine."
        )


class TakenOverError(ItemError):
    """Another run holds the row by now and goes on with it."""


class MetadataValueError(ItemError):
    """What a manifest says of one original cannot be written to the field that it is meant for.

    Attributes:
        column: of the manifest.
    """

    def __init__(self, name: str, column: str, seen: str) -> None:
        self.column = column
        super().__init__(f"Column {column} of {name} cannot be written: {seen} Correct the manifest or the mapping.")


class NoRoomError(ItemError):
    """A file at a public address cannot be kept on this machine now, so its bytes cannot be sent to the DAM.

    Attributes:
        name: the original.
    """

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        super().__init__(
            f"{name} is at a public address, and its {size:,} bytes were not kept to be sent to the DAM: the copies of other "
            "files took all the room, or the disk is full. Run again; if it stays so, choose a smaller batch size, or "
            "another disk in TMPDIR."
        )


class ProcessingFailedError(ItemError):
    """The service says that it could not process what was created."""


class ProcessingOverdueError(ItemError):
    """What was created is not ready within its budget; it is not given up, a later run asks again."""


class JobFailedError(DashMediaError):
    """A batch job ended without completing. Some of its items may be done all the same.

    Attributes:
        job: as it was last seen, with the outcomes of its items.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        said = f": {clip(job.reason)}" if job.reason else " and said nothing of the reason"
        super().__init__(
            f"The {job.kind} job {job.id} ended as {clip(job.word or job.state, 40)}{said}; {len(job.successes):,} of its "
            f"items were done and {len(job.failures):,} failed. It was not submitted again; look at what is left, then run again."
        )


class JobOverdueError(DashMediaError):
    """A batch job was not through within its budget; it was not cancelled, and the next run waits for the same job.

    Attributes:
        job: as it was last seen.
        waited_s: how long it was waited for, in seconds.
    """

    def __init__(self, job: Job, waited_s: float) -> None:
        self.job, self.waited_s = job, waited_s
        far = "" if job.share is None else f", {job.share:.0%} done"
        super().__init__(
            f"The {job.kind} job {job.id} was still {clip(job.word or job.state, 40)}{far} after {waited_s:,.0f} s; expected "
            "it to end by then. It was not cancelled: run again to go on waiting for it, or allow it more time."
        )


class IllegalTransitionError(DashMediaError):
    """A ledger row was asked to make a step that the order of states does not have: a mistake in our own code."""


class UserError(DashMediaError):
    """Something a person set is wrong; the message names it and says what to write instead."""


class SettingsError(UserError):
    """A credential, URL or setting is missing or malformed."""


class CriterionError(UserError):
    """A search criterion or selector that this version of the API does not have, or that would ask for something else."""


class SchemaError(UserError):
    """A field, option or value by a name that this account does not have, or that its field cannot hold."""


class FolderMissingError(SchemaError):
    """A folder that does not exist; the caller decides whether that ends the run.

    Attributes:
        path: as it was written.
    """

    def __init__(self, path: str, seen: str) -> None:
        self.path = path
        super().__init__(f"There is no folder {path}: {seen}")


class LimitExceededError(UserError):
    """A run would do more than it is allowed to; it did nothing.

    Attributes:
        wanted: how many assets it would have moved.
        allowed: how many it may move.
    """

    def __init__(self, what: str, wanted: int, allowed: int) -> None:
        self.wanted, self.allowed = wanted, allowed
        super().__init__(
            f"The plan would move {what}. Nothing was moved. Look at the plan: if it is right, allow more and run again; "
            "if it is not, mend the rules."
        )


class SourceError(UserError):
    """A folder or manifest cannot be read as a whole."""


class ContractFileError(UserError):
    """A vendor's description of its API that cannot be read, or is none.

    Attributes:
        source: where it was read, without query.
        seen: what is wrong with it.
    """

    def __init__(self, source: str, seen: str) -> None:
        self.source, self.seen = source, seen
        super().__init__(
            f"{source} cannot be compared: {seen}. Expected a file in OpenAPI 3.0 or 3.1, JSON or YAML, whole in itself."
        )


class LedgerError(UserError):
    """The ledger cannot be opened, is of a newer version, or belongs to something else."""


class IncompleteRunError(DashMediaError):
    """A run ended with items left; the message counts them."""


class BrokenContractError(DashMediaError):
    """A vendor's file says that calls of ours would not work.

    Attributes:
        differences: how many break us.
    """

    def __init__(self, sentence: str, worst: str, differences: int) -> None:
        self.differences = differences
        super().__init__(f"{sentence} The first that breaks us: {worst} All of them: artifact `contract-differences`.")


class WindowError(UserError):
    """A day, zone or window that cannot be exported: reversed, unknown, in the future or not settled yet."""


class DestinationError(UserError):
    """A place for exports cannot be written or read.

    Attributes:
        url: the file or folder.
    """

    def __init__(self, url: str, seen: str) -> None:
        self.url = url
        super().__init__(
            f"{url} could not be written or read: {clip(seen)}. Without a certificate that matches, no reader trusts what "
            "lies there; mend the destination, its rights or its free space, and run again."
        )


class LoadError(UserError):
    """Events cannot be loaded into a database; what was there before is still there.

    Attributes:
        place: database and host.
    """

    def __init__(self, place: str, seen: str) -> None:
        self.place = place
        super().__init__(
            f"{place}: {clip(seen)}. Nothing of this load was kept and nothing there was changed; mend what is named and "
            "load again."
        )


class CapExceededError(DashMediaError):
    """More events share one millisecond and every dimension than the service lets anybody page through.

    Attributes:
        window: the millisecond.
        where: the equality constraints, as text.
        total: events the service counts there.
        cap: how far its paging reaches.
    """

    def __init__(self, window: str, where: str, total: int, cap: int) -> None:
        self.window, self.where, self.total, self.cap = window, where, total, cap
        super().__init__(
            f"{total:,} events lie in {window} where {where or 'nothing else tells them apart'}, and paging reaches only "
            f"{cap:,}. No dimension is left to split by, so nothing was published; ask the vendor for an export of that "
            "millisecond."
        )


class IncompleteExportError(DashMediaError):
    """What was fetched and what the service counts stayed apart, also after fetching again.

    Attributes:
        window: which one.
        numbers: what was compared, by name.
    """

    def __init__(self, window: str, reason: str, numbers: dict[str, int]) -> None:
        self.window, self.numbers = window, dict(numbers)
        told = ", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in numbers.items())
        super().__init__(
            f"The export of {window} is not complete: {clip(reason)} ({told}). Nothing was published; run it again "
            "later, and if the numbers stay apart, show them to the vendor."
        )
