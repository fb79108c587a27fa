"""No expression that awaits has a shape that GCC 12 miscompiles.

usage: coroutines.py FILE_OR_FOLDER...
docs/coroutines.md has the table of shapes and what to write instead. The check reads C++ as nested groups of
tokens, splits it into full expressions, and looks only at those that contain co_await: so a shape spread
over ten lines is found, and one in the body of a lambda is not blamed on the expression around it.
"""

import dataclasses
import pathlib
import re
import sys

import sources


@dataclasses.dataclass
class Token:
    text: str
    line: int


@dataclasses.dataclass
class Group:
    """What stands between ( ), [ ] or, where they build a value, { }."""

    open: str
    line: int
    items: list


@dataclasses.dataclass
class Block:
    """What stands between the { } of a function, a class, a branch."""

    statements: list


@dataclasses.dataclass
class Lambda:
    captures: Group
    body: Block


_TOKEN = re.compile(r'""|\'\'|[A-Za-z_]\w*|\d[\w.\']*|->|::|&&|\|\||[^\s]')
_DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
# After these a [ begins a lambda and a { builds a value, as after an operator.
_EXPRESSION_WORDS = {"return", "co_return", "co_yield", "co_await", "throw", "case", "and", "or", "not"}
_BLOCK_WORDS = {"else", "do", "try", "const", "noexcept", "override", "final", "mutable", "constexpr", "consteval"}
_TYPE_WORDS = {"namespace", "struct", "class", "union", "enum", "extern", "requires", "concept"}
_CONDITIONS = {"if", "while", "switch", "for"}
# Calls that make no temporary object.
_CASTS = {"move", "forward", "ref", "cref", "as_const"}


def tokens(text):
    text = sources.without_literals(text)
    text = _DIRECTIVE.sub(lambda m: "\n" * m.group().count("\n"), text)
    result, line, at = [], 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        result.append(Token(match.group(), line))
    return result


def text_of(item):
    return item.text if isinstance(item, Token) else None


def is_word(item):
    return isinstance(item, Token) and bool(_WORD.match(item.text))


def is_group(item, opening):
    return isinstance(item, Group) and item.open == opening


class Parser:
    def __init__(self, text):
        self.tokens = tokens(text)
        self.at = 0

    def next(self):
        token = self.tokens[self.at]
        self.at += 1
        return token

    def block(self):
        statements, current = [], []

        def end_statement():
            nonlocal current
            if current:
                statements.append(current)
            current = []

        while self.at < len(self.tokens):
            token = self.next()
            if token.text == "}":
                break
            if token.text == ";":
                end_statement()
            elif token.text == "{" and not lambda_at_end(current) and opens_block(current):
                current.append(self.block())
                end_statement()
            else:
                self.item(token, current)
        end_statement()
        return Block(statements)

    def item(self, token, current):
        if token.text == "{":
            begin = lambda_at_end(current)
            if begin is not None:
                captures = current[begin]
                del current[begin:]
                current.append(Lambda(captures, self.block()))
                return
        if token.text in _CLOSING:
            current.append(self.group(token))
        else:
            current.append(token)

    def group(self, opening):
        items = []
        while self.at < len(self.tokens):
            token = self.next()
            if token.text == _CLOSING[opening.text]:
                break
            self.item(token, items)
        return Group(opening.text, opening.line, items)


def lambda_at_end(items):
    """The index of the captures where a { after these items would be a lambda's body."""
    for at in range(len(items) - 1, -1, -1):
        item = items[at]
        if is_group(item, "["):
            if len(item.items) == 1 and is_group(item.items[0], "["):
                return None  # an attribute
            before = items[at - 1] if at else None
            if isinstance(before, (Group, Lambda)) or text_of(before) in ('""', "''", ">"):
                return None
            if is_word(before) and before.text not in _EXPRESSION_WORDS:
                return None
            after = items[at + 1] if at + 1 < len(items) else None
            if after is None or is_group(after, "(") or text_of(after) in {"<", "mutable", "noexcept", "constexpr", "->"}:
                return at
            return None
        if not (is_word(item) or is_group(item, "(") or text_of(item) in {"::", "<", ">", ",", "*", "&", "&&", "->"}):
            return None
    return None


