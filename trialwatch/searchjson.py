"""Saved searches as JSON objects, for the command line and for tools."""

from typing import Any

from monitor.domain.searches import Found, Hit, Query, Search
from monitor.registry.searchaddress import search_url


def found_json(query: Query, found: Found) -> dict[str, Any]:
    """Return what a search finds as a JSON object."""
    return {
        "words": query.words,
        "parameters": dict(query.parameters),
        "url": search_url(query.parameters),
        "total": found.total,
        "first": [hit_json(hit) for hit in found.hits],
    }


def hit_json(hit: Hit) -> dict[str, str]:
    """Return a trial that is found as a JSON object."""
    return {"nct_id": hit.nct_id, "title": hit.title, "status": hit.status}


def search_json(search: Search) -> dict[str, Any]:
    """Return a saved search as a JSON object."""
    return {
        "id": search.id,
        "list": search.list_name,
        "name": search.name,
        "words": search.query.words,
        "parameters": dict(search.query.parameters),
        "url": search_url(search.query.parameters),
        "follow": search.follow,
        "trials": search.trials,
        "created_at": search.created_at,
        "evaluated_release": search.evaluated_release,
        "evaluated_at": search.evaluated_at,
        "trouble": search.trouble or None,
        "trouble_since": search.trouble_since,
    }
