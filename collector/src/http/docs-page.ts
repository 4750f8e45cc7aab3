// A Markdown file of the repository -> a page. Its text is the project's own and needs no cleaning.
import { Marked } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';

/** Whether a browser finds something there. */
const isServed = (href: string, path: string): boolean =>
  /^(https?:|#)/.test(href) || /^\/(README|docs\/.+)\.md$/.test(new URL(href, `http://docs${path}`).pathname);

/** `path` is where the page is served; a link to what is not served becomes its words. */
export function pageOf(markdown: string, path: string): string {
  const marked = new Marked(gfmHeadingId(), {
    renderer: {
      // Pictures are not taken along.
      image: () => '',
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        return isServed(href, path) ? `<a href="${href.replaceAll('"', '%22')}">${text}</a>` : text;
      },
    },
  });
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? 'Documentation';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${title.replaceAll('<', '&lt;')} · Spanledger</title>
<link rel="icon" href="/mark.svg">
<style>
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
pre, table { display: block; overflow-x: auto; }
pre, code { font-size: 0.9em; }
pre { padding: 0.8em; border: 1px solid color-mix(in srgb, currentcolor 25%, transparent); }
table { border-collapse: collapse; margin: 1em 0; overflow-wrap: normal; }
td code { white-space: nowrap; }
th, td { padding: 0.35em 0.7em; text-align: left; vertical-align: top; border: 1px solid color-mix(in srgb, currentcolor 25%, transparent); }
</style>
</head>
<body>
<p><a href="/">Spanledger</a></p>
${String(marked.parse(markdown))}
</body>
</html>
`;
}
