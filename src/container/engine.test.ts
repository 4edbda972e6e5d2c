import { expect } from 'chai';
import { refusalOf, unfit, whyNotStarted } from './engine.ts';

/** One sentence says what to do, in one line. */
const advice = (text: string | undefined, word: string) => expect(text).to.contain(word).and.not.contain('\n');

describe('an engine of Docker', () => {
  it('that runs as root with Linux containers can carry the lab', () => {
    expect(unfit({ OSType: 'linux', SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'] })).to.equal(
      undefined,
    );
    expect(unfit({ OSType: 'linux', SecurityOptions: null })).to.equal(undefined);
  });

  it('cannot where it runs without root, or Windows containers', () => {
    advice(
      unfit({ OSType: 'linux', SecurityOptions: ['name=seccomp', 'name=rootless'] }),
      'an engine that runs as root',
    );
    advice(unfit({ OSType: 'windows' }), 'switch Docker to Linux containers');
  });

  it('may refuse this user, or not run at all', () => {
    advice(
      refusalOf(
        'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: permission denied',
      ),
      'add the user to the group docker',
    );
    advice(
      refusalOf('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'),
      'start it',
    );
    advice(refusalOf('tls: bad certificate\n'), 'tls: bad certificate');
  });

  it('may have no disk left, map users, forbid privileged containers, or reach no registry', () => {
    advice(whyNotStarted('write /var/lib/docker/tmp/x: no space left on device'), 'docker system prune');
    advice(
      whyNotStarted(
        'docker: Error response from daemon: privileged mode is incompatible with user namespaces.  You must run the container in the host namespace when running privileged mode.',
      ),
      'userns-remap',
    );
    advice(
      whyNotStarted(
        'docker: Error response from daemon: authorization denied by plugin: privileged containers are not allowed\nSee "docker run --help".',
      ),
      'ask its administrator',
    );
    advice(
      whyNotStarted(
        "#5 1.2 Err:1 http://mirror.example/debian trixie InRelease\n#5 1.2   Temporary failure resolving 'mirror.example'\n#5 ERROR: process did not complete successfully: exit code: 100\n",
      ),
      'set http_proxy and https_proxy',
    );
    // As Docker 26 and 28 end their message.
    advice(whyNotStarted("docker: something else.\nSee 'docker run --help'.\n"), 'something else');
    advice(whyNotStarted("docker: something else\n\nRun 'docker run --help' for more information\n"), 'something else');
  });
});
