import type { Repricing } from '@spanledger/collector/contract';

const BADGES: Record<Repricing['status'], { className: string; words: string }> = {
  preparing: { className: 'badge', words: 'preparing' },
  ready: { className: 'badge badge-warn', words: 'not applied' },
  applied: { className: 'badge badge-good', words: 'applied' },
  discarded: { className: 'badge', words: 'discarded' },
  failed: { className: 'badge badge-bad', words: 'failed' },
};

export function RepricingBadge({ status }: { status: Repricing['status'] }) {
  const { className, words } = BADGES[status];
  return <span className={className}>{words}</span>;
}
