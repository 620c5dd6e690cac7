"""What manifests say of originals, written to the fields of their assets by batch jobs, and proven by reading them back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashmedia.dam.edits import edit_body
from dashmedia.dam.job_models import JobKind
from dashmedia.dam.lookup import THREADS, fetch_each
from dashmedia.dam.recent_assets import find_recent
from dashmedia.dam.selectors import ById
from dashmedia.errors import ItemError, JobFailedError, OutcomeUnknownError
from dashmedia.ingest.metadata_groups import EditGroup, waves_of
from dashmedia.ingest.metadata_proof import what_differs
from dashmedia.ingest.parallel import outcome_groups
from dashmedia.jobs import request_key_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.edits import Edit
    from dashmedia.dam.models import Asset
    from dashmedia.dam.schema import Schema
    from dashmedia.ingest.metadata_map import MetadataMap
    from dashmedia.ingest.parallel import Outcome
    from dashmedia.jobs import JobRunner
    from dashmedia.sources import Original

#: What all keys of these jobs begin with. The rest is made of the body: the same edits of the same assets are one wish.
PURPOSE = "ingest-metadata"


@dataclass(frozen=True, slots=True)
class MetadataOutcome:
    """What became of one asset's metadata.

    Attributes:
        edits: how many fields were to be written; 0 when the manifest says nothing of them.
        reason: why it does not show them; None when it does.
        is_retryable: whether running again may help, without a change to the manifest.
    """

    asset_id: str
    edits: int
    reason: str | None = None
    is_retryable: bool = False

    @property
    def is_written(self) -> bool:
        """Whether the asset was seen to show all of it."""
        return self.reason is None


class MetadataWriter:
    """Writes metadata of assets, each as often as is needed and no more. For one batch at a time.

    Args:
        client: the service.
        runner: of the jobs.
        schema: of the account.
        mapping: which column goes where.
        threads: jobs waited for, and assets looked up, at once.

    Attributes:
        fields: the mapping resolved; `edits_for` tells beforehand whether an original's values can be written.

    Raises:
        SchemaError: the mapping names what the account does not have.
    """

    def __init__(
        self, client: DashClient, runner: JobRunner, schema: Schema, mapping: MetadataMap, threads: int = THREADS
    ) -> None:
        self._client, self._runner, self._schema, self._threads = client, runner, schema, threads
        self.fields = mapping.resolve(schema)

    def write(self, pairs: Iterable[tuple[str, Original]]) -> dict[str, MetadataOutcome]:
        """The outcome of each asset by its id, which is what the asset shows in the end, whatever a job said.

        The same call again writes only what is not there yet: it waits for jobs that still run, and begins others anew.
        Of two originals for one asset the first one counts.

        Args:
            pairs: asset id and the original that it was made of.

        Raises:
            AuthError, UserError: every further job would meet it too.
        """
        wanted: dict[str, tuple[Edit, ...]] = {}
        refused: dict[str, MetadataOutcome] = {}
        for asset_id, original in pairs:
            if asset_id not in wanted and asset_id not in refused:
                try:
                    wanted[asset_id] = self.fields.edits_for(original)
                except ItemError as error:
                    refused[asset_id] = MetadataOutcome(asset_id, 0, str(error))
        left = self._write({one: wanted[one] for one in self._differing(wanted)})
        return refused | {
            one: MetadataOutcome(one, len(edits), left.get(one), one in left) for one, edits in wanted.items()
        }

    def _write(self, wanted: Mapping[str, tuple[Edit, ...]]) -> dict[str, str]:
        """Run the jobs; why assets do not show their edits then, by id."""
        said: dict[str, str] = {}
        ended: list[EditGroup] = []
        for wave in waves_of(wanted):
            with ThreadPoolExecutor(min(self._threads, len(wave)), thread_name_prefix="metadata") as pool:
                for done in outcome_groups(pool, self._run, wave):
                    ended += [one.item for one in done if one.error is None]
                    said |= {asset_id: told for one in done for asset_id, told in _against(one).items()}
        left = {one: said.get(one, reason) for one, reason in self._left(wanted).items()}
        for group in ended:
            if not left.keys().isdisjoint(group.ids):
                # It is over and did not do it all: whoever asks for the same again wants another job.
                self._runner.forget(self._key(group))
        return left

    def _run(self, group: EditGroup) -> dict[str, str]:
        """One job; the failures of its items. What it does can be done twice, so a lost one is begun anew."""
        body, key = edit_body(ById(group.ids), group.edits), self._key(group)
        try:
            return dict(self._runner.run(JobKind.METADATA_EDIT, key, body).failures)
        except JobFailedError as error:
            return dict.fromkeys(group.ids, str(error)) | dict(error.job.failures)
        except OutcomeUnknownError:
            self._runner.forget(key)
            if not self._left(dict.fromkeys(group.ids, group.edits)):
                return {}
            return dict(self._runner.run(JobKind.METADATA_EDIT, key, body).failures)

    def _key(self, group: EditGroup) -> str:
        return request_key_for(JobKind.METADATA_EDIT, edit_body(ById(group.ids), group.edits), PURPOSE)

    def _differing(self, wanted: Mapping[str, tuple[Edit, ...]]) -> dict[str, str]:
        """What a search finds that the assets do not show, by id. It may lag behind."""
        told = {one: edits for one, edits in wanted.items() if edits}
        found = find_recent(self._client, told.keys())
        return _reasons(((one, found.get(one), edits) for one, edits in told.items()), self._schema)

    def _left(self, wanted: Mapping[str, tuple[Edit, ...]]) -> dict[str, str]:
        """The same for sure: what the search tells of is looked up again."""
        differing = self._differing(wanted)
        found = fetch_each(self._client.asset, differing, self._threads)
        return _reasons(((one, asset, wanted[one]) for one, asset in found.items()), self._schema)


def _reasons(shown: Iterable[tuple[str, Asset | None, tuple[Edit, ...]]], schema: Schema) -> dict[str, str]:
    told = ((one, what_differs(asset, edits, schema)) for one, asset, edits in shown)
    return {one: reason for one, reason in told if reason}


def _against(done: Outcome[EditGroup, dict[str, str]]) -> dict[str, str]:
    """What was said against the assets of one job, by id."""
    return dict.fromkeys(done.item.ids, str(done.error)) if done.error else done.value or {}
