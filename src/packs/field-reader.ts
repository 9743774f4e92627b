/** A place in manifest.json that does not hold what it should, in the file's own terms: 'classifiers[0].classes'. */
export interface Fault {
  readonly field: string;
  readonly expected: string;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads one value of a JSON document into a typed one. Each reading method returns a value of the wanted type in any
 * case; what does not fit is noted in `faults`, and a document with faults is refused as a whole by the caller.
 * Written out because schema compilers make code from strings, which the page's policy forbids.
 */
export class FieldReader {
  constructor(
    private readonly value: unknown,
    readonly field: string,
    readonly faults: Fault[],
  ) {}

  /** True when the value is missing or null. */
  get absent(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** True when the value is exactly this word. */
  holds(word: string): boolean {
    return this.value === word;
  }

  /** Notes that this place holds something else than `expected`. */
  refuse(expected: string): void {
    this.faults.push({ field: this.field === '' ? 'manifest.json' : this.field, expected });
  }

  /** The member `name` of an object. */
  at(name: string): FieldReader {
    const path = this.field === '' ? name : `${this.field}.${name}`;
    return new FieldReader(isRecord(this.value) ? this.value[name] : undefined, path, this.faults);
  }

  /** Names of an object's members; notes a fault when it is no object. */
  names(): readonly string[] {
    if (isRecord(this.value)) return Object.keys(this.value);
    this.refuse('an object');
    return [];
  }

  text(): string {
    if (typeof this.value === 'string' && this.value !== '') return this.value;
    this.refuse('a text');
    return '';
  }

  /** A text of the given shape, described for people by `expected`. */
  textLike(pattern: RegExp, expected: string): string {
    if (typeof this.value === 'string' && pattern.test(this.value)) return this.value;
    this.refuse(expected);
    return '';
  }

  /** A number from `low` to `high`, both included. */
  number(low: number, high: number): number {
    if (typeof this.value === 'number' && this.value >= low && this.value <= high) return this.value;
    this.refuse(`a number from ${low} to ${high}`);
    return low;
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    if (Number.isInteger(this.value)) return this.number(low, high);
    this.refuse(`a whole number from ${low} to ${high}`);
    return low;
  }

  boolean(): boolean {
    if (typeof this.value === 'boolean') return this.value;
    this.refuse('true or false');
    return false;
  }

  oneOf<T extends string>(allowed: readonly [T, ...T[]]): T {
    const found = allowed.find((word) => word === this.value);
    if (found !== undefined) return found;
    this.refuse(`one of ${allowed.join(', ')}`);
    return allowed[0];
  }

  list<T>(read: (item: FieldReader) => T, minimum = 0): readonly T[] {
    if (!Array.isArray(this.value) || this.value.length < minimum) {
      this.refuse(minimum > 0 ? `a list of at least ${minimum}` : 'a list');
      return [];
    }
    return this.value.map((item: unknown, n) => read(new FieldReader(item, `${this.field}[${n}]`, this.faults)));
  }

  pair<T>(read: (item: FieldReader) => T): readonly [T, T] {
    if (!Array.isArray(this.value) || this.value.length !== 2) this.refuse('a list of two');
    const items: readonly unknown[] = Array.isArray(this.value) ? this.value : [];
    const reader = (n: number): FieldReader => new FieldReader(items[n], `${this.field}[${n}]`, this.faults);
    return [read(reader(0)), read(reader(1))];
  }

  /** Two numbers, the first below the second. */
  range(low: number, high: number): readonly [number, number] {
    const [from, to] = this.pair((item) => item.number(low, high));
    if (from >= to) this.refuse('two rising numbers');
    return [from, to];
  }

  /** An object whose members are all of one kind. */
  record<T>(read: (item: FieldReader) => T): Readonly<Record<string, T>> {
    return Object.fromEntries(this.names().map((name) => [name, read(this.at(name))]));
  }
}
