"""Connections: whatever a client does with one, the server answers the next (and writes no traceback)."""

import random
import select
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from struct import unpack_from

import pytest

from ..mock import A, Mock
from .served import Served
from .wire import Wire, codes, request

WORKER = request("GET", f"/v1/workers/{A}")
TASK = b'{"user_id":"%s","task_type":"survey"}' % A.encode()
CREATE = request("POST", "/v1/patient_tasks", "Content-Type: application/json", body=TASK)
Connect = Callable[[], Wire]
HEAP = 16 << 20
"""More bytes than the buffers of a system hold for a connection."""
PACKETS_READ = 152
"""Where Linux says, in what it knows of a connection, how many packets with data have come."""


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    """A server that must write no traceback, whatever the tests of this module do to it."""
    with Served("--port", "0", "--quiet") as server:
        yield server
        assert "Traceback" not in server.said()


@pytest.fixture
def connect(server: Served) -> Iterator[Connect]:
    """Makes connections to it; after the test, it answers as ever."""
    yield lambda: Wire(server.url)
    with Wire(server.url) as wire:
        assert wire.ask(WORKER).status_code == 200


def test_a_connection_serves_many_requests(connect: Connect) -> None:
    """It is kept open, after refusals as well."""
    with connect() as wire:
        for _ in range(3):
            assert wire.ask(WORKER).status_code == 200
            assert wire.ask(request("GET", "/v1/nothing")).status_code == 404
            assert wire.ask(request("GET", "/v1/workers/nobody")).status_code == 400
            assert wire.ask(request("POST", "/v1/patients", body=b"{}")).status_code == 415
            assert wire.ask(CREATE).status_code == 201
            assert wire.ask(request("HEAD", f"/v1/workers/{A}")).status_code == 200


def test_requests_that_wait_are_not_heaped_up(connect: Connect) -> None:
    """While one is not answered the server reads no more of a connection than its buffers hold."""
    sent, pipelined = 0, memoryview(WORKER * 2000)
    with connect() as wire:
        wire.send(request("GET", f"/v1/workers/{A}", "Prefer: wait=0.02") * 200)  # each lets some more in, or none
        wire.send(request("GET", f"/v1/workers/{A}", "Prefer: wait=30"))
        wire.socket.setblocking(False)
        while sent < HEAP and select.select([], [wire.socket], [], 1)[1]:
            sent += wire.socket.send(pipelined)
    assert sent < HEAP


def test_pipelined_requests_are_answered_in_their_order(connect: Connect) -> None:
    """Many requests may be sent before the first answer is read."""
    sent = [WORKER, CREATE, request("GET", "/v1/nothing"), request("PATCH", "/v1/patients"), CREATE, WORKER] * 5
    with connect() as wire:
        wire.send(b"".join(sent))
        statuses = [wire.answer().status_code for _ in sent]
    assert statuses == [200, 201, 404, 405, 201, 200] * 5


def test_a_thousand_pipelined_requests_are_no_large_headers(connect: Connect) -> None:
    """However many come at once, cut anywhere: the limit is for the headers of each."""
    sent = WORKER * 1000

    def send() -> None:
        wire.send(sent[:-30])
        wire.send(sent[-30:])

    with connect() as wire:
        sender = threading.Thread(target=send)
        sender.start()
        assert {wire.answer().status_code for _ in range(1000)} == {200}
        sender.join()


def test_connect_does_not_keep_the_connection_waiting(connect: Connect) -> None:
    """A parser takes what follows CONNECT for another protocol: the connection ends with the refusal."""
    with connect() as wire:
        assert wire.ask(request("CONNECT", "/v1/patients")).status_code == 405
        assert wire.ended()


def test_a_request_may_come_byte_by_byte(connect: Connect) -> None:
    """The network cuts where it likes."""
    with connect() as wire:
        for byte in CREATE:
            wire.send(bytes([byte]))
        assert wire.answer().status_code == 201


def test_a_client_may_ask_to_close(connect: Connect) -> None:
    """`Connection: close` is done and said."""
    with connect() as wire:
        answer = wire.ask(request("GET", f"/v1/workers/{A}", "Connection: close"))
        assert (answer.status_code, answer.headers["Connection"]) == (200, "close")
        assert wire.ended()


