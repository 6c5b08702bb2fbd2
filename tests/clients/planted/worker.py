# mypy: disable-error-code="import-not-found"
"""One of several workers: it waits for a line, then does all that is named, each in a sandbox of its own.

python worker.py URL NUMBER defects.wrong_value twins.wrong_value ...
"""

import sys
from importlib import import_module

from common_apis_client import Client


def client(address: str, number: str, name: str) -> Client:
    """The generated client, for a sandbox of this worker; nothing is encrypted, so no certificates are read."""
    sandbox, consumer = f"python-{number}-{name}", f"python {name}"
    headers = {"X-Mock-Consumer": consumer}
    return Client(base_url=f"{address}/s/{sandbox}", headers=headers, verify_ssl=False)


def work(address: str, number: str, *names: str) -> None:
    """Say that it is ready, wait, and do all that is named."""
    functions = [(name, getattr(import_module(name.split(".")[0]), name.split(".")[1])) for name in names]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for name, function in functions:
        with client(address, number, name) as api:
            function(api)


if __name__ == "__main__":
    work(*sys.argv[1:])
