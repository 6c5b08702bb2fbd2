"""A server that is killed loses nothing that it has answered. `make kill` does the same at length."""

import json
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ..mock import A
from ..serving.served import Served
from .kill.chapter import Chapter, changes, rounds
from .kill.clients import Asked, ask
from .kill.files import Failed, Files
from .kill.observer import RULE, SANDBOX, Observer
from .worlds import new

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    """Rounds in which nothing was lost."""
    return [*rounds(3, 7, tmp_path_factory.mktemp("kill"))][-1]


def test_a_killed_server_has_kept_what_it_has_answered(chapter: Chapter) -> None:
    """At whatever moment; and no half of what it has not answered."""
    assert chapter.all.writes >= 3


@pytest.mark.parametrize("sync", ["batch", "none"])
def test_no_sync_is_needed_to_outlive_the_process(tmp_path: Path, sync: str) -> None:
    """As long as the machine goes on, what was answered is there."""
    assert next(rounds(1, 7, tmp_path, sync)).all.writes >= 1


@pytest.mark.parametrize("collection", ["patients", "patient_tasks", "email_addresses", "external_ids"])
def test_what_is_lost_is_found_to_be(chapter: Chapter, collection: str) -> None:
    """The proof can fail: a record that is not in the files any more, and one that nobody has asked for."""
    files = Files(chapter.data / "default")
    chapter.look_through(files)
    lost = files.records[collection].popitem()[1]
    with pytest.raises(Failed):
        chapter.look_through(files)
    files.records[collection] |= {lost["id"]: lost, new(1): lost | {"id": new(1), "welkin_id": A, "user_id": A}}
    with pytest.raises(Failed):
        chapter.look_through(files)


def test_an_update_that_is_half_there_is_found() -> None:
    """Or one that nobody has asked for."""
    asked = Asked("PUT", "/v1/patients/x", {"last_name": "a", "first_name": "b"}, "a")
    changes(asked, b'{"last_name":"c","first_name":"d"}', b'{"last_name":"a","first_name":"b"}')
    with pytest.raises(Failed):
        changes(asked, b'{"last_name":"c","first_name":"d"}', b'{"last_name":"a","first_name":"d"}')


@pytest.mark.parametrize("lost", ["a use", "a rule", "a commit"])
def test_what_an_observer_has_seen_and_is_gone_is_found(lost: str) -> None:
    """A use of a rule that is not counted, a rule that is not there, a version that is read and not reached again."""
    with Served("--port", "0") as server:
        observer = Observer(server.url)
        connection = HTTPConnection(urlsplit(server.url).netloc, timeout=20)
        observer.rule = json.loads(ask(connection, "POST", f"{SANDBOX}/faults", RULE)[2])["id"]
        observer.check(connection)
        observer.rule = json.loads(ask(connection, "POST", f"{SANDBOX}/faults", RULE)[2])["id"]
        if lost == "a use":
            observer.used = 1
        elif lost == "a rule":
            observer.rule = 7
        else:
            observer.commits = 99
        with pytest.raises(Failed):
            observer.check(connection)
        connection.close()
