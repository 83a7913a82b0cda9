"""The typographic poster: an SVG drawn from a title's mood, kind and name, the same everywhere."""
