"""Use cases of those who sign in: how they prove who they are, and how tools do for them."""
