export interface Match<H> {
  readonly handler: H;
  /** What stands in the path for each parameter of the route, not decoded. */
  readonly parts: readonly string[];
}

interface Route<H> {
  readonly method: string;
  readonly pattern: RegExp;
  readonly isFixed: boolean;
  readonly handler: H;
}

/**
 * The routes of an API, by method and path, such as `GET /things/:id`. A parameter stands for one segment of the path; `:id*`
 * for one or more, and `:kind(a|b)` for what fits the expression. Where several routes fit, one without parameters is taken,
 * else the longest.
 */
export class Routes<H> {
  private readonly routes: readonly Route<H>[];

  constructor(handlers: Readonly<Record<string, H>>) {
    this.routes = Object.entries(handlers)
      .map(([name, handler]) => routeOf(name, handler))
      .sort((one, other) => Number(other.isFixed) - Number(one.isFixed) || other.pattern.source.length - one.pattern.source.length);
  }

  match(method: string, path: string): Match<H> | undefined {
    for (const { pattern, handler, ...route } of this.routes) {
      const [found, ...parts] = (route.method === method && pattern.exec(path)) || [];
      if (found !== undefined) return { handler, parts };
    }
    return undefined;
  }

  /** Whether a route with any method fits the path. */
  hasPath(path: string): boolean {
    return this.routes.some(({ pattern }) => pattern.test(path));
  }
}

function routeOf<H>(name: string, handler: H): Route<H> {
  const [method = '', path = ''] = name.split(' ');
  const source = path.replace(/:\w+(\*|\([^)]*\))?/g, (_parameter, form = '([^/]+)') => (form === '*' ? '(.+?)' : form));
  return { method, pattern: new RegExp(`^${source}$`), isFixed: !path.includes(':'), handler };
}

/** A part of a path, decoded; as it is where it is not encoded well. */
export function decoded(part = ''): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
