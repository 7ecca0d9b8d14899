"""Holds files of survey entries to the JSON schema. usage: schema.py SCHEMA FILE…  Exit 77: a module is missing."""

import json
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    sys.exit(77)

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(file))
