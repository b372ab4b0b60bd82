/** Reads YAML into plain values, strictly: what YAML would silently change or drop is a mistake here. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
} from 'yaml';
import { dotted, type Mistake, type Path } from './mistake.ts';
import { protectReferences, restoreReferences } from './reference.ts';
import { isSecret } from './secrets.ts';
import { syntaxMistake } from './syntax.ts';

export interface YamlFile {
  /** Sections, lists, text, numbers, booleans and null. References such as `${NAME}` are still as written. */
  readonly tree: unknown;
  /** Line of each value, by its dotted path. */
  readonly lines: ReadonlyMap<string, number>;
  readonly mistakes: readonly Mistake[];
}

/** Reads one YAML document. With a mistake of syntax there is no tree. */
export function readYaml(text: string): YamlFile {
  const source = protectReferences(text);
  const counter = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const broken = document.errors[0];
  if (broken !== undefined)
    return {
      tree: undefined,
      lines: new Map(),
      mistakes: [syntaxMistake(broken, source, counter)],
    };
  const reader = new TreeReader(counter);
  const tree = reader.read(document.contents, []);
  return { tree, lines: reader.lines, mistakes: reader.mistakes };
}

class TreeReader {
  readonly lines = new Map<string, number>();
  readonly mistakes: Mistake[] = [];
  readonly #counter: LineCounter;

  constructor(counter: LineCounter) {
    this.#counter = counter;
  }

  read(node: unknown, path: Path): unknown {
    const { tag, anchor } = (node ?? {}) as { tag?: string; anchor?: string };
    if (isAlias(node) || anchor !== undefined)
      return this.#refuse(
        node as Node,
        path,
        'begins with & or *, which YAML keeps for itself',
        path,
      );
    if (tag !== undefined && !tag.startsWith('tag:yaml.org'))
      return this.#refuse(node as Node, path, 'begins with !, which YAML keeps for itself', path);
    if (isMap(node)) return this.#readSection(node.items, path);
    if (isSeq(node))
      return node.items.map((item, index) => {
        this.#note(item, [...path, index]);
        return this.read(item, [...path, index]);
      });
    if (!isScalar(node)) return null;
    return this.#readScalar(node, path);
  }

  #readSection(pairs: readonly Pair[], path: Path): Record<string, unknown> {
    const section = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? restoreReferences(key.source ?? String(key.value)) : '?';
      const here = [...path, name];
      const first = this.lines.get(dotted(here));
      this.#note(key, here);
      if (name === '__proto__') {
        this.#mistake(here, 'is a name that cannot be used here. Choose another.');
        continue;
      }
      if (section.has(name)) {
        this.#mistake(here, `is there twice; the first is in line ${first}. Keep one of them.`);
        continue;
      }
      section.set(name, this.read(value, here));
    }
    return Object.fromEntries(section);
  }

  /** Text as it is; a number only where writing it as a number lost nothing: 011 would become 11, 1e3 1000. */
  #readScalar(node: Scalar, path: Path): unknown {
    if (typeof node.value === 'string') return restoreReferences(node.value);
    if (typeof node.value !== 'number') return node.value;
    const written = node.source ?? '';
    if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(written)) return node.value;
    const says = isSecret(path)
      ? 'looks like a number and would lose digits: write it in quotes.'
      : `found ${written}, which without quotes is read as the number ${node.value}: write "${written}", in quotes.`;
    return this.#refuse(node, path, says);
  }

  #refuse(node: Node, path: Path, says: string, quoted?: Path): undefined {
    this.#note(node, path);
    this.#mistake(path, quoted === undefined ? says : `${says}: write the value in quotes.`);
    return undefined;
  }

  #mistake(path: Path, says: string): void {
    this.mistakes.push({ path, line: this.lines.get(dotted(path)), says });
  }

  #note(node: unknown, path: Path): void {
    const start = (node as Node | null)?.range?.[0];
    if (start !== undefined) this.lines.set(dotted(path), this.#counter.linePos(start).line);
  }
}
