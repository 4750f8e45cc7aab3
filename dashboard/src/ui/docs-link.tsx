// Where a question arises: the page of the documentation that answers it. The collector serves them, beside this page.
interface DocsLinkProps {
  /** As in the repository, with the heading. */
  to: `/docs/${string}.md${string}` | `/README.md#${string}`;
  children: string;
}

export function DocsLink({ to, children }: DocsLinkProps) {
  return (
    <a className="docs-link" href={to} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
