/** The least that a page needs; whatever is inserted is escaped. */

/** Text as it stands in a page, and nothing of it is markup. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{border:1px solid #8884;padding:.25rem .5rem;text-align:left;overflow-wrap:anywhere}
textarea,input{display:block;width:100%;box-sizing:border-box;font:inherit;margin:.25rem 0}blockquote{border-left:3px solid #8884;margin-left:0;padding-left:1rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8884;border-radius:6px;padding:.75rem}code{font-size:.9em}`;

type Html = { html: string };

export const page = {
  /** A piece of HTML whose values are escaped, unless they are marked as HTML. */
  text(parts: TemplateStringsArray, ...values: (string | number | Html)[]): string {
    const piece = (value: string | number | Html) =>
      typeof value === "object" ? value.html : escaped(String(value));
    return parts.reduce((html, part, i) => html + piece(values[i - 1] ?? "") + part);
  },

  /** What is HTML already. */
  html: (html: string): Html => ({ html }),

  whole,
  /** Says why something was not done. */
  refused: (why: string): string => whole("Not done", page.text`<h1>Not done</h1><p>${why}</p>`),
  missing: whole("Not found", "<h1>Not found</h1>"),
};

/** A whole document. */
function whole(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style><main>${body}</main></html>`;
}
