import test from 'ava';
import {
  parseVolumeAnswer,
  parseVolumeAnswers,
  type VolumeAnswer,
} from '../../../../src/controller/migration/restored-pod/volume-answer.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const reads = test.macro({
  exec(t, text: string, answer: VolumeAnswer) {
    t.deepEqual(parseVolumeAnswer(text), answer);
  },
  title: (_, text) => `--volume ${text} is understood`,
});

test(reads, '/data=emptyDir', { path: '/data', kind: 'emptyDir' });
test(reads, '/data/=pvc:web-data', { path: '/data', kind: 'pvc', source: 'web-data' });
test(reads, '/data=hostPath:/srv/a=b:c', { path: '/data', kind: 'hostPath', source: '/srv/a=b:c' });
test(reads, '/a=b=configMap:web.settings', { path: '/a=b', kind: 'configMap', source: 'web.settings' });
test(reads, '/run/keys=secret:keys', { path: '/run/keys', kind: 'secret', source: 'keys' });

const refuses = test.macro({
  async exec(t, text: string, why: string) {
    const error = await throwsCode(t, 'USAGE', () => parseVolumeAnswer(text));
    t.deepEqual(error?.facts, { volume: text, why });
    t.true(error?.next.includes('--volume /path=emptyDir | pvc:<claim>'));
  },
  title: (_, text) => `--volume ${JSON.stringify(text)} is refused`,
});

test(refuses, '', 'it is not of the form /path=kind');
test(refuses, '/data', 'it is not of the form /path=kind');
test(refuses, 'data=emptyDir', 'it is not of the form /path=kind');
test(refuses, '/data=', 'it is not of the form /path=kind');
test(refuses, '/data=nfs:server', '"nfs" is no kind of volume');
test(refuses, '/data=constructor', '"constructor" is no kind of volume');
test(refuses, '/data=emptyDir:x', 'emptyDir takes nothing behind a colon');
test(refuses, '/data=pvc', 'pvc: "" names no source');
test(refuses, '/data=pvc:', 'pvc: "" names no source');
test(refuses, '/data=pvc:Web', 'pvc: "Web" names no source');
test(refuses, '/data=secret:a/b', 'secret: "a/b" names no source');
test(refuses, '/data=hostPath:srv', 'hostPath: "srv" names no source');
test(refuses, '/data=hostPath:/srv/../etc', 'hostPath: "/srv/../etc" names no source');

test('one answer given twice counts once', (t) => {
  t.deepEqual(parseVolumeAnswers(['/data=emptyDir', '/data/=emptyDir']), [{ path: '/data', kind: 'emptyDir' }]);
});

test('two answers to one path contradict each other', async (t) => {
  const error = await throwsCode(t, 'USAGE', () => parseVolumeAnswers(['/data=pvc:a', '/data/=pvc:b']));
  t.is(error?.found, '--volume "/data=pvc:a" and --volume "/data/=pvc:b" say two things of one path');
});
