"""The checks of this folder catch what they are for, and let pass what is right."""

import pathlib
import tempfile
import unittest
import unittest.mock

import coroutines
import floors
import headers
import protocols
import symbols
import text


def coroutine(body):
    return "task<void> run(session& s) {\n" + body + "\n}\n"


# docs/coroutines.md, row by row.
MISCOMPILED = {
    "designated temporary": 'co_await f({.a = s, .b = t});',
    "named aggregate": 'auto r = co_await f(options{s, t});',
    "over several lines": 'auto r =\n  co_await f(\n    s,\n    options{\n      .a = 1\n    });',
    "empty braces": 'co_await f({});',
    "initializer list": 'co_await f({s, t});',
    "lambda with a copy": 'co_await f([name] { return name; });',
    "lambda with everything": 'co_await f([=](int i) mutable { return i; });',
    "lambda with an initializer": 'co_await f([n = std::move(n)]() -> std::vector<int> { return n; });',
    "lambda with a reference and a copy": 'co_await f([&a, b] { return b; });',
    "push_back of a braced await": 'v.push_back({co_await g(), "x"});',
    "co_return of a braced await": 'co_return res{co_await g(), big{}};',
    "declaration braced around an await": 'result r{co_await g()};',
    "conditional operator": 'auto r = cond ? co_await f() : big();',
    "condition with a literal": 'if (co_await f("literal")) return;',
    "condition with a made string": 'while (co_await f(std::string(name))) step();',
    "condition after &&": 'if (a && co_await f("literal")) return;',
    "condition negated": 'if (!co_await f(name.substr(1))) return;',
    "declaration in a condition": 'if (auto r = co_await f("literal")) return;',
    "loop condition": 'for (int i = 0; co_await f("literal"); ++i) step();',
    "do loop": 'do { step(); } while (co_await f("literal"));',
    "branch without if": 'bool both = a && co_await f("literal");',
    "in the body of a lambda": 'auto work = [&]() -> task<void> { co_await f({.a = s}); };',
    "in a branch": 'if (ready) { co_await f({.a = s}); }',
    "in a branch without braces": 'if (ready) co_await f({.a = s});',
    "in a case": 'switch (n) { case 1: co_await f({.a = s}); break; }',
    "in an argument of a macro": 'CHECK(co_await f({.a = s}) == 1);',
    "behind a raw string": 'auto q = R"(})"; co_await f({.a = s});',
}

RIGHT = {
    "two statements": 'auto op = f({.a = s});\nco_await std::move(op);',
    "named options": 'options o{.a = s};\nco_await f(o);',
    "moved options": 'options o{.a = s};\nco_await f(std::move(o));',
    "literal": 'auto r = co_await f("literal");',
    "made string": 'co_await f(std::string("x"));',
    "captureless lambda": 'co_await f([] { return options{.a = 1}; });',
    "lambda by reference": 'co_await f([&total, this](int i) { total += i; });',
    "pulled stream": 'while (auto event = co_await s.async_next()) { use(*event); }',
    "named result in an if": 'if (auto r = co_await f(); r.ok()) { use(r); }',
    "literal in the initializer of an if": 'if (auto r = co_await f("x"); r.ok()) { use(r); }',
    "condition with names only": 'if (a && co_await f(b.c, std::move(d))) return;',
    "co_return of an await": 'co_return co_await f(x);',
    "awaitable operators": 'co_await (f(x) && g("y"));',
    "braces without an await": 'co_return res{.t = std::move(s), .v = {1, 2}};',
    "await, then braces": 'auto r = co_await f(x);\nuse({r});',
    "range-for over a name": 'auto all = co_await f();\nfor (auto& one : all) { use(one); }',
    "a comment and a string": '// co_await f({})\nlog("co_await f({})");',
    "a lambda's body": 'auto op = spawn([name]() -> task<void> { co_await f(name); });',
    "structured binding": 'auto& [a, b] = pair;\nauto r = co_await f(a);',
    "rvalue reference": 'auto&& r = co_await f("x");',
}


class Coroutines(unittest.TestCase):
    def test_every_miscompiled_shape_is_found_once(self):
        for name, body in MISCOMPILED.items():
            with self.subTest(name):
                self.assertEqual(len(coroutines.check_text(coroutine(body))), 1)

    def test_right_code_passes(self):
        for name, body in RIGHT.items():
            with self.subTest(name):
                self.assertEqual(coroutines.check_text(coroutine(body)), [])

    def test_the_line_is_the_one_of_the_await(self):
        found = coroutines.check_text(coroutine("step();\nco_await f({.a = s});"))
        self.assertEqual([line for line, _ in found], [3])

    def test_a_coroutine_with_default_arguments_and_member_initializers_passes(self):
        declarations = """
            struct machine : base<int> {
              explicit machine(int n) : base<int>{n}, n_{n} { start(); }
              auto run(options o = {}) const -> task<std::vector<int>> { co_return co_await go(o); }
              template <typename T> requires std::integral<T>
              task<T> twice(T t) { co_return co_await go(t); }
              std::array<int, 2> pair_{1, 2};
            };
            """
        self.assertEqual(coroutines.check_text(declarations), [])


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, content="#pragma once\n"):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def including(self, path, *names):
        self.write(path, "".join(f"#include <{name}>\n" for name in names))


