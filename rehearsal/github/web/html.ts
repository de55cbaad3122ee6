/** The least that a page needs; whatever is inserted is escaped. */

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8884;border-radius:6px;padding:.75rem}code{font-size:.9em}`;

export const page = {
  /** A piece of HTML whose values are escaped. */
  text(parts: TemplateStringsArray, ...values: (string | number)[]): string {
    return parts.reduce((html, part, i) => html + escaped(String(values[i - 1] ?? "")) + part);
  },

  whole,
  missing: whole("Not found", "<h1>Not found</h1>"),
};

/** A whole document. */
function whole(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style><main>${body}</main></html>`;
}
