"""The pytest plugin: as the tests of this project use it, and in an environment that has nothing but the wheel."""
