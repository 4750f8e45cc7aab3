// A report's row -> what its price is worked out from: one reading for pricing history again and for a receipt of it.
import type { RawUsage, Report } from '../calls/report.ts';
import type { PriceInputs } from '../price-report.ts';

export const PRICE_INPUT_COLUMNS = `toUnixTimestamp64Micro(started_at) AS started_micros, role, request_model, model, model_answered, stop_reason, outcome,
  error_type, batch_id, http_status, raw_usage, usage_complete, usage_assumes_standard, unpriceable, output_empty, betas_known, betas, bill_to, platform`;

export interface PriceInputRow {
  started_micros: number;
  role: Report['role'];
  request_model: string | null;
  model: string | null;
  model_answered: boolean;
  stop_reason: string | null;
  outcome: Report['outcome'];
  error_type: string | null;
  batch_id: string | null;
  http_status: number | null;
  raw_usage: string;
  usage_complete: boolean;
  usage_assumes_standard: boolean;
  unpriceable: string | null;
  output_empty: boolean | null;
  betas_known: boolean;
  betas: string[];
  bill_to: Report['billTo'];
  platform: string | null;
}

export function priceInputsOf(row: PriceInputRow): PriceInputs {
  return {
    role: row.role,
    startedAtMicros: row.started_micros,
    requestModel: row.request_model,
    model: row.model_answered ? row.model : null,
    stopReason: row.stop_reason,
    outcome: row.outcome,
    errorType: row.error_type,
    batchId: row.batch_id,
    httpStatus: row.http_status,
    usage: JSON.parse(row.raw_usage) as RawUsage | null,
    usageComplete: row.usage_complete,
    usageAssumesStandard: row.usage_assumes_standard,
    unpriceable: row.unpriceable,
    outputEmpty: row.output_empty,
    betas: row.betas_known ? row.betas : null,
    billTo: row.bill_to,
    platform: row.platform,
  };
}
