import { expect, test } from "vitest";
import { rendered } from "./markdown.ts";

test.each<[what: string, text: string, html: string]>([
  ["what is hidden", "<!-- tidegate:run:1 -->\nA<!-- b -->c\n<!--\nd\n-->\ne", "<p>Ac</p><p>e</p>"],
  ["what is hidden and never ends", "a\n<!-- b\nc", "<p>a</p>"],
  [
    "a table",
    "| turn | to |\n|--:|---|\n| 1 | `a \\| b` |",
    "<table><tr><th>turn</th><th>to</th></tr><tr><td>1</td><td><code>a | b</code></td></tr></table>",
  ],
  [
    "what is folded",
    "<details><summary>Two: 1</summary>\n\n- `a`\n- b\n\n</details>\nc",
    "<details><summary>Two: 1</summary><ul><li><code>a</code></li><li>b</li></ul></details><p>c</p>",
  ],
  ["what is folded and never ends", "<details>\na", "<details><summary>Details</summary><p>a</p></details>"],
  ["an end of what never began", "</details>\na", "<p>&#60;/details&#62;</p><p>a</p>"],
  [
    "a fence around a shorter one",
    "Why\n````text\n```\n<!-- a -->\n<b>\n````\nb",
    "<p>Why</p><pre>```\n&#60;!-- a --&#62;\n&#60;b&#62;</pre><p>b</p>",
  ],
  [
    "words",
    "# A\n**b** and\n[c](https://d.test/?e=1&f)",
    '<h4>A</h4><p><strong>b</strong> and<br><a href="https://d.test/?e=1&#38;f">c</a></p>',
  ],
  ["a quote", "> a\n> b\nc", "<blockquote>a<br>b</blockquote><p>c</p>"],
])("%s", (_, text, html) => {
  expect(rendered(text)).toBe(html);
});

test.each([
  "<script>alert(1)</script>",
  '[a](javascript:alert(1)) [b](https://x.test/"onclick=alert(1))',
  "<details><summary><img src=x onerror=alert(1)></summary>\n</details>",
  "| <b> | c |\n|---|---|\n| <i> | d |",
  "`<b>` **<i>** > <u>",
])("nothing of a stranger's is markup: %s", (text) => {
  const html = rendered(text).replace(
    /<\/?(p|br|code|strong|details|summary|table|tr|th|td)>|<a href="https:[^"<>]*">|<\/a>/g,
    "",
  );
  expect(html).not.toMatch(/[<>"]/);
});
