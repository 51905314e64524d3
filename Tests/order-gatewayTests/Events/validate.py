"""Validates events against their schemas.

Standard input: one JSON object a line, {"schema": ..., "event": ...}. Exits with 1 and says why when an
event does not validate.
"""

import json
import sys

from jsonschema import Draft202012Validator, FormatChecker

failures = 0
for line in sys.stdin:
    pair = json.loads(line)
    Draft202012Validator.check_schema(pair["schema"])
    validator = Draft202012Validator(pair["schema"], format_checker=FormatChecker())
    for error in validator.iter_errors(pair["event"]):
        failures += 1
        print(f"{pair['event'].get('event_type')}: {error.json_path}: {error.message}")
sys.exit(1 if failures else 0)
