import { CodedError } from './coded-error.ts';
import { isCron } from './cron.ts';
import { type JobDefinition, maxPayloadBytes, type NewJob } from './jobs.ts';

const namePattern = /^[a-z0-9-]{1,64}$/;
const keyPattern = /^[A-Za-z0-9_.-]{1,200}$/;

/** What the contract `jobs` asks of a definition. Throws `invalid-input`. For those who provide it. */
export function checkJobDefinition({ name, cron, maxRetries = 0 }: JobDefinition): void {
  checkName(name);
  if (cron !== undefined && !isCron(cron)) {
    throw refusal(`\`cron\` of the job ${name} is ${JSON.stringify(cron)}, which names no time.`);
  }
  if (!Number.isInteger(maxRetries) || maxRetries < 0 || maxRetries > 20) {
    throw refusal(`\`maxRetries\` of the job ${name} must be a whole number from 0 to 20.`);
  }
}

/** What the contract `jobs` asks of a job that is sent. Throws `invalid-input`. For those who provide it. */
export function checkNewJob({ name, payload = null, key, startAfter = 0 }: NewJob): void {
  checkName(name);
  if (key !== undefined && !keyPattern.test(key)) {
    throw refusal(`\`key\` of a job ${name} must match ${keyPattern.source}.`);
  }
  if (!Number.isSafeInteger(startAfter) || startAfter < 0) {
    throw refusal(`\`startAfter\` of a job ${name} must be a time in epoch milliseconds.`);
  }
  if (byteLength(JSON.stringify(payload)) > maxPayloadBytes) {
    throw refusal(`\`payload\` of a job ${name} is longer than ${maxPayloadBytes} bytes.`);
  }
}

function checkName(name: string): void {
  if (!namePattern.test(name)) {
    throw refusal(`\`name\` of a job must match ${namePattern.source}: ${JSON.stringify(name)}.`);
  }
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function refusal(message: string): CodedError {
  return new CodedError('invalid-input', { message });
}
