// A table that scrolls within itself on narrow screens, so that the page never does.
import type { ReactNode } from 'react';

export function ScrollTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    // What scrolls must be reachable by keyboard. No landmark of its own: the panel around it is one.
    <div className="scroll-table" role="group" aria-label={label} tabIndex={0}>
      <table className="ledger">{children}</table>
    </div>
  );
}
