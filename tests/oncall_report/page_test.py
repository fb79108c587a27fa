"""report.html in a real browser: page_test.py PROGRAM

Ends with 77, which ctest takes for skipped, where there is no Chromium or Chrome.
"""

import csv
import random
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime, timedelta
from pathlib import Path

import browser

PROGRAM = None
HOSTILE = "</style><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\u202egnp\x00'\"{{{style}}}"

# What a reader with normal sight can read: WCAG 2.2, contrast (minimum), of every piece of text against the
# nearest opaque background.
CONTRAST = """
(() => {
  const channels = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = channels(getComputedStyle(e).backgroundColor);
      if (c[3] === 1) return c;
    }
    return [255, 255, 255, 1];
  };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, e = node.parentElement;
    if (!node.textContent.trim() || !e.getClientRects().length || ['title', 'desc'].includes(e.localName)) continue;
    const style = getComputedStyle(e);
    const text = channels(e.ownerSVGElement ? style.fill : style.color), back = behind(e);
    const [a, b] = [light(text), light(back)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) bad.push(`${ratio.toFixed(2)} ${e.localName}.${e.className.baseVal ?? e.className}: ${node.textContent.trim().slice(0, 30)}`);
  }
  return [...new Set(bad)];
})()
"""

STRUCTURE = """
(() => {
  const all = s => [...document.querySelectorAll(s)];
  const ids = all('[id]').map(e => e.id);
  const levels = all('h1,h2,h3,h4').map(e => Number(e.localName[1]));
  return {
    lang: document.documentElement.lang,
    title: document.title,
    broken: all('a[href]').map(a => a.getAttribute('href')).filter(h => !h.startsWith('#') || !document.getElementById(h.slice(1))),
    references: all('[aria-labelledby]').flatMap(e => e.getAttribute('aria-labelledby').split(' ')).filter(id => !document.getElementById(id)),
    twice: ids.filter((id, i) => ids.indexOf(id) !== i),
    links: all('a[href]').length,
    unnamed_links: all('a').filter(a => !a.textContent.trim()).length,
    unnamed_drawings: all('svg.chart').filter(s => s.getAttribute('role') !== 'img' || !s.querySelector('title').textContent).length,
    unlabelled: all('input').filter(i => !i.labels.length).length,
    jumps: levels.filter((l, i) => i && l > levels[i - 1] + 1).length,
    first: levels[0],
    mains: all('main').length,
    forbidden: all('script,img,iframe,object,embed,form,base,[src],[srcset]').length,
    handlers: all('*').filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length,
    charts: all('figure').length,
    incidents: all('article').length,
    uncited: all('.claims > li, .hypothesis, .timeline > li').filter(e => !e.closest('#quality') && !e.querySelector('.refs a')).length,
    one_way: all('.refs a').filter(a => {
      const from = a.closest('[id]').id;
      return !document.querySelector(a.getAttribute('href') + ' .cited a[href="#' + from + '"]');
    }).length,
  };
})()
"""

OVERFLOW = """
(() => {
  const wide = [...document.body.querySelectorAll('*')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && !e.closest('.skip') && !e.closest('svg') && !e.closest('thead');
  });
  return {page: document.documentElement.scrollWidth, screen: innerWidth,
          wide: wide.slice(0, 5).map(e => e.localName + '.' + e.className + ' ' + e.textContent.slice(0, 30))};
})()
"""


def read(path):
    with open(path, newline="") as file:
        return list(csv.reader(file))


def write(path, rows):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows(rows)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="oncall_report_")
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.dir = Path(cls.scratch.name)
        cls.oncall("demo", "--quiet", "--out", cls.dir / "demo")
        cls.oncall("demo", "--quiet", "--quiet-day", "--out", cls.dir / "quiet")
        cls.make_two_incidents()
        cls.browser = cls.enterClassContext(browser.Browser(browser.find()))

    @staticmethod
    def oncall(*args):
        done = subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise RuntimeError(done.stderr)

    @classmethod
    def make_two_incidents(cls):
        """The demo day with a second incident before its own, and text that wants to be markup wherever it may."""
        draw = random.Random(1)
        day = cls.dir / "two" / "day"
        day.mkdir(parents=True)
        demo = cls.dir / "demo" / "day"
        metrics = read(demo / "metrics.csv")
        metrics[0].append("queue <b>depth")
        for i, row in enumerate(metrics[1:]):
            row.append(f"{draw.gauss(10, 1):.2f}")
            if 190 <= i < 220:
                row[2], row[3] = f"{float(row[2]) * 1.6:.1f}", f"{float(row[3]) + 0.03:.5f}"
        write(day / "metrics.csv", metrics)
        logs = read(demo / "logs.csv")
        for _ in range(120):
            at = datetime(2026, 1, 15, 3, 10) + timedelta(seconds=draw.uniform(0, 1800))
            logs.append([at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "search" + HOSTILE, "eu-west-1", "ERROR", "Cert" + HOSTILE,
                         "/api/search", "10", "t", "u", "TLS handshake failed " + HOSTILE + "w" * 3000])
        write(day / "logs.csv", [logs[0], *sorted(logs[1:])])
        write(day / "events.csv", [["ts", "kind", "service", "detail"],
                                   ["2026-01-15T03:05:00Z", "deploy", "search" + HOSTILE, HOSTILE],
                                   ["2026-01-15T14:50:00Z", "config_change", "db-proxy", "pool.max 50, was 200"],
                                   ["2026-01-15T14:51:00Z", "scale", "payments", "8 pods"]])
        files = [f"--{name}={day / name}.csv" for name in ("metrics", "logs", "events")]
        cls.oncall("investigate", "--quiet", *files, "--topology", demo / "topology.csv", "--out", cls.dir / "two")

    def open(self, day, **options):
        page = browser.Page(self.browser, (self.dir / day / "report.html").as_uri(), **options)
        self.addCleanup(page.close)
        return page


