import { transportError } from '../errors.ts';
import type { ServedRoute } from './served-route.ts';

/**
 * The transport's own routes and those of extensions as one list. An extension's takes the place of
 * one that gives way; any other clash throws `route-clash`, naming both.
 */
export function joinRoutes(
  own: readonly (ServedRoute & { readonly givesWay: boolean })[],
  contributed: readonly ServedRoute[],
): readonly ServedRoute[] {
  const taken = new Map<string, ServedRoute>();
  for (const route of contributed) claim(taken, route);
  for (const route of own) {
    if (!route.givesWay || !taken.has(shapeOf(route))) claim(taken, route);
  }
  return [...taken.values()];
}

function claim(taken: Map<string, ServedRoute>, route: ServedRoute): void {
  const shape = shapeOf(route);
  const other = taken.get(shape);
  if (other !== undefined) {
    throw transportError(
      'route-clash',
      `The route ${route.method} ${route.path} is contributed by ${other.extension} and by ${route.extension}.`,
      { hint: 'A host serves a route once: leave out one of the two extensions.' },
    );
  }
  taken.set(shape, route);
}

/** Two routes of one shape answer the same requests, whatever their parameters are called. */
function shapeOf({ method, path }: ServedRoute): string {
  return `${method} ${path.replaceAll(/:[A-Za-z0-9]+/g, ':')}`;
}

/** The methods that a path takes; none where no route knows it. */
export function methodsOf(routes: readonly ServedRoute[], path: string): readonly string[] {
  const methods = routes.filter((route) => isOfPath(route, path)).map(({ method }) => method);
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}

function isOfPath(route: ServedRoute, path: string): boolean {
  const expected = route.path.split('/');
  const found = path.split('/');
  return (
    expected.length === found.length &&
    expected.every((segment, index) =>
      segment.startsWith(':') ? found[index] !== '' : segment === found[index],
    )
  );
}
