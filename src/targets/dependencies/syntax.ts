import { readFile } from 'node:fs/promises';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { grammarPath } from './grammar-files.ts';

/** Parsers for the languages of targets. Grammars are loaded when they are first needed, which takes about 0.1 s each. */
export interface Syntax {
  /** What `look` finds in the tree of `text`; the tree is gone afterwards. Text that is no valid code has a tree too, with errors in it. */
  parse<T>(language: 'cuda' | 'python', text: string, look: (root: Node) => T): Promise<T>;
}

export function createSyntax(): Syntax {
  const parsers = new Map<string, Promise<Parser>>();
  return {
    async parse(language, text, look) {
      const loading = parsers.get(language) ?? loadParser(language);
      parsers.set(language, loading);
      const tree = (await loading).parse(text);
      if (tree === null) throw new Error(`the parser for ${language} gave no tree`);
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
