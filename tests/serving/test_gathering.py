"""What is written to a connection in one turn of the event loop goes out together."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from common_apis.serving.gathering import MOST, Gathering

Play = Callable[[Gathering, "Wire"], Awaitable[None]]


class Wire(asyncio.Transport):
    """Notes what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[bytes | str] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Note bytes."""
        self.told.append(bytes(data))

    def close(self) -> None:
        """Note the end."""
        self.told.append("closed")

    def abort(self) -> None:
        """Note the sudden end."""
        self.told.append("aborted")

    def is_closing(self) -> bool:
        """Whether an end was noted."""
        return bool({"closed", "aborted"} & {*self.told})


def told(play: Play) -> list[bytes | str]:
    """What a wire is told, up to the end of the next turn."""

    async def run() -> list[bytes | str]:
        wire = Wire()
        gathering = Gathering(wire, asyncio.get_running_loop())
        await play(gathering, wire)
        await asyncio.sleep(0)
        return wire.told

    return asyncio.run(run())


async def an_answer(gathering: Gathering, wire: Wire) -> None:
    """A head and a body."""
    gathering.write(b"head")
    gathering.write(b"body")
    assert wire.told == []


async def two_turns(gathering: Gathering, wire: Wire) -> None:
    """Two answers, a turn between them."""
    gathering.write(b"one")
    await asyncio.sleep(0)
    gathering.write(b"two")


async def a_last_answer(gathering: Gathering, wire: Wire) -> None:
    """An answer after which the connection ends."""
    gathering.write(b"answer")
    gathering.close()


async def a_reset(gathering: Gathering, wire: Wire) -> None:
    """A connection that is cut."""
    gathering.write(b"answer")
    gathering.abort()


async def a_client_that_goes(gathering: Gathering, wire: Wire) -> None:
    """A connection that the other end closes before the turn has ended."""
    gathering.write(b"answer")
    wire.close()


async def much(gathering: Gathering, wire: Wire) -> None:
    """More than is to be held, so that the transport can have the protocol pause."""
    gathering.write(b"x" * MOST)
    gathering.write(b"y")
    assert len(wire.told) == 1


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        (an_answer, [b"headbody"]),
        (two_turns, [b"one", b"two"]),
        (a_last_answer, [b"answer", "closed"]),
        (a_reset, ["aborted"]),
        (a_client_that_goes, ["closed"]),
        (much, [b"x" * MOST + b"y"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_turn_is_written_at_once(play: Play, expected: list[bytes | str]) -> None:
    """What a turn writes is one packet; nothing is lost, and nothing is written to a connection that has ended."""
    assert told(play) == expected
