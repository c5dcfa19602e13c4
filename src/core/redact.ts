/** Replaces every occurrence of the secrets in texts that leave the package. Shorter ones than four characters would hit plain words. */
export function redactor(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= 4);
  const forms = known.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  // Longest first, or a secret that begins with another would leave its tail behind.
  const unique = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => unique.reduce((rest, form) => rest.replaceAll(form, '***'), text);
}
