"""Slack, Microsoft Teams and Discord: one file per service, one carrier for all three."""
