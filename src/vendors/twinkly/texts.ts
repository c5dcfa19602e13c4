import { teller } from '../../core/sentence';

/** What panels say of the account. */
export const texts = {
  test: { objects: 'Signed in. Objects: __objects__, installations: __installations__.' },
  synchronous: '__fields__ needs an asynchronous command that is not unreliable.',
  found: {
    noObject: 'The account has no object, or its list cannot be read.',
    noInstallation: 'No object belongs to an installation.',
    noList: 'Neither the path nor __count__ others answer with a list of objects.',
    listed: 'It lists __count__ objects on its first page.',
    isAt: 'It is __place__.',
    onePage: 'The list has one page.',
    nextAddress: 'A page gives the address of the next one.',
    secondPage: 'The second page has other objects.',
    noSecondPage: 'No query that we know leads to the second page.',
    noObjectStatus: 'No status of an object is found.',
    noInstallationStatus: 'No status of an installation is found.',
    statusById: 'A status is found by it.',
    statusBy: 'A status is found by __place__.',
    noRuntime: 'Neither the path nor __count__ others answer with a runtime.',
    statusAt: 'It is __place__. The commands are then looked for beside it.',
    runtime: 'The path answers with a runtime.',
    errorsOnly: 'The path answers, with an error for each that was asked for.',
    unreadRuntime: 'No runtime could be read.',
    isThere: 'It is there.',
    isElsewhere: 'It is at __place__.',
    isNowhere: 'It is neither there nor where we have looked besides.',
    noDevice: 'No object names a device.',
    answers: 'The path answers.',
    noneAnswers: 'Neither the path nor __count__ others answer.',
    noMode: 'The runtime has no mode.',
    modeKnown: 'The present mode is one of them.',
    modeUnknown: 'The present mode is none of them.',
    notByReads: 'A read cannot tell.',
    probe: 'Send an empty body to the path of the commands: no light can change by it.',
    takesCommands: 'The path takes a request, and no other was tried.',
    noCommands: 'Neither the path nor __count__ others are there.',
  },
} as const;

export const say = teller('twinkly-account', texts);
