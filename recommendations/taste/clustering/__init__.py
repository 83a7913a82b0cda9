"""A person's taste in parts: grounds to group on, ways to group, quality, names, identity.

scikit-learn is only imported inside functions, so that a web process never loads it.
"""
