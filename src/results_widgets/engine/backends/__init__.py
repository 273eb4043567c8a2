"""Backends: where a campaign's events live, and how they are asked; see `base` for the interface.

`memory/` and `lazy/` have the same four files. What each step must return is the same in both:

=============  =====================================================================================
file           step
=============  =====================================================================================
dataset.py     The backend itself: the methods of `UserBackend`.
event_log.py   ``build_event_log``: filter the source to the campaign's rows, drop repeated event
               ids, encode (action, event) as one code (see `EventCodes.encode`).
journeys.py    ``build_journeys``: order each user's rows, number the entries, find and attribute the
               conversions, all by the rules of `engine.journeys`.
refresh.py     ``refresh``: take over the encoded rows of an earlier reading and encode only new
               ones; None where everything has to be read again.
=============  =====================================================================================
"""
