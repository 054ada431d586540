"""Every address that only reads, beside the first pages: histories, feeds, public lists, figures, tools."""

from fastapi import APIRouter

from trialwatch.web import feeds, history, metrics, public
from trialwatch.web.api import routes

#: What shows nothing of anybody, or only what its owner made public.
open_to_all = APIRouter()
for _part in (metrics.router, public.router):
    open_to_all.include_router(_part)

#: What is for those who see the pages.
guarded = APIRouter()
for _part in (feeds.router, history.router, routes.router):
    guarded.include_router(_part)