class Floors(Tree):
    def setUp(self):
        super().setUp()
        for module in ("core", "chat", "tool", "agent", "pipeline", "models", "sql"):
            self.write(f"include/stook/{module}/base.hpp")
        self.write("include/stook/stook.hpp")

    def check(self):
        return floors.check(self.root)

    def test_downwards_is_right(self):
        self.including("src/agent/loop.cpp", "stook/agent/base.hpp", "stook/chat/base.hpp", "stook/core/base.hpp")
        self.including("include/stook/chat/message.hpp", "stook/tool/base.hpp", "string")
        self.assertEqual(self.check(), [])

    def test_upwards_is_refused(self):
        self.including("include/stook/core/x.hpp", "stook/tool/base.hpp")
        self.assertIn("'core' may not include 'tool'", self.check()[0])

    def test_across_is_refused(self):
        self.including("src/tool/x.cpp", "stook/chat/base.hpp")
        self.including("src/models/x.cpp", "stook/sql/base.hpp")
        self.assertEqual(len(self.check()), 2)

    def test_agent_and_pipeline_meet_in_adapters_only(self):
        self.including("src/agent/x.cpp", "stook/pipeline/base.hpp")
        self.including("include/stook/pipeline/agent_adapter.hpp", "stook/agent/base.hpp")
        self.assertEqual(len(self.check()), 1)

    def test_a_private_header_is_seen_too(self):
        self.write("src/models/wire.hpp")
        self.write("src/chat/x.cpp", '#include "../models/wire.hpp"\n')
        self.assertIn("'chat' may not include 'models'", self.check()[0])

    def test_the_umbrella_is_for_users(self):
        self.including("src/core/x.cpp", "stook/stook.hpp")
        self.assertEqual(len(self.check()), 1)

    def test_circles_are_refused(self):
        self.including("include/stook/core/a.hpp", "stook/core/b.hpp")
        self.including("include/stook/core/b.hpp", "stook/core/a.hpp")
        self.assertIn("circle", self.check()[0])

    def test_circles_between_folders_of_the_program_are_refused(self):
        self.including("examples/oncall/tools/x.cpp", "oncall/team/y.hpp", "oncall/data/z.hpp")
        self.assertEqual(floors.rooms(self.root), [])
        self.including("examples/oncall/team/y.hpp", "oncall/tools/x.hpp", "oncall/team/z.hpp")
        self.assertIn("circle: examples/oncall/", floors.rooms(self.root)[0])

    def test_unknown_modules_and_missing_headers_are_refused(self):
        self.write("src/misc/x.cpp")
        self.including("src/core/x.cpp", "stook/core/absent.hpp")
        self.assertEqual(len(self.check()), 2)

    def test_sqlite_belongs_to_sql(self):
        self.including("src/sql/x.cpp", "sqlite3.h")
        self.including("src/agent/x.cpp", "sqlite3.h")
        self.assertEqual(len(self.check()), 1)


class Headers(Tree):
    def test_heavy_headers_are_refused(self):
        self.including("include/stook/core/fwd.hpp", "boost/asio/awaitable.hpp", "iostream", "boost/json/fwd.hpp")
        self.assertEqual(len(headers.check(self.root)), 2)

    def test_a_header_without_a_test_is_named(self):
        self.write("include/stook/core/x.hpp")
        self.assertIn("tests/core/x_test.cpp", headers.check(self.root)[0])

    def test_a_test_includes_its_header_first(self):
        self.write("include/stook/core/x.hpp")
        self.including("tests/core/x_test.cpp", "string", "stook/core/x.hpp")
        self.assertIn("first include", headers.check(self.root)[0])
        self.including("tests/core/x_test.cpp", "stook/core/x.hpp", "string")
        self.assertEqual(headers.check(self.root), [])


class Text(Tree):
    def test_long_files_are_refused_and_long_headers_noted(self):
        self.write("src/core/x.cpp", "\n" * 601)
        self.write("include/stook/core/x.hpp", "\n" * 301)
        findings, notes = text.check(self.root)
        self.assertEqual((len(findings), len(notes)), (1, 1))

    def test_words_for_undone_work_are_refused(self):
        self.write("docs/x.md", "TO" + "DO later\n")
        self.write("src/x.cpp", "// " + "XX" + "X\nauto name = \"/tmp/nameXXXXXX\";\n")
        self.assertEqual(len(text.check(self.root)[0]), 2)


