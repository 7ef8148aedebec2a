"""What people and gates read: the page, the machine record, the failure in words."""

from contracts.report.artefacts import Artefacts
from contracts.report.explain import explain, one_line
from contracts.report.facts import RunFacts
from contracts.report.html import summary_html

__all__ = ["Artefacts", "RunFacts", "explain", "one_line", "summary_html"]
