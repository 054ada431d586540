"""Slack, Microsoft Teams and Discord: one file per service, one carrier for all three."""

from notifiers.chat.addresses import check_chat_url
from notifiers.chat.notifier import ChatNotifier, ChatOptions

__all__ = ["ChatNotifier", "ChatOptions", "check_chat_url"]
