"""The pages: what is watched, what changed, what was sent; and the way out of every mail."""
