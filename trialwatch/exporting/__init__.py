"""Versions, changes and deliveries as files for other programs."""
