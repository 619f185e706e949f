import test from 'ava';
import { readTcpSockets } from '../../../src/checkpoint/criu/sockets.ts';
import { criuImage, message } from '../../helpers/criu-image.ts';
import { throwsCode } from '../../helpers/throws.ts';

const [TCP, UDP] = [6, 17];
const INETSK = 4;

/** A file_entry of an inet socket: type, id, isk. */
function socket(proto: number, state: number): Buffer {
  const isk = message([1, 1], [2, 99], [3, 2], [4, 1], [5, proto], [6, state], [7, 8080], [11, 0]);
  return message([1, INETSK], [2, 1], [4, isk]);
}

const regularFile = message([1, 1], [2, 3], [3, message([1, 3], [5, 6], [6, 10])]);

test('listening and connected TCP sockets are told apart', (t) => {
  const image = criuImage(
    'files',
    regularFile,
    socket(TCP, 10),
    socket(TCP, 1),
    socket(TCP, 10),
    socket(TCP, 1),
    socket(TCP, 1),
  );
  t.deepEqual(readTcpSockets('files.img', image), { listening: 2, connected: 3 });
});

for (const state of [2, 3, 4, 5, 6, 8, 9, 11]) {
  test(`a TCP socket in state ${state} has another end`, (t) => {
    t.deepEqual(readTcpSockets('files.img', criuImage('files', socket(TCP, state))), { listening: 0, connected: 1 });
  });
}

test('a closed TCP socket and a UDP socket count for nothing', (t) => {
  const image = criuImage('files', socket(TCP, 7), socket(UDP, 1), socket(UDP, 10));
  t.deepEqual(readTcpSockets('files.img', image), { listening: 0, connected: 0 });
});

test('no open files are no sockets', (t) => {
  t.deepEqual(readTcpSockets('files.img', criuImage('files')), { listening: 0, connected: 0 });
});

test('a damaged socket is refused with its offset in the image', async (t) => {
  const image = criuImage('files', message([4, Buffer.from('28ff', 'hex')]));
  const error = await throwsCode(t, 'CRIU_IMAGE_INVALID', () => readTcpSockets('files.img', image));
  t.is(error?.facts['offset'], 16);
});
