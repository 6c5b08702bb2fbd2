"""A proxy before a real server: passes requests on, judges both directions, keeps what it saw."""
