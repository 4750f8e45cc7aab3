// OTLP protobuf -> spans by their schema, one after the other: of a body as a whole protobufjs would make a tree of messages in
// which every attribute is three objects, and all of it would be there until the last span is read.
import protobuf from 'protobufjs';
import type { SpanMessage } from './otlp.ts';
import { resourceType, scopeType, spanType } from './otlp-schema.ts';

/** Numbers of fields, opentelemetry-proto v1. */
const [RESOURCE_SPANS, RESOURCE, SCOPE_SPANS, SCOPE, SPANS] = [1, 1, 2, 1, 2];
const LENGTH_DELIMITED = 2;

/** Throws where the body is no protobuf. A span that is none, or stands in what is none, is said to be, alone. */
export function* protobufSpans(body: Uint8Array): Iterable<SpanMessage> {
  // A Buffer, for its quick ways to text.
  for (const ofResource of messagesIn(Buffer.from(body.buffer, body.byteOffset, body.length), RESOURCE_SPANS)) {
    const resource = read(resourceType, messagesIn(ofResource, RESOURCE));
    for (const ofScope of messagesIn(ofResource, SCOPE_SPANS)) {
      const scope = read(scopeType, messagesIn(ofScope, SCOPE));
      for (const bytes of messagesIn(ofScope, SPANS)) {
        const span = read(spanType, [bytes]);
        const unread = span.unread ?? inside('resource', resource) ?? inside('scope', scope);
        yield { span: span.message, scope: scope.message, resource: resource.message, unread };
      }
    }
  }
}

/** `unread`: why its bytes are no message of its type. */
interface Read {
  message: Record<string, unknown>;
  unread?: string;
}

const inside = (part: string, { unread }: Read): string | undefined => unread && `${part}: ${unread}`;

/** Of a message that is there several times the last counts. */
function read(type: protobuf.Type, messages: readonly Buffer[]): Read {
  const last = messages.at(-1);
  try {
    return { message: last === undefined ? {} : (type.decode(last) as unknown as Record<string, unknown>) };
  } catch (error) {
    return { message: {}, unread: `is not a valid protobuf ${type.name}: ${(error as Error).message}` };
  }
}

/** The bytes of the messages under one field, before any is read: what they stand in may come after them. */
function messagesIn(bytes: Buffer, field: number): Buffer[] {
  const messages: Buffer[] = [];
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === field * 8 + LENGTH_DELIMITED) messages.push(reader.bytes() as Buffer);
    else reader.skipType(tag & 7, 0, tag >>> 3);
  }
  return messages;
}