class Pages(Case):
    def test_the_page_is_quiet_whole_and_asks_for_nothing(self):
        expected = {"demo": 1, "quiet": 0, "two": 2}
        for day, incidents in expected.items():
            with self.subTest(day):
                page = self.open(day)
                self.assertEqual(page.problems, [])
                self.assertEqual(page.requests, [(self.dir / day / "report.html").as_uri()])
                s = page.evaluate(STRUCTURE)
                self.assertEqual(s["lang"], "en")
                self.assertNotIn("owned", s["title"])
                self.assertTrue(s["title"].endswith("15 Jan 2026"), s["title"])
                self.assertGreater(s["links"], 10)
                self.assertGreaterEqual(s["charts"], 3)
                self.assertEqual(s["incidents"], incidents)
                self.assertEqual((s["first"], s["mains"]), (1, 1))
                for wrong in ("broken", "references", "twice"):
                    self.assertEqual(s[wrong], [], wrong)
                for wrong in ("unnamed_links", "unnamed_drawings", "unlabelled", "jumps", "forbidden", "handlers", "uncited",
                              "one_way"):
                    self.assertEqual(s[wrong], 0, wrong)

    def test_a_phone_needs_no_horizontal_scroll(self):
        for day in ("demo", "quiet", "two"):
            for width in (360, 320):
                with self.subTest(day, width=width):
                    found = self.open(day, width=width).evaluate(OVERFLOW)
                    self.assertEqual(found["wide"], [])
                    self.assertEqual((found["page"], found["screen"]), (width, width))

    def test_light_and_dark_differ_and_both_can_be_read(self):
        for day in ("demo", "quiet"):
            pictures = []
            for dark in (False, True):
                with self.subTest(day, dark=dark):
                    page = self.open(day, width=360, dark=dark)
                    self.assertEqual(page.evaluate(CONTRAST), [])
                    pictures.append(page.screenshot())
            self.assertTrue(pictures[0] != pictures[1], "light and dark look alike")

    def test_the_lines_are_drawn(self):
        page = self.open("demo")
        boxes = page.evaluate("""[...document.querySelectorAll('.line')].map(l => l.getBoundingClientRect())
                                 .map(b => [b.width, b.height])""")
        self.assertEqual(len(boxes), 3)
        for width, height in boxes:
            self.assertGreater(width, 500)
            self.assertGreater(height, 20)
        # Where the incident is, the drawing of the error rate is: its band reaches from 62 % to 72 % of the day.
        band, plot = page.evaluate("""(() => {
          const c = document.querySelector('#metrics figure svg.chart');
          return [c.querySelector('.win'), c].map(e => e.getBoundingClientRect()).map(b => [b.left, b.width]);
        })()""")
        self.assertAlmostEqual((band[0] - plot[0]) / plot[1], 0.62, delta=0.01)
        self.assertAlmostEqual(band[1] / plot[1], 0.1, delta=0.01)

    def test_a_step_can_be_ticked_without_a_script(self):
        page = self.open("demo")
        page.call("Emulation.setScriptExecutionDisabled", value=True)
        box = page.evaluate("""(() => { const l = document.querySelector('.tick label'); l.scrollIntoView();
                                        const b = l.getBoundingClientRect(); return [b.x + 20, b.y + 8]; })()""")
        for kind in ("mousePressed", "mouseReleased"):
            page.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)
        self.assertTrue(page.evaluate("document.querySelector('.tick input').checked"))

    def test_it_can_be_printed(self):
        for day in ("demo", "quiet"):
            with self.subTest(day):
                page = self.open(day)
                pdf = page.pdf()
                self.assertTrue(pdf.startswith(b"%PDF-"))
                self.assertGreater(len(pdf), 20_000)
                page.call("Emulation.setEmulatedMedia", media="print")
                self.assertEqual(page.evaluate("getComputedStyle(document.querySelector('nav')).display"), "none")
                self.assertEqual(page.evaluate(CONTRAST), [])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    if not browser.find():
        print("skipped: no Chromium or Chrome that runs. On Debian: apt-get install chromium")
        sys.exit(77)
    unittest.main()
