// A table that scrolls within itself on narrow screens, so that the page never does.
import type { ReactNode } from 'react';

export function ScrollTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    // A region that scrolls must be reachable by keyboard.
    <div className="scroll-table" role="region" aria-label={label} tabIndex={0}>
      <table className="ledger">{children}</table>
    </div>
  );
}
