import test from 'ava';
import { entriesOf, firstEntry } from '../../../src/checkpoint/criu/image.ts';
import { criuImage } from '../../helpers/criu-image.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('the inventory has one magic word, every other image two', (t) => {
  const entry = Buffer.from('abc');
  t.deepEqual([...entriesOf('a', criuImage('inventory', entry), 'inventory')], [{ start: 8, end: 11 }]);
  t.deepEqual([...entriesOf('a', criuImage('files', entry), 'files')], [{ start: 12, end: 15 }]);
});

test('entries follow one another, empty ones as well', (t) => {
  const image = criuImage('pagemap', Buffer.alloc(2), Buffer.alloc(0), Buffer.alloc(5));
  t.deepEqual(
    [...entriesOf('a', image, 'pagemap')],
    [
      { start: 12, end: 14 },
      { start: 18, end: 18 },
      { start: 22, end: 27 },
    ],
  );
});

test('an image that lies inside a larger buffer is read from its own beginning', (t) => {
  const larger = Buffer.concat([Buffer.alloc(7), criuImage('core', Buffer.alloc(1))]);
  t.deepEqual([...entriesOf('a', larger.subarray(7), 'core')], [{ start: 12, end: 13 }]);
});

test('an image of another kind is refused', async (t) => {
  const error = await throwsCode(t, 'CRIU_IMAGE_INVALID', () => firstEntry('a', criuImage('files'), 'core'));
  t.deepEqual(error?.facts, { image: 'a', offset: 4, what: 'the magic word is 0x56303138, not 0x55053847' });
});

test('an image without entries is refused where one is needed', async (t) => {
  const error = await throwsCode(t, 'CRIU_IMAGE_INVALID', () => firstEntry('a', criuImage('core'), 'core'));
  t.is(error?.facts['offset'], 8);
});

test('an entry larger than the image is refused', async (t) => {
  const image = criuImage('core', Buffer.alloc(9)).subarray(0, -1);
  const error = await throwsCode(t, 'CRIU_IMAGE_INVALID', () => firstEntry('a', image, 'core'));
  t.is(error?.facts['offset'], 8);
});
