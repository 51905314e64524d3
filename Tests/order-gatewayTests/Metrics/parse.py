"""Reads a text of metrics with prometheus_client: parse.py prometheus|openmetrics FILE"""

import sys

from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client import parser as prometheus

parser = {"prometheus": prometheus, "openmetrics": openmetrics}[sys.argv[1]]
with open(sys.argv[2], encoding="utf-8") as file:
    families = list(parser.text_string_to_metric_families(file.read()))
exemplars = [s.exemplar for f in families for s in f.samples if s.exemplar]
print(len(families), sum(len(f.samples) for f in families), len(exemplars))
