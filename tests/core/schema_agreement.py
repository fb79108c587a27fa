"""Judges the verdicts of schema_verdicts by a second implementation, python3-jsonschema.

Usage: schema_agreement.py PROGRAM. Exit status 77 (skipped, to CTest) without the module.

Where the two may differ, from_json is named first:
- it takes null for an optional field, the schema does not: such members are removed before the schema is asked;
- it knows the width of an integer and the largest float, the schema does not: "does not fit";
- it reads instants, the schema's "format" is a remark: "an ISO-8601 instant".
"""

import json
import subprocess
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)


def resolved(schema, root):
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def defaulted_absent(document, schema, root):
    """The document without members that are null in optional fields."""
    schema = resolved(schema, root)
    if isinstance(document, dict) and "properties" in schema:
        out = {}
        for key, value in document.items():
            field = schema["properties"].get(key)
            optional = field is not None and key not in schema["required"] and "default" not in field
            if value is None and optional:
                continue
            out[key] = value if field is None else defaulted_absent(value, field, root)
        return out
    if isinstance(document, dict) and isinstance(schema.get("additionalProperties"), dict):
        return {k: defaulted_absent(v, schema["additionalProperties"], root) for k, v in document.items()}
    if isinstance(document, list) and "items" in schema:
        return [defaulted_absent(v, schema["items"], root) for v in document]
    for form in schema.get("anyOf", []):
        candidate = defaulted_absent(document, form, root)
        if candidate != document:
            return candidate
    return document


def main():
    lines = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True, encoding="utf-8").stdout
    differences = documents = accepted = 0
    validator = schema = name = None
    # splitlines() would also split at U+2028
    for line in lines.rstrip("\n").split("\n"):
        row = json.loads(line)
        if "schema" in row:
            schema, name = row["schema"], row["type"]
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
            continue
        documents += 1
        accepted += row["accepted"]
        valid = validator.is_valid(defaulted_absent(row["document"], schema, schema))
        excused = valid and ("does not fit" in row["why"] or "an ISO-8601 instant" in row["why"])
        if valid != row["accepted"] and not excused:
            differences += 1
            print(f"{name}: the schema says {valid}, from_json says {row['accepted']}: {row['why']}\n  {row['document']}")
    print(f"{documents} documents, {accepted} accepted, {differences} differences")
    # a test that accepts everything or nothing would prove nothing
    lopsided = not documents * 0.1 < accepted < documents * 0.9
    return 1 if differences or lopsided else 0


if __name__ == "__main__":
    sys.exit(main())
