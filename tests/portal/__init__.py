"""Tests of the portal: its pages over HTTP, and the reference in a browser."""
