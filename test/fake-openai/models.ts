import type { Reply } from './reply.ts';

/** What `GET …/models` answers; the path before it may ask for another shape. */
export function models(path: string, reply: Reply): void {
  if (!path.endsWith('/models')) {
    reply.json(404, { error: { message: `no route ${path}` } });
    return;
  }
  const list = [
    { id: 'text', object: 'model', owned_by: 'fake', context_window: 32_768 },
    { id: 'tools', object: 'model', owned_by: 'fake' },
  ];
  if (path.includes('/bare/')) reply.json(200, ['text', { name: 'tools' }, { id: '' }, 7]);
  else if (path.includes('/html/')) {
    reply.whole(200, '<html><title>Welcome</title>', { 'content-type': 'text/html' });
  } else if (path.includes('/error/')) reply.json(500, { error: { message: 'no list today' } });
  else reply.json(200, { object: 'list', data: list });
}
