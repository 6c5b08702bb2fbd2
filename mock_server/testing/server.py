"""A mock in this process: a server in a thread, on a free port of this machine."""

import warnings
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

PATIENCE_S = 30
"""How long a server may take to start or to stop; it takes a fraction of a second."""


class CannotStart(Exception):
    """The mock cannot serve; the message says why, and what to mend."""


class Server:
    """Serves while the `with` lasts, at `url`; `seeds` are folders of seeds beside the clinic, and `seed` names one.

    A request to a sandbox that was not made before is refused: what a test left running cannot make its sandbox anew.
    Its control plane demands the `admin_token`, if there is one.
    `over` has the names of the sandboxes of tests that are over.
    Raises `CannotStart`.
    """

    def __init__(self, seeds: tuple[Path, ...] = (), admin_token: str | None = None, seed: str | None = None) -> None:
        self.seeds = seeds
        self.seed = seed
        self.admin_token = admin_token
        self.over: set[str] = set()
        self.ready = Event()
        self.failure: BaseException | None = None

    def __enter__(self) -> Self:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Connexion imports what others have deprecated: not the user's concern
            self.prepare()
        self.thread = Thread(target=self.serve, name="common-apis", daemon=True)
        self.thread.start()
        if not self.ready.wait(PATIENCE_S) or self.failure:
            raise CannotStart(f"the mock does not start: {self.failure or f'not ready after {PATIENCE_S} seconds'}")
        return self

    def prepare(self) -> None:
        """Build the application and take a port. What this needs is imported here: other tests do not pay for it."""
        from ..contract.document import ContractError, load
        from ..serving.admin_guard import AdminGuard
        from ..serving.app import Settings, create_app, create_sandboxes
        from ..serving.server import create_server
        from ..serving.sockets import listen
        from ..world.seed import SeedError

        admin_guard = AdminGuard(self.admin_token) if self.admin_token else None
        settings = Settings(seed=self.seed, seed_dirs=self.seeds, strict=True, admin_guard=admin_guard)
        try:
            self.contract = load()
            self.sandboxes = create_sandboxes(settings, self.contract)
            app = create_app(settings, self.contract, self.sandboxes)
            self.listening = listen(("127.0.0.1",), 0)[0]
        except (ContractError, SeedError) as error:
            raise CannotStart(str(error)) from error
        except OSError as error:
            raise CannotStart(f"cannot listen at 127.0.0.1: {error.strerror}") from error
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.server = create_server(app, self.ready.set, self.sandboxes.chores)

    def serve(self) -> None:
        """Serve until told to stop, in an event loop of its own."""
        try:
            with closing(self.sandboxes), self.listening:
                self.server.run(sockets=[self.listening])
        except BaseException as error:
            self.failure = error
        finally:
            self.ready.set()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.server.should_exit = True
        self.thread.join(PATIENCE_S)
