"""An evening's room: who sits in it, what lies on its table, what they choose."""
