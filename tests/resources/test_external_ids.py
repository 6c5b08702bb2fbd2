"""External ids over HTTP: what other systems call a record. There is no GET; an empty PUT answers the record."""

import pytest

from ..mock import NOBODY, A, Mock, faults
from .bodies import SEUN, TOMAS, Record
from .clinic import COLLECTIONS
from .records import created, read, updated

FIELDS = ["id", "resource", "namespace", "external_id", "welkin_id"]
MAYAS = {"resource": "patients", "namespace": "ehr", "external_id": "MRN-004821", "welkin_id": A}
"""What the clinic has under the id `A`."""
SEUNS = "9a99f4ac-6a06-4208-bef8-45655c8499bb"
"""The id under which the clinic has what the health record calls Seun: MRN-003377."""
NEW = {"resource": "patients", "namespace": "lab", "external_id": "LAB-1", "welkin_id": A}


def test_an_empty_put_answers_the_record(mock: Mock) -> None:
    """D-02, D-36, D-62: its fields in the document's order, under the document's names; it has no times."""
    answer = mock.put(f"/v1/external_ids/{A}", {})

    assert (answer.status_code, list(answer.json())) == (200, FIELDS)
    assert answer.json() == {"id": A} | MAYAS


def test_an_external_id_is_made_of_all_four(mock: Mock) -> None:
    """D-03, D-08: the answer is what was sent, and an id; a PUT to its `Location` works."""
    answer = mock.post("/v1/external_ids", NEW)

    assert (answer.status_code, list(answer.json())) == (201, FIELDS)
    assert NEW.items() <= answer.json().items()
    assert mock.put(answer.headers["location"], {}).json() == answer.json()


@pytest.mark.parametrize("resource", COLLECTIONS)
def test_each_resource_can_be_named(mock: Mock, resource: str) -> None:
    """D-39: by its plural name, as it stands in paths."""
    record = created(mock, "external_ids", NEW | {"resource": resource})

    assert record["resource"] == resource


@pytest.mark.parametrize("resource", COLLECTIONS)
def test_welkin_id_names_a_record_of_the_resource(shared_mock: Mock, resource: str) -> None:
    """D-19: in the collection that `resource` names, and nowhere else."""
    answer = shared_mock.post("/v1/external_ids", NEW | {"resource": resource, "welkin_id": NOBODY})

    assert (answer.status_code, faults(answer)) == (404, [("resource_not_found", "/welkin_id")])
    assert f"names no record of {resource}" in answer.json()["detail"]


def test_a_record_of_another_resource_will_not_do(shared_mock: Mock) -> None:
    """D-19: the id of a patient is none of a worker."""
    answer = shared_mock.post("/v1/external_ids", NEW | {"resource": "workers", "welkin_id": SEUN})

    assert faults(answer) == [("resource_not_found", "/welkin_id")]


@pytest.mark.parametrize(
    "sent",
    [{"welkin_id": NOBODY}, {"resource": "workers"}, {"resource": "workers", "welkin_id": SEUN}],
    ids=["welkin_id", "resource", "both"],
)
def test_an_update_must_name_a_record_that_exists(shared_mock: Mock, sent: Record) -> None:
    """D-19: also when `resource` alone is changed, since `welkin_id` then has to be there."""
    before = read(shared_mock, "external_ids", SEUNS)

    answer = shared_mock.put(f"/v1/external_ids/{SEUNS}", sent)

    assert (answer.status_code, faults(answer)) == (404, [("resource_not_found", "/welkin_id")])
    assert read(shared_mock, "external_ids", SEUNS) == before


def test_an_update_may_turn_to_another_resource(mock: Mock) -> None:
    """D-07, D-19: with a record of that resource."""
    record = created(mock, "external_ids", NEW)

    after = updated(mock, "external_ids", record["id"], {"resource": "workers", "welkin_id": TOMAS.upper()})

    assert after == record | {"resource": "workers", "welkin_id": TOMAS}
    assert read(mock, "external_ids", record["id"]) == after


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        (MAYAS, ["/external_id", "/welkin_id"]),
        (MAYAS | {"external_id": "MRN-1"}, ["/welkin_id"]),
        (MAYAS | {"external_id": "MRN-1", "welkin_id": A.upper()}, ["/welkin_id"]),
        (MAYAS | {"welkin_id": "6a86ed54-80a9-4d11-b2a8-d2eda9d3bffd"}, ["/external_id"]),
        (MAYAS | {"welkin_id": SEUN}, ["/external_id", "/welkin_id"]),
    ],
    ids=["both", "welkin_id", "welkin_id_in_capitals", "external_id", "each_by_another_record"],
)
def test_a_value_that_is_taken_is_refused(shared_mock: Mock, sent: Record, taken: list[str]) -> None:
    """D-20: one `external_id` and one `welkin_id` per resource and namespace, each of them named."""
    answer = shared_mock.post("/v1/external_ids", sent)

    assert answer.status_code == 409
    assert faults(answer) == [("uniqueness_exception", pointer) for pointer in taken]


