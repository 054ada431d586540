"""The main job on one machine, offline, before a person's eyes."""
