import { memoryStoreExtension } from '@dispatch/conformance/fakes';
import { createHost } from '@dispatch/host';
import provider from '@dispatch/provider-scripted';
import { createNodeRuntime } from '@dispatch/runtime-node';
import orchestrator from '@dispatch/session-orchestrator';
import http from '@dispatch/transport-http';

const host = createHost({
  extensions: [memoryStoreExtension(), provider, orchestrator, http],
  config: { options: { [http.name]: { port: 0 } } },
  runtime: createNodeRuntime(),
});
const { urls } = await host.start();

const reply = await fetch(`${urls[0]}/chat`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: 'Hello' }),
});
const events = (await reply.text())
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const text = events.map(({ delta = '' }) => delta).join('');
console.log(text);
await host.stop();

if (text !== 'You said: Hello') throw new Error(`the host said ${JSON.stringify(text)}`);
