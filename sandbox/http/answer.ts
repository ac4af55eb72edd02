/** What a handler gives back: a status, headers and bytes. */
export type Answer = {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer | null;
};

/** Thrown where the answer is decided and nothing after it should run. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.name = 'Refusal';
    this.answer = answer;
  }
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

export function html(status: number, page: string, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
    body: page,
  };
}

export function noContent(): Answer {
  return { status: 204, headers: {}, body: null };
}

/** 302 for a GET that goes elsewhere, 303 when a form was posted and what follows is a GET. */
export function redirect(status: 302 | 303, location: string): Answer {
  return { status, headers: { location, 'cache-control': 'no-store' }, body: null };
}
