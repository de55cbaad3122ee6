import { expect, test } from "vitest";
import { CONTEXT_FORMATS } from "../../models/context.ts";
import { basic } from "../plugins/context.ts";
import type { Selection } from "./context-selection.ts";
import { cls, file, fn } from "./reader.fixture.ts";

const selection: Selection = {
  repository: "shop",
  graph_id: "g_0123456789ab",
  sha: "0123456789abcdef0123",
  left_out: 3,
  files: [
    {
      path: "src/a.py",
      language: "python",
      imports: { lines: [1, 4], code: "import os\nfrom .b import c" },
      pieces: [
        { node: file("src/a.py"), relevance: 1, form: "signature", summary: "All about a." },
        {
          node: cls("src/a.py", "Outer", [6, 30], { "x-signature": "class Outer(Base)" }),
          relevance: 0.9,
          form: "signature",
          summary: "An outer.",
        },
        {
          node: fn("src/a.py", "Outer.run", [8, 9]),
          relevance: 0.8,
          form: "body",
          code: 'def run(self):\n    return "<a> & ``` ]]>"',
        },
        { node: fn("src/a.py", "one", [40, 40]), relevance: 0.1, form: "metadata" },
      ],
    },
  ],
};
const write = (format: (typeof CONTEXT_FORMATS)[number], of = selection): string =>
  basic.formatContext(of, format);

test("markdown groups by file, numbers lines, and fences longer than any fence in the code", () => {
  expect(write("markdown")).toBe(`# Context of shop at 0123456789ab

## src/a.py

Imports, lines 1-4:

\`\`\`python
import os
from .b import c
\`\`\`

All about a.

- \`class Outer(Base)\` (class, lines 6-30): An outer.

### Outer.run (function, lines 8-9)

\`\`\`\`python
def run(self):
    return "<a> & \`\`\` ]]>"
\`\`\`\`

- \`function one\` (function, line 40)

Left out: 3 more.
`);
});

test("a signature with backticks stays one piece of code", () => {
  const node = fn("a.ts", "f", [1, 2], { "x-signature": "f(a = `x`)" });
  const one = {
    ...selection,
    files: [
      { path: "a.ts", language: "typescript", pieces: [{ node, relevance: 1, form: "signature" as const }] },
    ],
  };
  expect(write("markdown", one)).toContain("- `` f(a = `x`) `` (function, lines 1-2)");
});

test("xml escapes code and attributes, and leaves out what no XML may hold", () => {
  const text = write("xml");
  expect(text).toContain('<context repository="shop" graph="g_0123456789ab" sha="0123456789abcdef0123">');
  expect(text).toContain('return "&lt;a&gt; &amp; ``` ]]&gt;"');
  expect(text).toContain('<imports lines="1-4">');
  expect(text).toContain("<left_out>3</left_out>");
  const odd = {
    ...selection,
    files: [
      {
        path: 'a"<b>.ts',
        language: "",
        pieces: [
          {
            node: fn("a", "f", [1, 1]),
            relevance: 1,
            form: "body" as const,
            code: "a\u0000b\ud800\u000bc\t😀",
          },
        ],
      },
    ],
  };
  expect(write("xml", odd)).toContain('<file path="a&quot;&lt;b&gt;.ts">');
  expect(write("xml", odd)).toContain("a\ufffdb\ufffd\ufffdc\t😀");
});

test("json can be read back", () => {
  const read = JSON.parse(write("json"));
  expect(read).toMatchObject({ repository: "shop", sha: selection.sha, left_out: 3 });
  expect(read.files[0].nodes.map((node: { form: string }) => node.form)).toEqual([
    "signature",
    "signature",
    "body",
    "metadata",
  ]);
  expect(read.files[0].nodes[2].code).toBe(selection.files[0]?.pieces[2]?.code);
});

test("plain has no markup", () => {
  const text = write("plain");
  expect(text).toContain("=== src/a.py ===");
  expect(text).toContain("--- Outer.run (function, lines 8-9)\ndef run(self):\n");
  expect(text).toContain("--- class, lines 6-30: class Outer(Base)\n    An outer.\n");
});

test.each(CONTEXT_FORMATS)("%s: a line break in a path or repository does not make a heading", (format) => {
  const file = { path: "a\n# b.ts", language: "", pieces: [] };
  const text = write(format, { ...selection, repository: "x\n# y", files: [file] });
  if (format !== "xml") expect(text).not.toMatch(/^# [yb]/m);
  expect(text).toBe(write(format, { ...selection, repository: "x\n# y", files: [file] }));
});
