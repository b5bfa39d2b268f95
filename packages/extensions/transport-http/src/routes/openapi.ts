import { contributedRoutes, httpRoutes, httpSchemas, toJsonSchema } from '@dispatch/wire';
import type { ServedRoute } from './served-route.ts';

/** The JSON text of `/openapi.json`: these routes, by the schemas that check their requests. */
export function openApiText(routes: readonly ServedRoute[]): string {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:([A-Za-z0-9]+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: route.describe() };
  }
  return JSON.stringify({
    openapi: '3.1.0',
    info: {
      title: 'Dispatch',
      version: '1',
      description: 'The client protocol of a Dispatch host.',
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries(
        componentNames().map((name) => [name, toJsonSchema(httpSchemas[name])]),
      ),
    },
  });
}

/** What the operations refer to. */
function componentNames(): readonly (keyof typeof httpSchemas)[] {
  const names = new Set<keyof typeof httpSchemas>(['problem']);
  for (const route of [...httpRoutes, ...contributedRoutes]) {
    if ('body' in route) names.add(route.body);
    if ('body' in route.success) names.add(route.success.body);
  }
  return [...names].sort();
}
