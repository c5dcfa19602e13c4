// What the page knows of Node-RED, where it stands below its admin address.

const link = document.querySelector<HTMLMetaElement>('meta[name="node-red-editor"]')?.content;

/** The editor's address; undefined where the page is at the simulator's own. */
export const editor = link === undefined ? undefined : new URL(link, location.href);

/** Whether the address names no devices: the page then shows which there are. */
export const isList = editor !== undefined && location.pathname.endsWith('/devices/');

/** The page stands in the editor's sidebar. */
export const isFramed = window.parent !== window;

/** The editor keeps its access token under a name that ends with the path of the editor. */
const tokenKey = editor && `auth-tokens${editor.pathname.slice(0, -1).replaceAll('/', '-')}`;

/** The headers by which Node-RED knows who asks; none where nobody has logged in, or where a proxy does that. */
export function authorization(): Readonly<Record<string, string>> {
  const token = tokenKey && storedToken(tokenKey);
  return token ? { authorization: `Bearer ${token}` } : {};
}

function storedToken(key: string): string | undefined {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? 'null') as { access_token?: string } | null)?.access_token;
  } catch {
    // The browser keeps nothing for this page, or something else was kept: as without a login.
    return undefined;
  }
}

/** Calls back when somebody logs in or out in another window. */
export function onLogin(act: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (tokenKey !== undefined && (key === tokenKey || key === null)) act();
  });
}

/** In the sidebar, the page has the theme of the editor. */
export function takeTheme(): void {
  const theme = new URLSearchParams(location.search).get('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.style.colorScheme = theme;
}