@pytest.mark.parametrize(
    "differing",
    [
        {"namespace": "lab"},
        {"resource": "calendars"},
        {"external_id": "mrn-004821", "welkin_id": "6a86ed54-80a9-4d11-b2a8-d2eda9d3bffd"},
    ],
    ids=["namespace", "resource", "case_of_the_external_id"],
)
def test_a_value_is_free_elsewhere(mock: Mock, differing: Record) -> None:
    """D-20: in another namespace or for another resource; an `external_id` in another case is another one."""
    created(mock, "external_ids", MAYAS | differing)


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ({"external_id": "MRN-004821"}, ["/external_id"]),
        ({"welkin_id": A}, ["/welkin_id"]),
        ({"welkin_id": A.upper()}, ["/welkin_id"]),
        ({"external_id": "MRN-004821", "welkin_id": A}, ["/external_id", "/welkin_id"]),
    ],
    ids=["external_id", "welkin_id", "welkin_id_in_capitals", "both"],
)
def test_an_update_cannot_take_what_is_taken(shared_mock: Mock, sent: Record, taken: list[str]) -> None:
    """D-20: as in a create, and a refusal changes nothing."""
    before = read(shared_mock, "external_ids", SEUNS)

    answer = shared_mock.put(f"/v1/external_ids/{SEUNS}", sent)

    assert answer.status_code == 409
    assert faults(answer) == [("uniqueness_exception", pointer) for pointer in taken]
    assert read(shared_mock, "external_ids", SEUNS) == before


@pytest.mark.parametrize("sent", [{"namespace": "ehr"}, {"resource": "workers"}], ids=["namespace", "resource"])
def test_an_update_cannot_move_to_where_its_value_is_taken(mock: Mock, sent: Record) -> None:
    """D-20: also when only the namespace or the resource is sent."""
    elsewhere = {"namespace": "lab"} if "namespace" in sent else {"resource": "calendars"}
    record = created(mock, "external_ids", MAYAS | {"external_id": "MRN-1"} | elsewhere)

    answer = mock.put(f"/v1/external_ids/{record['id']}", sent)

    assert (answer.status_code, faults(answer)) == (409, [("uniqueness_exception", "/welkin_id")])


@pytest.mark.parametrize("sent", [MAYAS, *({field: value} for field, value in MAYAS.items())])
def test_a_record_may_be_sent_its_own_values_again(mock: Mock, sent: Record) -> None:
    """D-20: they are taken by nobody else."""
    assert updated(mock, "external_ids", A, sent) == {"id": A} | MAYAS


def test_a_value_that_is_given_up_is_free(mock: Mock) -> None:
    """D-20: after an update the former values can be given to another record, and the new ones cannot."""
    updated(mock, "external_ids", A, {"namespace": "billing_archive", "external_id": "OLD-1"})

    created(mock, "external_ids", MAYAS)
    again = mock.post("/v1/external_ids", MAYAS | {"namespace": "billing_archive", "external_id": "OLD-1"})

    assert faults(again) == [("uniqueness_exception", "/external_id"), ("uniqueness_exception", "/welkin_id")]


def test_a_missing_record_and_a_taken_value_are_named_together(shared_mock: Mock) -> None:
    """D-06, D-33: the status is the first of 404 and 409."""
    answer = shared_mock.post("/v1/external_ids", MAYAS | {"welkin_id": NOBODY})

    assert answer.status_code == 404
    assert faults(answer) == [("resource_not_found", "/welkin_id"), ("uniqueness_exception", "/external_id")]


@pytest.mark.parametrize("external_id", ["x", "MRN-1:::2", A, " ", "Zoë's 👋", "x" * 255])
def test_an_external_id_is_any_text(mock: Mock, external_id: str) -> None:
    """D-40: as the other system has it, and it comes back so."""
    record = created(mock, "external_ids", NEW | {"external_id": external_id})

    assert record["external_id"] == external_id
    assert read(mock, "external_ids", record["id"]) == record


def test_an_external_id_may_name_an_external_id(mock: Mock) -> None:
    """D-39: the fourteen resources include this one."""
    record = created(mock, "external_ids", NEW | {"resource": "external_ids", "welkin_id": SEUNS})

    assert record["welkin_id"] == SEUNS