class Protocols(Tree):
    def setUp(self):
        super().setUp()
        self.write("tests/models/CMakeLists.txt", "stook_add_tests(models\n  a_test.cpp)\nadd_test(NAME whole\n")
        self.write("tests/models/a_test.cpp", 'TEST_CASE("is sent") {}\nTEST_CASE(\n    "is, read") {}\n')
        self.write("tests/models/unbuilt_test.cpp", 'TEST_CASE("is sent") {}\n')
        self.write("tests/models/faults.tsv", "# id\nB02\tits fault\n")

    def held_by(self, cell):
        self.write("docs/protocols.md", f"# A page\n\n| what | held by |\n|---|---|\n| A fact | {cell} |\n")
        return protocols.check(self.root)

    def test_what_exists_and_what_has_a_reason_passes(self):
        for cell in ('`tests/models/a_test.cpp`: "is sent"', '`tests/models/a_test.cpp`: "is sent", "is, read"',
                     '`tests/models/faults.tsv`: "B02"; `tests/models/CMakeLists.txt`: "whole"',
                     "no test: nobody asks for it", 'left out: it costs more; `tests/models/faults.tsv`: "B02"'):
            with self.subTest(cell):
                self.assertEqual(self.held_by(cell), [])

    def test_wrong_names_are_found(self):
        for cell, part in (('`tests/models/a_test.cpp`: "is sent", "is lost"', 'no case "is lost"'),
                           ('`tests/models/b_test.cpp`: "is sent"', "no file tests/models/b_test.cpp"),
                           ('`tests/models/faults.tsv`: "B03"', 'no case "B03"'),
                           ('`tests/models/CMakeLists.txt`: "half"', 'no case "half"'),
                           ('`tests/models/unbuilt_test.cpp`: "is sent"', "is built by no CMakeLists.txt"),
                           ('no test: nobody asks for it, see `tests/models/c.cpp`', "no file tests/models/c.cpp")):
            with self.subTest(cell):
                findings = self.held_by(cell)
                self.assertEqual(len(findings), 1)
                self.assertIn(part, findings[0])
                self.assertTrue(findings[0].startswith("docs/protocols.md:5: "))

    def test_a_row_without_test_or_reason_is_found(self):
        for cell in ("", "no test: no", "surely", "`tests/models/a_test.cpp`", 'a | `tests/models/a_test.cpp`: "is sent"'):
            with self.subTest(cell):
                self.assertEqual(len(self.held_by(cell)), 1)

    def test_a_case_in_a_comment_is_none(self):
        self.write("tests/models/a_test.cpp", '// TEST_CASE("is sent") {}\n')
        self.assertEqual(len(self.held_by('`tests/models/a_test.cpp`: "is sent"')), 1)

    def test_no_page_and_a_page_without_tables_are_no_success(self):
        self.assertEqual(len(protocols.check(self.root)), 1)
        self.write("docs/protocols.md", "# A page\n")
        self.assertEqual(len(protocols.check(self.root)), 1)


class Symbols(unittest.TestCase):
    """On listings of objdump --reloc."""

    def check(self, section, symbol, name="x.cpp.o"):
        return symbols.check(
            f"{name}:     file format elf64-x86-64\n\nRELOCATION RECORDS FOR [{section}]:\n"
            f"OFFSET           TYPE              VALUE\n000000000000001c R_X86_64_PLT32    {symbol}-0x0000000000000004\n"
        )

    def test_printing_and_ending_are_refused(self):
        for symbol in ("printf", "puts", "abort", "exit", "_ZSt4cout", "pthread_create"):
            self.assertEqual(len(self.check(".text", symbol)), 1, symbol)
        self.assertEqual(len(self.check(".text._ZN5stook3runEv", "abort")), 1)
        self.assertEqual(len(self.check(".text._ZN5boost4asio4postIN5stook1xEEEvv", "abort")), 1)
        self.assertEqual(len(self.check(".text._ZNSt6threadC2Ev", "_ZNSt6thread15_M_start_threadESt10unique_ptr")), 1)

    def test_other_symbols_and_the_code_of_boost_pass(self):
        self.assertEqual(self.check(".text", "snprintf"), [])
        self.assertEqual(self.check(".text", "_ZN5stook5abortEv"), [])
        self.assertEqual(self.check(".debug_info", "abort"), [])
        self.assertEqual(self.check(".text._ZN5boost4asio6detail12posix_thread5startEv", "pthread_create"), [])

    def test_only_a_named_exception_passes(self):
        start = "_ZNSt6thread15_M_start_threadESt10unique_ptr"
        with unittest.mock.patch.dict(symbols.ALLOWED, {("pool.cpp.o", "_ZNSt6thread"): "the documented pool"}):
            self.assertEqual(self.check(".text", start, "pool.cpp.o"), [])
            self.assertEqual(len(self.check(".text", start, "x.cpp.o")), 1)

    def test_an_empty_library_is_no_success(self):
        self.assertEqual(len(symbols.check("")), 1)


if __name__ == "__main__":
    unittest.main()
