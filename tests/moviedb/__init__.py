"""Tests of the ground: servers, supervisor, settings."""
