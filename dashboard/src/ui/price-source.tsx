/** Where a price was read. Only what is plainly a web address becomes a link. */
export function PriceSource({ source }: { source: string }) {
  if (!source.startsWith('https://')) return <>{source}</>;
  return (
    <a href={source} target="_blank" rel="noreferrer noopener">
      {URL.canParse(source) ? new URL(source).hostname : source}
    </a>
  );
}
