"""Where towns are: an offline gazetteer. Knows nothing of trials."""
