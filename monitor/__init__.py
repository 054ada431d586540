"""The core: what a trial is, what changed, who should hear of it.

Plain functions on frozen values. No database, no framework, nothing of ours outside this
package; what touches the world comes in through the ports in ``monitor.domain.ports``.
"""