def opens_block(items):
    """Whether a { after these items begins statements and not a value."""
    if not items:
        return True
    last = items[-1]
    if isinstance(last, (Lambda, Block)) or is_group(last, "(") or is_group(last, "{"):
        return True
    if text_of(last) == ":" or text_of(last) in _BLOCK_WORDS:
        return True
    words = {text_of(item) for item in items}
    assigned = "=" in words or words & _EXPRESSION_WORDS
    if words & _TYPE_WORDS and not assigned:
        return True
    for before, item in zip(items, items[1:]):
        if text_of(item) == "->" and not assigned and (is_group(before, "(") or text_of(before) in _BLOCK_WORDS):
            return True
    return False


def flat(items):
    """The tokens, groups and lambdas of one full expression, without the bodies of lambdas."""
    for item in items:
        yield item
        if isinstance(item, Group):
            yield from flat(item.items)


def split(items, separator):
    parts = [[]]
    for item in items:
        if text_of(item) == separator:
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def owns_a_copy(captures):
    """Whether a capture list holds an object, and not only references and pointers."""
    for part in split(captures.items, ","):
        if part and text_of(part[0]) != "&" and [text_of(item) for item in part] != ["this"]:
            return True
    return False


def makes_temporary(items):
    previous = None
    for item in items:
        if text_of(item) == '""' or isinstance(item, Lambda) or is_group(item, "{"):
            return True
        if isinstance(item, Group):
            called = item.open == "(" and (is_word(previous) or text_of(previous) == ">")
            if called and text_of(previous) not in _CASTS and text_of(previous) != ">":
                return True
            if makes_temporary(item.items):
                return True
        previous = item
    return False


def awaits_with_temporary(items, condition):
    """A co_await in a condition, or right of && and ||, of a call that has a temporary argument."""
    for at, item in enumerate(items):
        if isinstance(item, Group) and awaits_with_temporary(item.items, condition):
            return True
        if text_of(item) != "co_await":
            continue
        before = at - 1
        while before >= 0 and text_of(items[before]) == "!":
            before -= 1
        branches = before >= 0 and text_of(items[before]) in ("&&", "||")
        if not (condition or branches):
            continue
        for operand in items[at + 1:]:
            if is_group(operand, "(") and makes_temporary(operand.items):
                return True
            if not (is_word(operand) or isinstance(operand, Group) or text_of(operand) in {"::", ".", "->", "<", ">"}):
                break
    return False


def check_expression(items, condition):
    everything = list(flat(items))
    awaits = [item for item in everything if text_of(item) == "co_await"]
    if not awaits:
        return
    line = awaits[0].line
    if any(is_group(item, "{") for item in everything):
        yield line, "braces in an expression that awaits: build the value in a statement of its own"
    if any(isinstance(item, Lambda) and owns_a_copy(item.captures) for item in everything):
        yield line, "a capturing lambda in an expression that awaits: give the lambda a name first"
    if any(text_of(item) == "?" for item in everything):
        yield line, "a conditional operator in an expression that awaits: write an if"
    if awaits_with_temporary(items, condition):
        yield line, "an awaited call with a temporary argument in a condition: give the result a name, then test it"


def check_statement(items):
    for at, item in enumerate(items):
        if text_of(item) in _CONDITIONS:
            header = at + 1
            if header < len(items) and text_of(items[header]) == "constexpr":
                header += 1
            if header < len(items) and is_group(items[header], "("):
                parts = split(items[header].items, ";")
                tested = 1 if item.text == "for" else len(parts) - 1
                for number, part in enumerate(parts):
                    yield from check_expression(part, number == tested)
                yield from check_inside(items[header].items)
                yield from check_statement(items[header + 1:])
                return
    yield from check_expression([item for item in items if not isinstance(item, Block)], False)
    yield from check_inside(items)


def check_inside(items):
    """The statements in blocks and in the bodies of lambdas."""
    for item in items:
        if isinstance(item, Block):
            yield from check_block(item)
        elif isinstance(item, Lambda):
            yield from check_block(item.body)
        elif isinstance(item, Group):
            yield from check_inside(item.items)


def check_block(block):
    for statement in block.statements:
        yield from check_statement(statement)


def check_text(text):
    """(line, what is wrong) of each miscompiled shape in C++ text."""
    return list(check_block(Parser(text).block())) if "co_await" in text else []


def check(paths):
    findings = []
    for path in map(pathlib.Path, paths):
        if not path.exists():
            sys.exit(f"there is no {path}")
        for file in [path] if path.is_file() else sources.files(path, ("",)):
            findings += [f"{file}:{line}: {message}" for line, message in check_text(file.read_text())]
    return findings


if __name__ == "__main__":
    sources.report(check(sys.argv[1:]))
