"""Holds the documents of document_samples against docs/schema/postmortem.schema.json.

Usage: schema_check.py SCHEMA PROGRAM. Exit status 77 (skipped, to CTest) without python3-jsonschema.
"""

import json
import subprocess
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    lines = subprocess.run([sys.argv[2]], check=True, capture_output=True, text=True, encoding="utf-8").stdout
    wrong = 0
    documents = [json.loads(line) for line in lines.rstrip("\n").split("\n")]
    for sample in documents:
        errors = list(validator.iter_errors(sample["document"]))
        if sample["valid"] == bool(errors):
            wrong += 1
            print(f"{sample['name']}: expected {'valid' if sample['valid'] else 'an error'}")
            for error in errors[:5]:
                print(f"  {error.json_path}: {error.message[:200]}")
    print(f"{len(documents)} documents, {wrong} judged otherwise than expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
