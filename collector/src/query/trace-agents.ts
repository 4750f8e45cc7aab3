// The agent runs of a trace: what each step and each tool of a run cost, so that the steps and what lies outside of them
// add up to the run. Pure.
import type { AgentRun, SpanPart } from '../contract.ts';
import { add, inJson, nothing, type Placed, type Sum } from './trace-tree.ts';

interface RunSpan {
  spanId: string;
  name: string;
  part: SpanPart;
  startMicros: number;
  durationMs: number;
  status: string;
  attributes: Readonly<Record<string, unknown>>;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const agentName = ({ name, attributes }: RunSpan): string => text(attributes['gen_ai.agent.name']) ?? name;
const toolName = ({ name, attributes }: RunSpan): string =>
  text(attributes['gen_ai.tool.name']) ?? name.replace(/^(execute_tool|anthropic\.custom_tool_use) /, '');

/** In order of time. A run within a run is told as a step of the outer one, and as a run of its own. */
export function agentRuns(spans: readonly RunSpan[], places: readonly Placed[], sums: readonly Sum[]): AgentRun[] {
  const children = spans.map((): number[] => []);
  for (const [index, { parent }] of places.entries()) if (parent !== null) children[parent]!.push(index);
  /** The first spans beneath that are wanted, on every way down. */
  const nearest = (from: number, wanted: (part: SpanPart) => boolean): number[] => {
    const found: number[] = [];
    const open = [...children[from]!];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (wanted(spans[at]!.part)) found.push(at);
      else open.push(...children[at]!);
    }
    return found.sort((a, b) => spans[a]!.startMicros - spans[b]!.startMicros || a - b);
  };
  const runOf = (index: number): AgentRun => {
    const run = spans[index]!;
    const steps = nearest(index, (part) => part === 'step' || part === 'agent');
    const outside = nothing();
    add(outside, sums[index]!);
    for (const step of steps) add(outside, sums[step]!, -1);
    return {
      spanId: run.spanId,
      name: agentName(run),
      durationMs: run.durationMs,
      rolledUp: inJson(sums[index]!),
      steps: steps.map((step) => {
        const span = spans[step]!;
        const name = span.part === 'agent' ? agentName(span) : span.name;
        return { spanId: span.spanId, name, durationMs: span.durationMs, rolledUp: inJson(sums[step]!) };
      }),
      outsideSteps: inJson(outside),
      tools: toolsOf(nearest(index, (part) => part === 'tool')),
    };
  };
  const toolsOf = (uses: readonly number[]): AgentRun['tools'] => {
    const byName = new Map<string, number[]>();
    for (const index of uses) {
      const name = toolName(spans[index]!);
      byName.set(name, [...(byName.get(name) ?? []), index]);
    }
    return [...byName]
      .map(([name, ofName]) => {
        const sum = nothing();
        for (const index of ofName) add(sum, sums[index]!);
        return {
          name,
          uses: ofName.length,
          errors: ofName.filter((index) => spans[index]!.status === 'error').length,
          durationMs: ofName.reduce((all, index) => all + spans[index]!.durationMs, 0),
          rolledUp: inJson(sum),
        };
      })
      .sort((one, other) => other.uses - one.uses || (one.name < other.name ? -1 : 1));
  };
  return spans.flatMap(({ part }, index) => (part === 'agent' ? [runOf(index)] : []));
}
