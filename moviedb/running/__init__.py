"""The programs of a running MovieDB on one machine: started, watched and ended."""
