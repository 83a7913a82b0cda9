"""A person's vibes: found, named, stored, shaped by hand and read. Below batch, zones and views."""
