"""Registry texts as criterion trees, and how one tree became another."""
