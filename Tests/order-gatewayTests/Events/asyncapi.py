"""Reads an AsyncAPI document and prints it as JSON, references to other files included.

Arguments: the document. Standard input: one JSON object a line, {"schema": name, "value": ...}, to be
validated against a schema of the document. Exits with 1 and says why when a reference leads nowhere or a
value does not validate.
"""

import json
import pathlib
import sys

import yaml
from jsonschema import Draft202012Validator, FormatChecker

path = pathlib.Path(sys.argv[1])
document = yaml.safe_load(path.read_text())
problems = []


def resolve(reference):
    file, _, pointer = reference.partition("#")
    if file:
        return json.loads((path.parent / file).read_text())
    found = document
    for name in pointer.split("/")[1:]:
        found = found[name]
    return found


def check(value):
    if isinstance(value, dict):
        if "$ref" in value:
            try:
                resolve(value["$ref"])
            except (KeyError, OSError, ValueError) as error:
                problems.append(f"{value['$ref']}: {error!r}")
        for child in value.values():
            check(child)
    elif isinstance(value, list):
        for child in value:
            check(child)


check(document)
for line in sys.stdin:
    pair = json.loads(line)
    validator = Draft202012Validator(
        document["components"]["schemas"][pair["schema"]], format_checker=FormatChecker()
    )
    for error in validator.iter_errors(pair["value"]):
        problems.append(f"{pair['schema']}: {error.json_path}: {error.message}")
if problems:
    sys.exit("\n".join(problems))
print(json.dumps(document))
