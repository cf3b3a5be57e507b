/** The answer to what never becomes a request: short, plain, and the last on its connection. */

export interface Refusal {
status: number;
  why: string;
}

const PHRASES: Record<number, string> = { 400: 'Bad Request', 408: 'Request Timeout', 413: 'Content Too Large', 414: 'URI Too Long', 431: 'Request Header Fields Too Large', 505: 'HTTP Version Not Supported' };

export function refusalBytes({ status, why }: Refusal): Buffer {
  const body = Buffer.from(`${why}\n`, 'utf8');
  const head = `HTTP/1.1 ${status} ${PHRASES[status] ?? 'Error'}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** The same for a failure of ours, which is no fault of the peer. */
export const simulatorFailed = (): { status: number; headers: [string, string][]; body: Buffer } => ({
  status: 500,
  headers: [['Content-Type', 'text/plain; charset=utf-8']],
  body: Buffer.from('The simulator failed; this is no fault of the system under test.\n'),
});
