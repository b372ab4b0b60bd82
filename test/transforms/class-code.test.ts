import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkClassCode } from '../../transforms/class-code.ts';

const LIST = ['110', '120', '210', 'UNCL', 'Shoes-M', 'A&B', 'GIFT CARD'];

describe("a class code against Management One's list", () => {
  it.each([
    ['110', 'ok'],
    ['UNCL', 'ok'],
    ['A&B', 'ok'],
    ['Shoes-M', 'ok'],
    // The list is Management One's own word, also where its help page says nothing of a space.
    ['GIFT CARD', 'ok'],
  ])('%j is on it', (code, kind) => {
    expect(checkClassCode(code, LIST)).toEqual({ kind, code });
  });

  it.each([
    [null, 'missing', undefined],
    ['', 'missing', undefined],
    [' \t', 'missing', undefined],
    ['uncl', 'case_or_space', 'UNCL'],
    [' 110', 'case_or_space', '110'],
    ['1 10', 'case_or_space', '110'],
    ['110\u00a0', 'case_or_space', '110'],
    ['shoes-m', 'case_or_space', 'Shoes-M'],
    ['GIFTCARD', 'case_or_space', 'GIFT CARD'],
    ['111', 'unknown', undefined],
    ['130', 'unknown', undefined],
    ['0110', 'unknown', '110'],
    ['1-10', 'unknown', '110'],
    ['110A', 'unknown', '110'],
    ['UNCLE', 'unknown', 'UNCL'],
    ['ZZZZ', 'unknown', undefined],
    ['11|0', 'characters', '110'],
    ["110'", 'characters', '110'],
    ['110’', 'characters', '110'],
    ['110,', 'characters', '110'],
    ['UNCL!', 'characters', 'UNCL'],
    ['CAFÉ', 'characters', undefined],
    ['ABCDEFGHIJKLMNOPQRSTU', 'too_long', undefined],
  ])('%j: %s, suggesting %s', (code, kind, suggestion) => {
    const expected = suggestion === undefined ? { kind } : { kind, suggestion };
    expect(checkClassCode(code, LIST)).toEqual(expected);
  });

  it('cannot be sent where the list itself has a character that parts columns', () => {
    expect(checkClassCode('11|0', ['11|0'])).toEqual({ kind: 'characters' });
    expect(checkClassCode('X'.repeat(21), ['X'.repeat(21)])).toEqual({ kind: 'too_long' });
  });

  it('is only ever right when it stands on the list, and every suggestion does', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string({ minLength: 1 })), (code, list) => {
        const check = checkClassCode(code, list);
        if (check.kind === 'ok') expect(list).toContain(code);
        else if (check.suggestion !== undefined) expect(list).toContain(check.suggestion);
      }),
    );
  });
});
