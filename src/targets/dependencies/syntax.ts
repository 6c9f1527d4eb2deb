import { readFile } from 'node:fs/promises';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { grammarPath } from './grammar-files.ts';

/** Parsers for the languages of targets. Grammars are loaded when they are first needed, which takes about 0.1 s each. */
export interface Syntax {
  /**
   * What `look` finds in the tree of `text`; the tree is gone afterwards. Text that is no valid code has a tree too, with errors in it.
   * Undefined when parsing takes too long, as text can be made to do that nobody would write.
   */
  parse<T>(language: 'cuda' | 'python', text: string, look: (root: Node) => T): Promise<T | undefined>;
}

export interface ParsingLimits {
  /** For one text, in milliseconds; what people write takes a few. */
  readonly textMs: number;
  /** After so many texts that took too long nothing is parsed any more. */
  readonly overruns: number;
}

export function createSyntax(limits: ParsingLimits = { textMs: 1_000, overruns: 10 }): Syntax {
  const parsers = new Map<string, Promise<Parser>>();
  let overruns = 0;
  return {
    async parse(language, text, look) {
      const loading = parsers.get(language) ?? loadParser(language);
      parsers.set(language, loading);
      const parser = await loading;
      if (overruns >= limits.overruns) return undefined;
      const deadline = performance.now() + limits.textMs;
      const tree = parser.parse(text, null, { progressCallback: () => performance.now() > deadline });
      if (tree === null) {
        overruns++;
        // Otherwise it would go on with the text that it has left.
        parser.reset();
        return undefined;
      }
      try {
        return look(tree.rootNode);
      } finally {
        tree.delete();
      }
    },
  };
}

async function loadParser(language: 'cuda' | 'python'): Promise<Parser> {
  await Parser.init({ wasmBinary: await readFile(grammarPath('engine')) });
  return new Parser().setLanguage(await Language.load(await readFile(grammarPath(language))));
}
