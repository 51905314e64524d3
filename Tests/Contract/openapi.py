"""Prints the contract as JSON. Argument: the contract in YAML."""

import json
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    contract = yaml.safe_load(file)
# Fails for what JSON does not know, such as a date without quotes.
print(json.dumps(contract, ensure_ascii=False, indent=2))
