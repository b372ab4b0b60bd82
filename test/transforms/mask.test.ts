import { expect, test } from 'vitest';
import { masked } from '../../transforms/mask.ts';

test('a secret is masked wherever it is; a very short one where it stands by itself', () => {
  expect(masked('xcanaryx and u:canary@host', ['canary'])).toBe('x***x and u:***@host');
  expect(masked('PASS ab, u:ab@host, ?password=ab&x, "ab", grab about ABab', ['ab'])).toBe(
    'PASS ***, u:***@host, ?password=***&x, "***", grab about ABab',
  );
  expect(masked('u:a+@host, grab é and émail', ['a+', 'é'])).toBe('u:***@host, grab *** and émail');
});
