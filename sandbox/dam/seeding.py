"""More assets, made to measure: in a state, a folder, of an age, with these fields filled and those empty."""

# Pydantic reads these annotations at run time, so they are not postponed.
import random
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.dam import demo
from sandbox.dam.refusal import RefusedError
from sandbox.dam.store import Asset, AssetValue, CollectionAsset, FieldOption, Store
from sandbox.dam.store import Field as FieldRow

#: Assets that are drawn one by one; more than these are copies of them.
MODELS = 500
#: Field, position and value: what an `AssetValue` says of its asset.
Word = tuple[str, int, str]
#: What an asset without a file has none of.
NO_FILE = dict.fromkeys(Asset._field_defaults)


class NewAssets(BaseModel):
    """What to add; what is left out is drawn as for the first assets.

    Attributes:
        count: how many.
        state: of all of them.
        staged_by: id or e-mail address of a user.
        folder: path of one that there is, `/UGC/2026-08`.
        values: by name of a field: false leaves it empty, true fills it, text or texts are its values; options by their
            words, those of a tree by their path.
        staged_age_s: how long ago they were staged, in seconds; later dates follow within the hour.
        pending_age_s: how long ago they went to approval, in seconds.
        filename: of all of them.
        has_file: false makes assets whose file was never uploaded.
        collections: ids of the collections that they are in; any text.
    """

    model_config = ConfigDict(extra="forbid")

    count: int = Field(ge=0, le=1_000_000)
    state: Literal["STAGED", "PENDING_APPROVAL", "LIVE", "BINNED"] | None = None
    staged_by: str | None = None
    folder: str | None = None
    values: dict[str, bool | str | list[str]] = {}
    staged_age_s: float | None = Field(None, ge=0)
    pending_age_s: float | None = Field(None, ge=0)
    filename: str | None = None
    has_file: bool = True
    collections: set[str] = set()


