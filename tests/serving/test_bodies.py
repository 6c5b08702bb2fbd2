"""Bodies: what is JSON and what only looks like it, how large and how deep it may be (D-37, D-55)."""

import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from ..mock import A, Mock, faults
from .wire import Wire, codes, request

JSON = {"Content-Type": "application/json"}
DECLARED = "Content-Type: application/json"
LARGEST = 1 << 20
WHOLE = [("parse_exception", "")]


def send(mock: Mock, body: bytes, path: str = "/v1/patient_tasks") -> httpx.Response:
    """The answer to a body, sent as it is."""
    return mock.ask("POST", path, content=body, headers=JSON)


def record(value: bytes) -> bytes:
    """A custom record with any JSON text as its `body`."""
    return b'{"user_id":"%s","type_name":"allergy","body":%s}' % (A.encode(), value)


def keep(mock: Mock, value: bytes) -> httpx.Response:
    """The answer to a custom record with that `body`."""
    return send(mock, record(value), "/v1/custom_data_type_records")


def padded(size: int) -> bytes:
    """A custom record whose JSON has exactly so many bytes."""
    return record(b'{"note":"%s"}' % (b"x" * (size - len(record(b'{"note":""}')))))


MALFORMED = {
    "word": b"hello",
    "unclosed": b'{"task_type":"survey"',
    "trailing comma": b'{"task_type":"survey",}',
    "single quotes": b"{'task_type':'survey'}",
    "bare name": b'{task_type:"survey"}',
    "comment": b'{"task_type":"survey"} // yes',
    "two values": b"{}{}",
    "rest": b"{} x",
    "control character in text": b'{"task_type":"a\nb"}',
    "unknown escape": b'{"task_type":"\\x41"}',
    "half an escape": b'{"task_type":"\\u00"}',
    "leading zero": b'{"task_type":01}',
    "plus": b'{"task_type":+1}',
    "hexadecimal": b'{"task_type":0x1}',
    "bare point": b'{"task_type":.5}',
    "python": b'{"task_type":True}',
    "NaN": b'{"task_type":NaN}',
    "Infinity": b'{"task_type":Infinity}',
    "negative infinity": b'{"task_type":-Infinity}',
    "form": b"user_id=1&task_type=survey",
    "null byte": b'{"task_type":"survey"}\x00',
    "byte order mark": b'\xef\xbb\xbf{"task_type":"survey"}',
    "UTF-16": '{"task_type":"survey"}'.encode("utf-16"),
    "UTF-32": '{"task_type":"survey"}'.encode("utf-32"),
    "Latin-1": '{"task_type":"é"}'.encode("latin-1"),
    "overlong UTF-8": b'{"task_type":"\xc0\xaf"}',
    "surrogate in UTF-8": b'{"task_type":"\xed\xa0\x80"}',
    "beyond Unicode": b'{"task_type":"\xf4\x90\x80\x80"}',
    "cut UTF-8": b'{"task_type":"\xe2\x82"}',
    "high surrogate": b'{"task_type":"\\ud800"}',
    "low surrogate": b'{"task_type":"\\udc00"}',
    "surrogates the wrong way round": b'{"task_type":"\\udc00\\ud800"}',
    "surrogate in a name": b'{"\\ud800":1}',
    "number beyond all": b'{"task_type":1e999}',
    "5000 digits": b'{"task_type":' + b"9" * 5000 + b"}",
    "deep list": b"[" * 20_000,
    "deep and closed list": b"[" * 20_000 + b"]" * 20_000,
    "deep object": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "deep within a field": b'{"task_type":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_json_is_refused_as_a_whole(shared_mock: Mock, body: bytes) -> None:
    """One fault, of the whole body, in a sentence of ours."""
    answer = send(shared_mock, body)
    assert answer.status_code == 400
    assert faults(answer) == WHOLE
    detail = answer.json()["detail"]
    assert detail.startswith("The body ")
    assert detail.endswith(".")


def test_the_place_where_json_ends_is_named(shared_mock: Mock) -> None:
    """By line and column, as an editor shows them."""
    detail = send(shared_mock, b'{\n  "task_type": "survey",\n  "user_id": tru\n}').json()["detail"]
    assert "at line 3, column 1" in detail


@pytest.mark.parametrize("body", [b"", b" ", b"\r\n\t "])
def test_an_empty_body_is_refused_in_its_own_words(shared_mock: Mock, body: bytes) -> None:
    """Nothing is called empty, and nothing but space is called that."""
    answer = send(shared_mock, body)
    assert faults(answer) == WHOLE
    is_what = "white space alone" if body else "empty"
    assert answer.json()["detail"] == f"The body is {is_what}. Expected a JSON object."


@pytest.mark.parametrize("body", [b"null", b"true", b"1", b'"text"', b"[]", b"[{}]", b'[{"task_type":"survey"}]'])
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/patient_tasks"), ("PUT", f"/v1/patients/{A}")])
def test_only_an_object_is_a_body(shared_mock: Mock, method: str, path: str, body: bytes) -> None:
    """Any other JSON value is refused as a whole."""
    answer = shared_mock.ask(method, path, content=body, headers=JSON)
    assert answer.status_code == 400
    assert faults(answer) == WHOLE


@pytest.mark.parametrize("space", [b" ", b"\n", b"\r\n", b"\t", b" \r\n\t " * 100])
def test_space_around_json_is_nothing(shared_mock: Mock, space: bytes) -> None:
    """White space may stand before and after, as an editor leaves it."""
    body = b'{"user_id":"%s","task_type":"survey"}' % A.encode()
    assert send(shared_mock, space + body + space).status_code == 201


def test_of_equal_names_the_last_counts(shared_mock: Mock) -> None:
    """A name may come twice: what comes last is taken, and what comes first is not looked at."""
    body = b'{"user_id":5,"task_type":"first","task_type":"last","user_id":"%s"}' % A.encode()
    assert send(shared_mock, body).json()["task_type"] == "last"


@pytest.mark.parametrize("levels", [1, 63])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")], ids=["lists", "objects"])
def test_json_may_be_64_levels_deep(shared_mock: Mock, levels: int, opening: bytes, closing: bytes) -> None:
    """The object of the body is the first level."""
    value = opening * levels + b"[]" + closing * levels
    inner = value.replace(b"[]", b"1", 1) if levels == 63 else value
    answer = keep(shared_mock, inner)
    assert answer.status_code == 201
    assert answer.json()["body"] == json.loads(inner)


@pytest.mark.parametrize("levels", [64, 65, 100, 250, 260, 1000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")], ids=["lists", "objects"])
def test_json_may_not_be_deeper(shared_mock: Mock, levels: int, opening: bytes, closing: bytes) -> None:
    """One level more is refused, in words that name the limit, whatever the parser could bear."""
    answer = keep(shared_mock, opening * levels + b"1" + closing * levels)
    assert answer.status_code == 400
    assert faults(answer) == WHOLE
    assert answer.json()["detail"] == "The body is nested deeper than 64 levels."


def test_depth_is_not_counted_in_text_or_in_breadth(shared_mock: Mock) -> None:
    """Brackets within text open nothing, and many lists beside each other are not deep."""
    assert keep(shared_mock, b'"%s"' % (b"[{" * 1000)).status_code == 201
    assert keep(shared_mock, b"[%s]" % b",".join([b"[{}]"] * 1000)).status_code == 201


def test_depth_counts_however_many_lists_stand_beside(shared_mock: Mock) -> None:
    """A body with more brackets than it may be deep is still measured to the level."""
    beside, deepest = b"[]," * 100, b"[" * 62 + b"]" * 62
    assert keep(shared_mock, b"[%s%s]" % (beside, deepest)).status_code == 201
    assert faults(keep(shared_mock, b"[%s[%s]]" % (beside, deepest))) == WHOLE


NUMBERS = {
    b"0": 0,
    b"-0": 0,
    b"-0.0": 0.0,
    b"9007199254740993": 9007199254740993,
    b"18446744073709551615": 18446744073709551615,
    b"-9223372036854775808": -9223372036854775808,
    b"18446744073709551616": 18446744073709551616.0,
    b"1" + b"0" * 300: 1e300,
    b"1e308": 1e308,
    b"1.7976931348623157E+308": 1.7976931348623157e308,
    b"5e-324": 5e-324,
    b"1e-999": 0.0,
    b"0.1": 0.1,
}


@pytest.mark.parametrize("text", NUMBERS, ids=lambda text: text[:24].decode())
def test_finite_numbers_are_kept(shared_mock: Mock, text: bytes) -> None:
    """Integers of 64 bits stay exact; larger ones become floating point, as in most programs that read JSON."""
    answer = keep(shared_mock, text)
    assert answer.status_code == 201
    assert answer.json()["body"] == NUMBERS[text]


@pytest.mark.parametrize(
    "text", ["\x00", "\x7f", "\u2028", "é", "e\u0301", "日本", "😀", "\U0010ffff", '"\\/', "\ufeff"]
)
def test_text_comes_back_as_it_was_sent(shared_mock: Mock, text: str) -> None:
    """Every character of Unicode, escaped or not, in values and in names."""
    for ascii_only in (True, False):
        sent = json.dumps({text: text}, ensure_ascii=ascii_only).encode()
        answer = keep(shared_mock, sent)
        assert answer.status_code == 201
        assert answer.json()["body"] == {text: text}
        assert shared_mock.get(answer.headers["Location"]).json()["body"] == {text: text}


def test_a_body_of_one_mebibyte_is_taken(wire: Wire) -> None:
    """The limit itself is allowed."""
    answer = wire.ask(request("POST", "/v1/custom_data_type_records", DECLARED, body=padded(LARGEST)))
    assert answer.status_code == 201


def test_a_body_of_one_byte_more_is_refused(wire: Wire) -> None:
    """One byte over the limit is 413; the body is not read as the next request, if there is one."""
    answer = wire.ask(request("POST", "/v1/custom_data_type_records", DECLARED, body=padded(LARGEST + 1)))
    assert answer.status_code == 413
    assert codes(answer) == ["content_too_large"]
    if answer.headers.get("Connection") == "close":
        assert wire.ended()
    else:
        assert wire.ask(request("GET", f"/v1/workers/{A}")).status_code == 200


def test_a_large_body_is_refused_by_its_declared_length(wire: Wire) -> None:
    """Nobody has to send what will be refused: the answer comes before the body."""
    answer = wire.ask(
        request("POST", "/v1/patient_tasks", DECLARED, "Content-Length: 1048577", "Expect: 100-continue"),
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("size", [LARGEST, LARGEST + 1])
def test_a_chunked_body_has_the_same_limit(wire: Wire, size: int) -> None:
    """A body without a declared length is counted as it comes."""
    body = padded(size)
    wire.send(request("POST", "/v1/custom_data_type_records", DECLARED, "Transfer-Encoding: chunked"))
    for start in range(0, size, 100_000):
        wire.send(chunk(body[start : start + 100_000]))
    wire.send(chunk(b""))
    assert wire.answer().status_code == (201 if size == LARGEST else 413)


def chunk(part: bytes) -> bytes:
    """A part of a chunked body; an empty one is its end."""
    return b"%x\r\n%s\r\n" % (len(part), part)


def test_a_client_that_sends_far_too_much_still_reads_why(connect: Callable[[], Wire]) -> None:
    """The answer is not lost while the client is busy sending: it is told 413, and not cut off."""
    sent = request("POST", "/v1/patient_tasks", DECLARED, body=b"x" * (16 * LARGEST))
    for _ in range(5):
        with connect() as wire:
            try:
                wire.send(sent)
            except (BrokenPipeError, ConnectionResetError):
                pytest.fail("the server closed the connection while the client was sending")
            assert wire.answer().status_code == 413


def test_a_chunked_body_is_read(wire: Wire) -> None:
    """A body needs no declared length; its parts may be cut anywhere, even within a character."""
    message = {"user_id": A, "conversation_id": A, "direction": "inbound", "contents": "é"}
    parts = [bytes([byte]) for byte in json.dumps(message, ensure_ascii=False).encode()]
    wire.send(request("POST", "/v1/messages", DECLARED, "Transfer-Encoding: chunked"))
    wire.send(b"".join(map(chunk, [*parts, b""])))
    answer = wire.answer()
    assert answer.status_code == 201
    assert answer.json()["contents"] == "é"


def test_a_chunked_body_may_be_empty(wire: Wire) -> None:
    """An empty one is refused as any empty body."""
    wire.send(request("POST", "/v1/patient_tasks", DECLARED, "Transfer-Encoding: chunked") + chunk(b""))
    assert wire.answer().json()["detail"] == "The body is empty. Expected a JSON object."


def test_fields_after_a_chunked_body_are_not_headers(wire: Wire) -> None:
    """What comes after the body cannot declare it: trailers are not merged into the headers (RFC 9110, 6.5.1)."""
    end = b"0\r\nContent-Type: application/json\r\n\r\n"
    answer = wire.ask(request("POST", "/v1/patient_tasks", "Transfer-Encoding: chunked") + chunk(b"{}") + end)
    assert answer.status_code == 415


def test_what_a_parser_streams_in_process_is_read(shared_mock: Mock) -> None:
    """In process, too, a body may come in parts and without a length."""

    async def parts() -> AsyncIterator[bytes]:
        yield b'{"user_id":"%s",' % A.encode()
        yield b'"task_type":"survey"}'

    answer = shared_mock.ask("POST", "/v1/patient_tasks", content=parts(), headers=JSON)
    assert answer.status_code == 201


@pytest.mark.parametrize("body", [b"{}", b"not json", b"\xff", b"x" * 3_000_000])
@pytest.mark.parametrize("declared", [(), (DECLARED,), ("Content-Type: text/plain",)])
def test_a_body_that_nobody_asked_for_is_ignored(wire: Wire, declared: tuple[str, ...], body: bytes) -> None:
    """GET takes no body: what comes with one is not read, and the next request on the connection is."""
    for _ in range(2):
        answer = wire.ask(request("GET", f"/v1/workers/{A}", *declared, body=body))
        assert answer.status_code == 200


def test_delete_ignores_a_body(mock: Mock) -> None:
    """The document's own curl line for DELETE has a dangling `-d`."""
    answer = mock.ask("DELETE", f"/v1/patient_tasks/{A}", content=b"not json", headers=JSON)
    assert answer.status_code == 200


def test_a_compressed_body_is_refused_for_that(shared_mock: Mock) -> None:
    """No content coding is known here: it is refused by name, and not as bad JSON."""
    headers = JSON | {"Content-Encoding": "gzip"}
    answer = shared_mock.ask("POST", "/v1/patient_tasks", content=b"\x1f\x8b\x08\x00", headers=headers)
    assert answer.status_code == 415
    assert "Content-Encoding" in answer.text


MANY_FAULTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "unknown fields": lambda size: {f"f{i}": 0 for i in range(size // 9)},
    "bad names": lambda size: {"external_ids": {f"N{i}": "x" for i in range(size // 12)}},
    "bad values": lambda size: {"external_ids": {f"n{i}": 0 for i in range(size // 10)}},
    "one long name": lambda size: {"x" * size: 0},
    "long names": lambda size: {f"{i}" * (size // 400): 0 for i in range(100, 200)},
}


@pytest.mark.parametrize("make", MANY_FAULTS.values(), ids=MANY_FAULTS)
def test_many_faults_neither_stop_the_server_nor_fill_the_answer(
    shared_mock: Mock, make: Callable[[int], dict[str, Any]]
) -> None:
    """However many faults a body has, the answer comes soon, and is not much larger than the body."""
    body = json.dumps(make(12_000)).encode()
    took = []
    for _ in range(3):  # Python looks for garbage now and then, also in what other tests have left
        began = time.thread_time()
        answer = send(shared_mock, body, "/v1/patients")
        took.append(time.thread_time() - began)
        assert answer.status_code == 400
        assert len(answer.content) < 100_000
    assert min(took) < 1
