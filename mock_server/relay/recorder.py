"""The recorder: makes a seed of what a server answers, with people who do not exist."""

import shlex
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson

from ..contract.model import Model, Record, models
from ..contract.pointer import tokens
from ..contract.violation import violations
from ..contract.words import ID
from ..control.terms import in_thread
from ..handlers.terms import Key
from ..proof.exchanges import counted
from ..serving.request import decode
from .gaps import Gaps
from .ledger import Ledger
from .relay import LARGE, Passed
from .scrubber import Scrubber

MOST = 200_000
"""How many records are kept."""
GRANTED = (200, 201)
LARGEST_WAITING = 64 << 20
"""Bytes of exchanges that wait to be recorded, about; with more, answers wait for those."""
RECORDER = ThreadPoolExecutor(1, thread_name_prefix="recorder")
"""Records large answers, and what comes after them. There is one, so that each is recorded in its turn."""


class Recorder:
    """Keeps the latest of each record that is answered, scrubbed at once, and writes them when all has ended.

    The folder is a seed without records until then. Raises `OSError` if it cannot be written to.
    """

    def __init__(
        self, folder: Path, document: dict[str, Any], ledger: Ledger, scrubber: Scrubber | None = None
    ) -> None:
        self.folder = folder
        self.ledger = ledger
        self.models: dict[str, Model] = models(document)
        self.scrubber = scrubber or Scrubber()
        self.gaps = Gaps(document, self.models, self.scrubber)
        self.records: dict[Key, Record] = {}
        self.left = 0
        self.waiting: deque[tuple[int, Future[None]]] = deque()
        self.waiting_size = 0
        self.write([])

    def answered(self, passed: Passed) -> None:
        """Record an answer after those before it: in a thread if it is large, or one of those still waits."""
        weight = passed.exchange.weight
        self.await_recorded(LARGEST_WAITING - weight)
        if weight < LARGE and not self.waiting:
            self.record(passed)
        else:
            self.waiting.append((weight, RECORDER.submit(self.record_aside, passed)))
            self.waiting_size += weight

    def await_recorded(self, limit: int) -> None:
        """Take away what has been recorded, and wait until no more bytes than the limit are left, if any are."""
        while self.waiting and (self.waiting_size > limit or self.waiting[0][1].done()):
            weight, recorded = self.waiting.popleft()
            recorded.result()
            self.waiting_size -= weight

    def record_aside(self, passed: Passed) -> None:
        """Record an answer in a thread; the log tells of a defect."""
        with self.ledger.passing_over(passed.exchange):
            self.record(passed)

    def record(self, passed: Passed) -> None:
        """Keep the record of an answer, or keep it no longer."""
        exchange, operation, response = passed
        method = exchange.scope["method"]
        if operation is None or method == "HEAD":
            return
        collection = operation.path.split("/")[2]
        if method == "DELETE" or response.status == 404:
            if named := ID.search(exchange.sent_target):
                self.records.pop(Key(collection, self.scrubber.id(named[0])), None)
        elif response.status in GRANTED:
            record, _ = decode(response.body)
            if isinstance(record, dict) and isinstance(record.get("id"), str):
                self.keep(collection, record)

    def keep(self, collection: str, record: Record) -> None:
        """Keep a record, as the last of all."""
        scrubbed = self.mended(collection, self.scrubber.record(self.models[collection], record))
        key = Key(collection, scrubbed["id"])
        self.records.pop(key, None)
        if len(self.records) < MOST:
            self.records[key] = scrubbed
        else:
            self.left += 1

    def mended(self, collection: str, record: Record) -> Record:
        """The record, with what is made up in place of what the contract forbids."""
        model = self.models[collection]
        if model.validator.is_valid(record):
            return record
        wrong = {tokens(each.pointer)[0] for each in violations(model.validator, model.schema, record) if each.pointer}
        made_up = self.gaps.made_up(collection, record["id"], record)
        return record | {field: made_up[field] for field in wrong}

    async def close(self) -> None:
        """Write the seed, with what is missing of it, once all that waits has been recorded."""
        seed = await in_thread(lambda: self.gaps.filled(self.records), RECORDER)
        seen = len(self.records)
        try:
            self.write(seed)
        except OSError as error:
            self.ledger.doubts.append(f"cannot write {self.folder}: {error.strerror}.")
            return
        if self.left:
            self.ledger.notes.append(f"{self.left} records were left out: a recording has {MOST} at most.")
        found = f"{counted(seen, 'record')} that came by, and {len(seed) - seen} that they need"
        self.ledger.report(f"{self.folder} is a seed of {found}:")
        self.ledger.report(shlex.join(["common-apis", "serve", "--seed-dir", str(self.folder)]))

    def write(self, seed: list[tuple[str, Record]]) -> None:
        """Write records, each with the name of its collection. Raises `OSError`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for collection in self.models:
            records = sorted((each for name, each in seed if name == collection), key=lambda each: each["id"])
            content = orjson.dumps(records, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
            (self.folder / f"{collection}.json").write_bytes(content)
