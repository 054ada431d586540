"""Plain English, written anew from each version and never saying more than the record."""