@pytest.mark.parametrize("header", ["", "Connection: keep-alive\r\n"])
def test_http_1_0_is_answered_and_closed(connect: Connect, header: str) -> None:
    """The old protocol, without a host."""
    with connect() as wire:
        answer = wire.ask(f"GET /v1/workers/{A} HTTP/1.0\r\n{header}\r\n".encode())
        assert (answer.status_code, answer.headers["Connection"]) == (200, "close")
        assert wire.ended()


@pytest.mark.parametrize("version", ["HTTP/1.2", "HTTP/3.0", "HTTP/9.9", "HTTP/1", "HTTP/1.1.1", "http/1.1"])
def test_other_versions_are_refused(connect: Connect, version: str) -> None:
    """400 in the one form."""
    with connect() as wire:
        answer = wire.ask(f"GET /v1/workers/{A} {version}\r\nHost: x\r\n\r\n".encode())
        assert answer.status_code == 400
        assert wire.ended()


@pytest.mark.parametrize("sent", [WORKER, CREATE, request("GET", "/openapi.json")], ids=["get", "post", "large"])
def test_a_half_closed_connection_gets_its_answer(connect: Connect, sent: bytes) -> None:
    """A client that has no more to say, and says so, still hears the answer."""
    for _ in range(20):
        with connect() as wire:
            wire.send(sent[:20])
            wire.send(sent[20:])
            wire.stop_sending()
            assert wire.answer().status_code in (200, 201)
            assert wire.ended()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"G",
        b"GET /v1/workers/x HTTP/1.1\r\nHo",
        CREATE[:-5],
        request("POST", "/v1/patient_tasks", "Content-Type: application/json", "Transfer-Encoding: chunked")
        + b"5\r\n{",
        WORKER,
        CREATE,
        request("GET", "/docs/scalar.js"),
        WORKER * 50,
    ],
    ids=["at once", "first byte", "headers", "body", "chunk", "answer", "create", "large answer", "many answers"],
)
@pytest.mark.parametrize("how", ["politely", "rudely", "half"])
def test_a_client_may_go_away_at_any_time(connect: Connect, sent: bytes, how: str) -> None:
    """In the headers, in the body, before it has read the answer; with a reset, too."""
    for _ in range(5):
        with connect() as wire:
            wire.send(sent)
            if how == "rudely":
                wire.break_off()
            elif how == "half":
                wire.stop_sending()


def test_what_was_not_sent_whole_is_not_done(mock: Mock) -> None:
    """A create that breaks off within its body makes no record: the next has the id that the first one has."""
    with Served("--port", "0") as server:
        with Wire(server.url) as wire:
            wire.send(CREATE[:-1])
            wire.break_off()
        with Wire(server.url) as wire:
            first = wire.ask(CREATE).json()
    assert first["id"] == mock.post("/v1/patient_tasks", {"user_id": A, "task_type": "survey"}).json()["id"]


GARBAGE = {
    "TLS": bytes.fromhex("16030100a5010000a10303") + bytes(range(154)),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
    "SOCKS": b"\x05\x01\x00",
    "SMTP": b"EHLO example.com\r\n",
    "zeros": b"\x00" * 1000,
    "ones": b"\xff" * 1000,
    "answer": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "word": b"hello\r\n\r\n",
    "no target": b"GET\r\n\r\n",
    "only a question": b"GET ? HTTP/1.1\r\nHost: x\r\n\r\n",
    "only a fragment": b"GET # HTTP/1.1\r\nHost: x\r\n\r\n",
    "relative": b"GET v1/workers HTTP/1.1\r\nHost: x\r\n\r\n",
    "space in target": b"GET /v1/workers /x HTTP/1.1\r\nHost: x\r\n\r\n",
    "lines without return": b"GET / HTTP/1.1\nHost: x\n\n",
    "chunk size": CREATE[: CREATE.index(b"Content-Length")] + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "chunk too long": CREATE[: CREATE.index(b"Content-Length")] + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n",
    "chunk beyond all": CREATE[: CREATE.index(b"Content-Length")] + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40,
    "chunk negative": CREATE[: CREATE.index(b"Content-Length")] + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
}


@pytest.mark.parametrize("sent", GARBAGE.values(), ids=GARBAGE)
def test_what_is_not_http_is_refused(connect: Connect, sent: bytes) -> None:
    """400 as a problem document, and the connection ends."""
    with connect() as wire:
        answer = wire.ask(sent)
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert codes(answer) == ["parse_exception"]
        assert wire.ended()


