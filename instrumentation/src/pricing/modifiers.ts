// The modifiers of a call: service tier, speed, place, cloud. They come from what the response says, never the request.
// Each is a factor on every token rate, or a reason why there is no price, or a flag; fees are not multiplied.
import {
  BATCH_FACTOR,
  FAST_RATES,
  PRICED_MODELS,
  REGIONAL_PREMIUM_MODELS,
  US_INFERENCE_MODELS,
  type FastRate,
} from './cards.ts';
import { validAt } from './dates.ts';
import type { ResolvedModel } from './model-id.ts';
import type { Confidence, Multiplier, ReceiptFlag } from './receipt.ts';

/** What the response says of how it was served, before any model is looked at. */
export interface Serving {
  batch: boolean;
  fast: boolean;
  /** `inference_geo` as returned; null when it says nothing that has a price. */
  usInference: boolean;
  cloud: 'bedrock' | 'google' | null;
  region: 'global' | 'regional' | null;
  flags: ReceiptFlag[];
  /** Why no call served like this has a price; null when it can have one. */
  problem: string | null;
}

const KNOWN_GEOS: ReadonlySet<unknown> = new Set(['us', 'global', 'not_available']);
const OWN_PLATFORM = /^(anthropic|claude|aws$|azure|foundry|microsoft|none$|unknown$)/i;

/** Reads tier, speed and geography of a usage object, and the cloud from the platform's name or the ids. */
export function readServing(
  usage: Readonly<Record<string, unknown>>,
  ids: readonly (ResolvedModel | null)[],
  platform: string | null,
): Serving {
  const flags: ReceiptFlag[] = [];
  const tier = usage['service_tier'] ?? 'standard';
  const speed = usage['speed'] ?? 'standard';
  const geo = usage['inference_geo'] ?? null;
  const fastDeployment = ids.some((id) => id?.fast === true);
  // What ran is what the response says; the name of a deployment counts where it says nothing.
  const fast = speed === 'fast' || (fastDeployment && usage['speed'] == null);
  const { cloud, region } = placeOf(ids, platform);

  let problem: string | null = null;
  if (tier !== 'standard' && tier !== 'batch' && tier !== 'priority') {
    problem = `No price is known for service_tier ${show(tier)}.`;
  } else if (speed !== 'standard' && speed !== 'fast') {
    problem = `No price is known for speed ${show(speed)}.`;
  } else if (fast && tier !== 'standard') {
    problem = `Fast mode is not offered with service_tier ${show(tier)}, so there is no price for both.`;
  } else if (geo !== null && typeof geo !== 'string') {
    problem = 'usage.inference_geo is not a text.';
  }

  if (tier === 'priority') {
    flags.push({
      flag: 'contract-priced',
      message: 'Priority Tier is paid by contract; this is the list price of the same tokens.',
    });
  }
  if (fastDeployment && !fast) {
    flags.push({
      flag: 'estimated',
      message: 'The deployment is one for fast mode and the response says standard speed; standard speed was priced.',
    });
  }
  if (geo !== null && geo !== '' && !KNOWN_GEOS.has(geo)) {
    flags.push({
      flag: 'estimated',
      message: `No price is known for inference_geo ${show(geo)}; the global price was used.`,
    });
  }
  if (cloud !== null) flags.push({ flag: 'estimated', message: cloudMessage(cloud, region) });
  else if (platform !== null && platform !== '' && !OWN_PLATFORM.test(platform)) {
    flags.push({
      flag: 'estimated',
      message: `Anthropic's list price was used; ${show(platform)} may bill another.`,
    });
  }
  return {
    batch: tier === 'batch',
    fast,
    usInference: cloud === null && geo === 'us',
    cloud,
    region,
    flags,
    problem,
  };
}

function placeOf(ids: readonly (ResolvedModel | null)[], platform: string | null): Pick<Serving, 'cloud' | 'region'> {
  const written = ids.find((id) => id?.region != null) ?? ids.find((id) => id?.cloud != null);
  if (written?.cloud != null) return { cloud: written.cloud, region: written.region };
  if (platform !== null && /bedrock/i.test(platform)) return { cloud: 'bedrock', region: null };
  if (platform !== null && /vertex|google|gcp/i.test(platform)) return { cloud: 'google', region: null };
  return { cloud: null, region: null };
}

function cloudMessage(cloud: 'bedrock' | 'google', region: Serving['region']): string {
  const name = cloud === 'bedrock' ? 'Amazon Bedrock' : 'Google Cloud';
  if (region === 'global') return `${name} bills by its own price list; the global list price was used.`;
  if (region === 'regional') {
    return `${name} bills by its own price list; for models from Claude 4.5 on, the list price plus 10 % for a regional endpoint was used.`;
  }
  return `${name} bills by its own price list; the global list price was used, a regional endpoint costs 10 % more from Claude 4.5 on.`;
}

export interface ModelModifiers {
  multipliers: Multiplier[];
  /** How well the multipliers are known. */
  confidence: Confidence;
  flags: ReceiptFlag[];
  problem: string | null;
}

/** The factors for tokens of one model. An advisor's fast price is unknown: it is priced at standard speed and flagged. */
export function modifiersFor(model: string, serving: Serving, at: number, advisor: boolean): ModelModifiers {
  const multipliers: Multiplier[] = [];
  const flags: ReceiptFlag[] = [];
  let confidence: Confidence = 'first-party';
  if (serving.fast && advisor) {
    flags.push({
      flag: 'estimated',
      message: `Whether the advisor ${model} ran fast is not said; standard speed was assumed.`,
    });
  } else if (serving.fast) {
    const fast: FastRate | undefined = FAST_RATES.find((rate) => rate.model === model && validAt(rate, at));
    if (fast === undefined) {
      return {
        multipliers,
        flags,
        confidence,
        problem: `No fast-mode price is known for ${model} at that time.`,
      };
    }
    if (fast.factor === '1') {
      flags.push({
        flag: 'estimated',
        message: `Fast requests to ${model} run and bill at standard speed now.`,
      });
    } else {
      multipliers.push({ name: 'fast', factor: fast.factor });
      confidence = fast.confidence;
    }
  }
  if (serving.batch) multipliers.push({ name: 'batch', factor: BATCH_FACTOR });
  if (serving.usInference) {
    if (US_INFERENCE_MODELS.has(model)) multipliers.push({ name: 'us-inference', factor: '1.1' });
    else
      flags.push({
        flag: 'estimated',
        message: PRICED_MODELS.includes(model)
          ? `US-only inference is not offered for ${model}; the global price was used.`
          : `Whether US-only inference of ${model} costs more is not known; its own price was used as it is.`,
      });
  }
  if (serving.region === 'regional' && REGIONAL_PREMIUM_MODELS.has(model)) {
    multipliers.push({ name: 'regional-endpoint', factor: '1.1' });
  }
  return { multipliers, flags, confidence, problem: null };
}

/** A value of foreign JSON for a sentence: quoted and short. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value;
  return `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`;
}
