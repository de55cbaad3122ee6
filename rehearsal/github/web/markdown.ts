/** What people and programs write, as readable HTML: a small part of Markdown. All else stays text, and is escaped. */
import { escaped } from "./html.ts";

const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/;
const RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const DETAILS = /^<details(?: open)?>(?:<summary>(.*)<\/summary>)?\s*$/;

/** A piece of HTML in which nothing of the text is markup but what is known here. */
export function rendered(markdown: string): string {
  const lines = markdown.replace(/\r\n?/g, "\n").split("\n");
  const blocks: string[] = [];
  let opened = 0;
  while (lines.length > 0) {
    const [line = ""] = lines;
    if (line.trim() === "") lines.shift();
    else if (FENCE.test(line)) blocks.push(code(lines));
    else if (line.trimStart().startsWith("<!--")) skipComment(lines);
    else if (DETAILS.test(line)) {
      opened++;
      blocks.push(
        `<details><summary>${inline(DETAILS.exec(lines.shift() ?? "")?.[1] ?? "Details")}</summary>`,
      );
    } else if (line.trim() === "</details>" && opened > 0) {
      opened--;
      lines.shift();
      blocks.push("</details>");
    } else blocks.push(block(lines));
  }
  return blocks.join("") + "</details>".repeat(opened);
}

/** Hidden from people, as GitHub hides it: to its end, or all that follows. */
function skipComment(lines: string[]): void {
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const end = line.indexOf("-->");
    if (end === -1) continue;
    const rest = line.slice(end + 3);
    if (rest.trim() !== "") lines.unshift(rest);
    return;
  }
}

function code(lines: string[]): string {
  const mark = FENCE.exec(lines.shift() ?? "")?.[1] ?? "";
  const closes = new RegExp(`^ {0,3}${mark}${mark[0]}*\\s*$`);
  const end = lines.findIndex((line) => closes.test(line));
  const inside = lines.splice(0, end === -1 ? lines.length : end);
  lines.shift();
  return `<pre>${escaped(inside.join("\n"))}</pre>`;
}

function block(lines: string[]): string {
  const [line = "", next = ""] = lines;
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (heading !== null) {
    lines.shift();
    return `<h4>${inline(heading[2] ?? "")}</h4>`;
  }
  if (line.includes("|") && next.includes("|") && RULE.test(next)) return table(lines);
  if (ITEM.test(line)) {
    const items = takeWhile(lines, (one) => ITEM.test(one)).map((one) => ITEM.exec(one)?.[1] ?? "");
    return `<ul>${items.map((item) => `<li>${inline(item)}</li>`).join("")}</ul>`;
  }
  const quote = line.startsWith(">");
  const words = takeWhile(lines, (one) => one.trim() !== "" && one.startsWith(">") === quote && !begins(one));
  // A line that begins something and is none of it: a closing tag alone, for example.
  const taken = words.length > 0 ? words : lines.splice(0, 1);
  const text = taken.map((one) => inline(one.replace(/^>\s?/, ""))).join("<br>");
  return quote ? `<blockquote>${text}</blockquote>` : `<p>${text}</p>`;
}

function begins(line: string): boolean {
  return FENCE.test(line) || ITEM.test(line) || /^\s*<!--|^<\/?details|^#{1,6}\s/.test(line);
}

function table(lines: string[]): string {
  const rows = takeWhile(lines, (line) => line.includes("|")).map(cells);
  const [head = [], , ...body] = rows;
  const row = (tag: string, all: string[]) =>
    `<tr>${all.map((cell) => `<${tag}>${inline(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${row("th", head)}${body.map((all) => row("td", all)).join("")}</table>`;
}

function cells(line: string): string[] {
  const bare = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return bare.split(/(?<!\\)\|/).map((cell) => cell.replaceAll("\\|", "|").trim());
}

function takeWhile(lines: string[], fits: (line: string) => boolean): string[] {
  const end = lines.findIndex((line) => !fits(line));
  return lines.splice(0, end === -1 ? lines.length : end);
}

/** Code, links, bold words; the words of a link are text alone. */
const INLINE = /(`+)(?!`)(.+?)(?<!`)\1(?!`)|<!--.*?-->|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)|\*\*(.+?)\*\*/g;

function inline(text: string): string {
  let html = "";
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    const [all, , span, words, url, bold] = found;
    html += escaped(text.slice(at, found.index));
    at = found.index + all.length;
    if (span !== undefined) html += `<code>${escaped(span.trim())}</code>`;
    else if (url !== undefined) html += `<a href="${escaped(url)}">${escaped(words ?? "")}</a>`;
    else if (bold !== undefined) html += `<strong>${inline(bold)}</strong>`;
  }
  return html + escaped(text.slice(at));
}