def test_random_bytes_do_no_harm(connect: Connect) -> None:
    """Two hundred connections with random bytes, half of them after the start of a request."""
    chance = random.Random(20180905)
    for number in range(200):
        start = CREATE[: chance.randrange(len(CREATE))] if number % 2 else b""
        with connect() as wire:
            wire.send(start + chance.randbytes(chance.randrange(1, 400)))


def test_a_request_with_some_bytes_changed_does_no_harm(connect: Connect) -> None:
    """Four hundred requests of which a few bytes are others: each is answered, or its connection closed."""
    chance = random.Random(20180905)
    with connect() as wire:
        wire.ask(WORKER)
    for _ in range(400):
        sent = bytearray(CREATE)
        for _ in range(chance.randrange(1, 4)):
            sent[chance.randrange(len(sent))] = chance.randrange(256)
        with connect() as wire:
            wire.send(bytes(sent))
            wire.stop_sending()
            wire.socket.settimeout(5)
            line = wire.incoming.readline()
            assert not line.startswith(b"HTTP/1.1 5"), bytes(sent)


@pytest.mark.parametrize(
    "rest", [b"\x00\x01\x02\r\n\r\n", b"nonsense\r\n\r\n", b"{}", b"FOO /v1/patients HTTP/1.1\r\n\r\n"]
)
def test_a_good_request_is_answered_though_nonsense_follows(connect: Connect, rest: bytes) -> None:
    """A body that is longer than its declared length looks so: the request itself is answered, the rest refused."""
    with connect() as wire:
        wire.send(CREATE + rest)
        assert wire.answer().status_code == 201
        line = wire.incoming.readline()
        assert line == b"" or line.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 405 "))


@pytest.mark.parametrize("length", [0, 2, len(TASK) - 1])
def test_too_short_a_declared_length_is_answered(connect: Connect, length: int) -> None:
    """The body is then not whole: the client is told what was read of it, not cut off."""
    head, _, body = CREATE.partition(b"\r\n\r\n")
    sent = head.replace(b"Content-Length: %d" % len(TASK), b"Content-Length: %d" % length)
    with connect() as wire:
        assert wire.ask(sent + b"\r\n\r\n" + body).status_code == 400


OFFER = b"\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n\r\n"


@pytest.mark.parametrize("offer", [OFFER, OFFER.lower(), OFFER.replace(b": ", b":")], ids=["usual", "lower", "dense"])
def test_who_offers_http_2_is_answered_in_http_1(connect: Connect, offer: bytes) -> None:
    """Java's own client offers it with every first request, bodies included: the offer is declined, the body read."""
    head, _, body = CREATE.partition(b"\r\n\r\n")
    sent = head + offer + body
    with connect() as wire:
        for split in (len(sent), len(head + offer), *range(len(head), len(head + offer), 5)):
            wire.send(sent[:split])
            wire.send(sent[split:])
            assert wire.answer().status_code == 201
        assert wire.ask(WORKER).status_code == 200


def test_an_offer_may_come_in_two_packets(connect: Connect) -> None:
    """The network cuts within the very word."""
    head, _, body = CREATE.partition(b"\r\n\r\n")
    sent = head + OFFER + body
    within = sent.index(b"Upgrade: h2c") + 4
    with connect() as wire:
        wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.send(sent[:within])
        with connect() as other:
            assert other.ask(WORKER).status_code == 200  # so the server has read the first packet
        wire.send(sent[within:])
        assert wire.answer().status_code == 201
        assert wire.ask(WORKER).status_code == 200


@pytest.mark.parametrize("body", [b"u", b"U", b"upgrade", b"1\r\nu", b"\r\nUp"])
def test_a_body_that_ends_as_an_offer_begins_is_read(connect: Connect, body: bytes) -> None:
    """It is no header, however it is cut into packets."""
    sent = request("POST", "/v1/patients", "Content-Type: application/json", body=body)
    with connect() as wire:
        for split in range(len(sent) - len(body), len(sent) + 1):
            wire.send(sent[:split])
            wire.send(sent[split:])
            assert wire.answer().status_code == 400
        assert wire.ask(WORKER).status_code == 200


