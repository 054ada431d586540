"""What really changed between two versions of a record, and how much it matters."""
