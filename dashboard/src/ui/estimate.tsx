// Marks a figure that is worked out from an assumption, and says which on request.

export function Estimate({ why }: { why: string }) {
  return (
    <span className="badge badge-warn" title={why}>
      estimate
    </span>
  );
}