def test_an_offer_of_http_2_does_not_swallow_what_follows(connect: Connect) -> None:
    """A request behind the offer, in the same packet, is answered too."""
    with connect() as wire:
        wire.send(request("GET", f"/v1/workers/{A}", "Connection: Upgrade", "Upgrade: h2c") + WORKER)
        assert [wire.answer().status_code, wire.answer().status_code] == [200, 200]


def test_what_clients_send_is_not_worth_a_line(server: Served, connect: Connect) -> None:
    """Beside the line of the request there is none: it is the client that is told, and nobody to install packages."""
    before = server.said()
    with connect() as wire:
        wire.ask(request("GET", f"/v1/workers/{A}", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"))
    with connect() as wire:
        wire.ask(b"nonsense\r\n\r\n")
    assert server.said() == before


def test_a_web_socket_is_declined(connect: Connect) -> None:
    """There is none here: the request is answered as any GET."""
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    offer = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", key]
    with connect() as wire:
        assert wire.ask(request("GET", "/v1/ws", *offer)).status_code == 404
        assert wire.ask(request("GET", f"/v1/workers/{A}", *offer)).status_code == 200


def test_a_client_may_wait_to_be_asked_for_the_body(connect: Connect) -> None:
    """`Expect: 100-continue` is answered 100 when the body is wanted."""
    with connect() as wire:
        headers = ("Content-Type: application/json", "Expect: 100-continue", f"Content-Length: {len(TASK)}")
        wire.send(request("POST", "/v1/patient_tasks", *headers))
        assert wire.answer().status_code == 100
        wire.send(TASK)
        assert wire.answer().status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/v1/patient_tasks", 415), ("POST", "/v1/x", 404), ("PATCH", "/v1/patients", 405)],
)
def test_a_body_that_is_refused_is_not_asked_for(connect: Connect, method: str, path: str, status: int) -> None:
    """Who waits to be asked is refused without having sent the body."""
    with connect() as wire:
        wire.send(request(method, path, "Expect: 100-continue", "Content-Length: 10"))
        assert wire.answer().status_code == status


def test_two_hundred_connections_at_once_are_all_answered(connect: Connect) -> None:
    """All are open, and all have asked, before the first answer is read."""
    wires = [connect() for _ in range(200)]
    for wire in wires:
        wire.send(CREATE)
    answers = [wire.answer() for wire in wires]
    for wire in wires:
        wire.__exit__(None, None, None)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 200


def test_many_idle_connections_do_not_keep_others_out(connect: Connect) -> None:
    """Two hundred that say nothing, and one that asks."""
    idle = [connect() for _ in range(200)]
    with connect() as wire:
        assert wire.ask(WORKER).status_code == 200
    for each in idle:
        each.__exit__(None, None, None)


def test_updates_from_many_sides_all_count(connect: Connect) -> None:
    """Eight clients change one record at once: each answer is the record with that client's change, whole."""
    answers: list[tuple[int, str, str]] = []

    def change(number: int) -> None:
        with connect() as wire:
            for turn in range(20):
                name = f"n{number}-{turn}"
                body = b'{"first_name":"%s","last_name":"%s"}' % (name.encode(), name.encode())
                answer = wire.ask(request("PUT", f"/v1/patients/{A}", "Content-Type: application/json", body=body))
                answers.append((answer.status_code, name, answer.json()["first_name"] + answer.json()["last_name"]))

    clients = [threading.Thread(target=change, args=(number,)) for number in range(8)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert answers
    assert all(status == 200 and both == name * 2 for status, name, both in answers)
    assert len(answers) == 160


@pytest.mark.parametrize("cut", range(1, 12))
def test_headers_may_be_cut_anywhere_at_their_end(connect: Connect, cut: int) -> None:
    """The server has read the first part before the last bytes come: they still end the headers."""
    with connect() as wire, connect() as other:
        wire.send(WORKER[:-cut])
        assert other.ask(WORKER).status_code == 200
        wire.send(WORKER[-cut:])
        assert wire.answer().status_code == 200


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the packets of a connection")
def test_an_answer_is_one_packet(connect: Connect) -> None:
    """Its head and its body together: two would wake the reader twice."""
    with connect() as wire:
        assert wire.ask(WORKER).status_code == 200
        told = wire.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, PACKETS_READ + 4)
    assert unpack_from("I", told, PACKETS_READ) == (1,)
