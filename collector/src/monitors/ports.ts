// What monitors need from the rest: what a measure is (a question to the calls), a place to keep monitors and their alerts, and
// somebody who sends webhooks. The stages meet in main.ts; nothing here knows ClickHouse or HTTP.
import type { Monitor, MonitorAlert, MonitorStatus } from '../contract.ts';
import type { NewDelivery } from '../webhooks/ports.ts';

/** `from` inclusive, `to` exclusive. */
export interface Window {
  from: Date;
  to: Date;
}

/** What a monitor asks. Another answer to it is news; another question is another episode. */
export type MonitorQuestion = Pick<Monitor, 'measure' | 'scope' | 'comparison' | 'threshold' | 'windowMinutes'>;

export interface Reading {
  /** Money as a decimal string; null: unknown. */
  value: MonitorAlert['value'];
  /** Calls in scope that started in the window. */
  calls: number;
}

/** What pages show for the same calls. Rejects when the store does not answer; never answers 0 for unknown. */
export type ReadMeasure = (question: Pick<MonitorQuestion, 'measure' | 'scope'>, window: Window) => Promise<Reading>;
/** The measure through the day before `to`, oldest first. */
export type ReadCourse = (
  question: Pick<MonitorQuestion, 'measure' | 'scope' | 'windowMinutes'>,
  to: Date,
) => Promise<{ pointMinutes: number; points: MonitorStatus['points'] }>;

/** An episode with what it takes to announce it again, should the process end in the middle. */
export interface RaisedEpisode extends MonitorAlert {
  webhookIds: readonly string[];
  /** The webhook body that says it began, as it is signed and sent. */
  body: string;
  /** The one that says it is over; null while it lasts, and when it ends untold. */
  endBody: string | null;
  /** A delivery of each body stands for each of `webhookIds`. */
  announced: boolean;
}

/** Writes resolve when they are durable. */
export interface MonitorRepository {
  /** Oldest first. */
  listMonitors(): Promise<Monitor[]>;
  findMonitor(id: string): Promise<Monitor | null>;
  saveMonitor(monitor: Monitor): Promise<void>;
  deleteMonitor(id: string): Promise<void>;
  /** Newest first. */
  listAlerts(filter: { monitorId?: string; limit: number }): Promise<MonitorAlert[]>;
  /** The newest of each monitor that ever alerted, also of those that are gone. */
  lastEpisodes(): Promise<RaisedEpisode[]>;
  unannouncedEpisodes(): Promise<RaisedEpisode[]>;
  saveEpisodes(episodes: readonly RaisedEpisode[]): Promise<void>;
}

/** The sender of webhooks, as far as monitors know it. */
export interface DeliveryQueue {
  /** Resolves when every delivery is durable; one that stands already (same id) is left as it is. */
  enqueue(deliveries: readonly NewDelivery[]): Promise<void>;
}
