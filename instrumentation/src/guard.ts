/**
 * The one way that a step of telemetry runs inside the user's application: what it throws goes to OpenTelemetry's
 * diagnostic log and nowhere else. A failed step costs what that step would have recorded, never the call.
 */
import { diag } from '@opentelemetry/api';

export function guard<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (problem) {
    stepFailed(problem);
    return undefined;
  }
}

/** What a step threw is told of here. Never throws. */
export function stepFailed(problem: unknown): void {
  try {
    diag.debug('@spanledger/instrumentation: a step of telemetry failed', problem);
  } catch {
    // A logger of the application that throws.
  }
}
