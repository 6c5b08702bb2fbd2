"""How fast and how big the server is, beside a bare one and its peers: `python -m tests.bench`."""
