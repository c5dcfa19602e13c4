import { teller } from '../../core/sentence';

/** What panels say of the deployment. */
export const texts = {
  test: {
    api: 'The API lets the client in. Deployment groups: __groups__.',
    broker: 'The broker accepts the client and its subscriptions; what it lets it read, the first message shows.',
    someRefused: 'The broker accepts the client, but refuses subscriptions to __topics__.',
    allRefused: 'The broker accepts the client, but refuses subscriptions to __topics__. Check what the client certificate may do.',
  },
  command: {
    undocumented: 'The vendor documents no command __command__, but: __known__.',
    unconfirmed: 'The commands were accepted, but not confirmed as the vendor documents it.',
    noReply: 'No reply from __tuid__ within __seconds__ s.',
    replyUnread: 'The commands were sent, but the reply cannot be read.',
  },
  group: { renamed: 'The API answered that the group was not renamed.', deleted: 'The API answered that the group was not deleted.' },
  seconds: '__fields__ must be in seconds, not in milliseconds: __seconds__.',
  found: {
    noneAround: 'A query from one second before a message to one second after it does not find it.',
    bothEnds: 'They are seconds, and both ends are included.',
    fromIncluded: 'They are seconds, and to is not included.',
    toIncluded: 'They are seconds, and from is not included.',
    noEnd: 'They are seconds, and neither end is included.',
    noMessage: 'No thing has a message.',
    newestFirst: 'The newest stands first.',
    oldestFirst: 'The oldest stands first.',
    noOrder: 'They are not in the order of their times.',
    tooFewSeconds: 'No thing has messages from two different seconds.',
    fullPage: '100 messages came.',
    shortPage: 'Messages that came: __count__, although there are older ones.',
    tooFewMessages: 'No thing has so many messages.',
    page: 'An HTML page was sent instead.',
    wrongToken: 'A wrong token was accepted.',
    answered: 'It was answered with HTTP __status__.',
    isList: 'There is such a list.',
    refused: 'It was refused with HTTP __status__.',
    noZone: 'They are ISO 8601 without a zone.',
    otherForm: 'They have another form.',
    noAlert: 'No thing has an alert.',
    othersAlert: 'The list of a thing has an alert of another.',
    ownAlerts: 'The lists have alerts of their own things, and of no other.',
    noGroup: 'There is no group.',
    granted: 'The broker grants all subscriptions; whether it sends something, a node shows.',
    someRefused: 'Subscriptions that the broker refuses: __count__ of __all__.',
  },
} as const;

export const say = teller('thingsee-cloud', texts);