class Seeder:
    """Makes them.

    Args:
        store: where they go.
        seed: of all draws, together with how many assets there are already.
        last_day: before whose end they were added unless their age is given, UTC.
        wall: Unix time in seconds.
    """

    def __init__(self, store: Store, seed: int, last_day: date, wall: Callable[[], float] = time.time) -> None:
        self.store = store
        self.last_day = last_day
        self.wall = wall
        self.draw = random.Random(f"assets {seed} {store.count('asset')}")
        self.fields: list[FieldRow] = store.select("field", "ORDER BY rowid")
        self.options: list[FieldOption] = store.select("field_option", "ORDER BY rowid")
        self.by_id = {option.id: option for option in self.options}

    def add(self, wanted: NewAssets) -> list[str]:
        """Ids of the new assets.

        Raises:
            RefusedError: 400, there is no such user, field or option.
        """
        user_ids = [user.id for user in self.store.select("user", "ORDER BY rowid")]
        staged_by = [self._user(wanted.staged_by)] if wanted.staged_by else user_ids
        models, values = demo.make_assets(
            self.draw, min(wanted.count, MODELS), self.fields, self.options, staged_by, self.last_day, wanted.state
        )
        models = [model._replace(**self._facts(model, wanted)) for model in models]
        words = self._words(models, values, wanted)
        with self.store.transaction():
            ids = self._keep([*models, *self._copies(models, wanted.count - len(models))], words)
            within = [CollectionAsset(one, collection) for one in sorted(ids) for collection in wanted.collections]
            self.store.add("collection_asset", within)
        return ids

    def _words(self, models: list[Asset], values: list[AssetValue], wanted: NewAssets) -> list[list[Word]]:
        """For each model, its values: those that were drawn, unless something was said of their field."""
        given, said = self._given(wanted), self._said(wanted)
        words: dict[str, list[Word]] = {model.id: [*given] for model in models}
        for one in values:
            if one.field_id not in said:
                words[one.asset_id].append(one[1:])
        return list(words.values())

    def _copies(self, models: list[Asset], count: int) -> Iterator[Asset]:
        """The same again and again under ids of their own: drawing each would take ten times as long."""
        for number in range(count):
            model = models[number % len(models)]
            file_id, checksum = (None, None) if model.file_id is None else (self._new_id(), self._new_id())
            yield model._replace(id=self._new_id(), file_id=file_id, checksum=checksum and checksum.replace("-", ""))

    def _new_id(self) -> str:
        """A UUID of version 4, in a tenth of the time that `uuid` takes."""
        text = f"{self.draw.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def _keep(self, assets: list[Asset], words: list[list[Word]]) -> list[str]:
        """Put them into the store; sorted, because SQLite takes keys in order twice as fast."""
        rows = sorted(enumerate(assets), key=lambda one: one[1].id)
        values = [AssetValue(asset.id, *word) for number, asset in rows for word in words[number % len(words)]]
        with self.store.transaction():
            self.store.add("asset", [asset for _, asset in rows])
            self.store.add("asset_value", values)
        return [asset.id for asset in assets]

    def _user(self, key: str) -> str:
        found = self.store.select("user", "WHERE id = ?1 OR email = ?1", (key,))
        if not found:
            raise RefusedError(400, f"There is no user {key!r}.")
        return found[0].id

    def _facts(self, asset: Asset, wanted: NewAssets) -> dict[str, object]:
        """What is not as it was drawn."""
        file = {} if wanted.filename is None else {"filename": wanted.filename}
        return self._dates(asset, wanted) | (file if wanted.has_file else NO_FILE)

    def _dates(self, asset: Asset, wanted: NewAssets) -> dict[str, int | None]:
        """Dates by the ages that were asked for, none of them after now."""
        now_ms = int(self.wall() * 1000)
        dates: dict[str, int | None] = {}
        staged_ms, pending_ms = asset.staged_ms, asset.pending_ms
        if wanted.staged_age_s is not None:
            staged_ms = now_ms - int(wanted.staged_age_s * 1000)
            dates = {"staged_ms": staged_ms, "file_added_ms": min(now_ms, staged_ms + 5_000)}
            pending_ms = pending_ms and min(now_ms, staged_ms + 600_000)
        if wanted.pending_age_s is not None:
            pending_ms = pending_ms and now_ms - int(wanted.pending_age_s * 1000)
        live_ms = asset.live_ms and min(now_ms, max(staged_ms, pending_ms or 0) + 3_000_000)
        changed = {"pending_ms": pending_ms, "live_ms": live_ms, "modified_ms": live_ms or pending_ms or staged_ms}
        is_as_drawn = wanted.staged_age_s is None and wanted.pending_age_s is None
        return {} if is_as_drawn else dates | changed

    def _given(self, wanted: NewAssets) -> list[Word]:
        """What all of them have."""
        folder = {} if wanted.folder is None else {self.fields[0].name: wanted.folder}
        rows = []
        for name, words in (wanted.values | folder).items():
            if words is not False:
                field = self._field(name)
                rows += [(field.id, n, value) for n, value in enumerate(self._values(field, words))]
        return rows

    def _said(self, wanted: NewAssets) -> set[str]:
        """Fields whose drawn values do not count."""
        named = {*wanted.values, *([] if wanted.folder is None else [self.fields[0].name])}
        return {self._field(name).id for name in named}

    def _values(self, field: FieldRow, words: bool | str | list[str]) -> list[str]:
        if words is True:
            words = next(iter(self._paths(field)), "2027-06-01" if field.data_type == "DATE" else f"Some {field.name}")
        wanted = [words] if isinstance(words, str) else list(words)
        if not field.has_fixed_options:
            return wanted
        paths = self._paths(field)
        missing = [word for word in wanted if word.strip("/") not in paths]
        if missing:
            raise RefusedError(400, f"Field {field.name!r} has no option {missing[0]!r}.")
        branches = (demo.branch(paths[word.strip("/")], self.by_id) for word in wanted)
        return list(dict.fromkeys(value for branch in branches for value in branch))

    def _paths(self, field: FieldRow) -> dict[str, FieldOption]:
        """Options by their words from the top: `UGC/2026-08`."""
        return {
            "/".join(self.by_id[one].value for one in demo.branch(option, self.by_id)): option
            for option in self.options
            if option.field_id == field.id
        }

    def _field(self, name: str) -> FieldRow:
        found = [field for field in self.fields if field.name == name]
        if not found:
            raise RefusedError(
                400, f"There is no field {name!r}; there are {', '.join(one.name for one in self.fields)}."
            )
        return found[0]
