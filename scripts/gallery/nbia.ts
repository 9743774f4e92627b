/**
 * The public part of TCIA's NBIA service. `getSeries` takes Collection, PatientID and Modality and answers JSON, or nothing
 * at all when no series fits; `getImageWithMD5Hash` takes SeriesInstanceUID and answers a zip of 00000001.dcm and so on with
 * md5hashes.csv (columns Filename, MD5Hash) and usually a LICENSE beside them.
 */
export const NBIA_SERVICE = 'https://services.cancerimagingarchive.net/nbia-api/services/v1/';

const USER_AGENT = 'RenaLens samples:fetch (one request at a time)';
const TRIES = 5;
/** A connection without bytes for so long counts as broken. */
const SILENCE_MS = 120_000;

/** The fields of a series that are used; the service sends more. */
export interface NbiaSeries {
  readonly SeriesInstanceUID: string;
  readonly StudyInstanceUID: string;
  readonly Modality?: string;
  readonly SeriesDescription?: string;
  readonly SeriesNumber?: string | number;
  readonly ImageCount?: string | number;
  readonly LicenseName?: string;
  readonly LicenseURI?: string;
  readonly CollectionURI?: string;
}

/** A fault that is told to the user in one sentence. */
export class FetchFault extends Error {}

/** Asks the service politely: one request at a time, a pause before each, longer pauses after each failure. */
export class NbiaClient {
  constructor(
    private readonly service: string,
    private readonly pauseMs: number,
    private readonly say: (line: string) => void,
  ) {}

  /** Series of a patient; an empty list when the service knows none. */
  async series(query: Readonly<Record<string, string>>): Promise<readonly NbiaSeries[]> {
    const bytes = await this.get('getSeries', query);
    const text = new TextDecoder().decode(bytes).trim();
    if (text === '') return [];
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) throw new FetchFault('The service answered getSeries in a form that is not known here.');
    return value as readonly NbiaSeries[];
  }

  /** The zip of a series. */
  async images(seriesInstanceUid: string, onBytes: (bytes: number) => void): Promise<Uint8Array> {
    return this.get('getImageWithMD5Hash', { SeriesInstanceUID: seriesInstanceUid }, onBytes);
  }

  private async get(endpoint: string, query: Readonly<Record<string, string>>, onBytes: (bytes: number) => void = () => undefined): Promise<Uint8Array> {
    const url = new URL(endpoint, this.service);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    let wait = this.pauseMs;
    for (let attempt = 1; ; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const outcome = await this.once(url, onBytes);
      if (outcome.bytes) return outcome.bytes;
      if (outcome.final || attempt === TRIES) throw new FetchFault(outcome.reason);
      wait = Math.max(outcome.waitMs ?? 0, this.pauseMs * 2 ** attempt);
      this.say(`${endpoint}: ${outcome.reason} Trying again in ${(wait / 1000).toFixed(1)} s.`);
    }
  }

  private async once(url: URL, onBytes: (bytes: number) => void): Promise<{ bytes?: Uint8Array; reason: string; final?: boolean; waitMs?: number }> {
    const silence = new AbortController();
    const watch = setInterval(() => (quiet ? silence.abort() : (quiet = true)), SILENCE_MS);
    let quiet = false;
    try {
      const response = await fetch(url, { headers: { 'User-Agent': USER_AGENT }, signal: silence.signal });
      if (response.status === 429 || response.status >= 500) {
        await response.body?.cancel();
        return { reason: `The service answered ${response.status}.`, waitMs: 1000 * (Number(response.headers.get('Retry-After')) || 0) };
      }
      if (!response.ok || !response.body) {
        const text = (await response.text()).slice(0, 200).replace(/\s+/g, ' ');
        return { reason: `The service refused (${response.status}): ${text}`, final: true };
      }
      const parts: Uint8Array[] = [];
      let total = 0;
      for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
        quiet = false;
        parts.push(part);
        total += part.length;
        onBytes(total);
      }
      return { bytes: Buffer.concat(parts), reason: '' };
    } catch (error) {
      const code = causeCode(error);
      if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ECONNREFUSED' || code === 'ENETUNREACH') {
        return { reason: `No connection to ${url.host}: this computer seems to be without network, or the service is not to be reached.`, final: true };
      }
      return { reason: `The connection broke (${code}).` };
    } finally {
      clearInterval(watch);
    }
  }
}

function causeCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof AggregateError) return causeCode(cause.errors[0]);
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : cause instanceof Error ? cause.name : 'unknown';
}
