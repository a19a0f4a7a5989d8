"""A study -> one HTML file that opens by double click, prints, and fetches nothing."""

from sim.report.document.build import build_document

__all__ = ["build_document"]
