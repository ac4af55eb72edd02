/** Turns one of the switches of the sandbox at `url`. Gives the answer's body. @throws what a refusal said */
export async function controlSandbox<T = unknown>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${url}/sandbox${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  if (!response.ok) throw new Error(`${method} /sandbox${path}: ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
}
