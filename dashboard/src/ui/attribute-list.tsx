// Attributes as they were sent: name and value, one below the other.

export function AttributeList({ attributes }: { attributes: readonly (readonly [name: string, value: unknown])[] }) {
  return (
    <dl className="pairs attributes">
      {attributes.map(([name, value]) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>
            <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}
