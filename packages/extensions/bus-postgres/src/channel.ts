import { createHash } from 'node:crypto';

/** PostgreSQL cuts a longer identifier off. */
const maxChannelBytes = 63;
const prefix = 'dispatch:';

/** The name of a topic's channel: the topic itself where it fits. Needs no escaping in quotes. */
export function channelOf(topic: string): string {
  if (prefix.length + topic.length <= maxChannelBytes) return `${prefix}${topic}`;
  return `dispatch#${createHash('sha256').update(topic).digest('hex').slice(0, 54)}`;
}
