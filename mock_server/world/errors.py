"""What can keep a store from doing what it is asked."""


class StoreFailed(Exception):
    """A store could not keep a commit, and has changed nothing; the message says why, and what to do."""


class VersionMoved(Exception):
    """A commit was made from a state that is no longer the head; it can be made again from the one that is."""
