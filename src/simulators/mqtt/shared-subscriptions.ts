const REQUESTED = '$share/';
/** Each member of a group has a private subscription below this prefix, to which its share is published. */
const PRIVATE = '$shared/';

interface SharedGroup {
  readonly matches: (topic: string) => boolean;
  readonly members: Set<string>;
}

/** Whether a topic fits a filter with `+` and `#` (MQTT 3.1.1, 4.7). */
function matcher(filter: string): (topic: string) => boolean {
  const levels = filter.split('/');
  const open = levels.at(-1) === '#';
  const fixed = open ? levels.slice(0, -1) : levels;
  return (topic) => {
    const parts = topic.split('/');
    if (parts[0]?.startsWith('$') && parts[0] !== fixed[0]) return false;
    return (
      (open ? parts.length >= fixed.length : parts.length === fixed.length) &&
      fixed.every((level, i) => level === '+' || level === parts[i])
    );
  };
}

/**
 * Shared subscriptions (`$share/<group>/<filter>`, MQTT 5, 4.8.2) for a broker that has none. A member's
 * subscription is replaced by a private one, and each message is published once more for each group, to
 * one member in turn. So queueing and persistent sessions are the broker's own.
 */
export class SharedSubscriptions {
  private readonly groups = new Map<string, SharedGroup>();

  constructor(private readonly isConnected: (clientId: string) => boolean) {}

  /** The topic to subscribe in place of the given one; undefined where that is malformed. */
  join(clientId: string, topic: string): string | undefined {
    if (!topic.startsWith(REQUESTED)) return topic;
    const name = topic.slice(REQUESTED.length);
    const filter = name.slice(name.indexOf('/') + 1);
    if (!/^[^/+#]+\/./.test(name)) return undefined;
    const group = this.groups.get(name) ?? { matches: matcher(filter), members: new Set() };
    this.groups.set(name, group);
    group.members.add(clientId);
    return `${this.privateTopic(clientId, name)}/#`;
  }

  /** The subscription that `join` made; undefined where it made none. */
  leave(clientId: string, topic: string): string | undefined {
    const name = topic.slice(REQUESTED.length);
    if (!topic.startsWith(REQUESTED) || !this.groups.get(name)?.members.has(clientId)) return undefined;
    this.remove(clientId, name);
    return `${this.privateTopic(clientId, name)}/#`;
  }

  /** Forgets a client whose session is over. */
  forget(clientId: string): void {
    for (const name of this.groups.keys()) this.remove(clientId, name);
  }

  /** The additional topics to which a message has to be published: for each group whose filter fits, that of the next member. */
  shares(topic: string): string[] {
    return [...this.groups].flatMap(([name, group]) => {
      if (!group.matches(topic)) return [];
      const members = [...group.members];
      const member = members.find(this.isConnected) ?? members[0];
      if (member === undefined) return [];
      // It is the last in the order now.
      group.members.delete(member);
      group.members.add(member);
      return [`${this.privateTopic(member, name)}/${topic}`];
    });
  }

  /** The topic as a client knows it: that of the message, or of its own subscription. */
  static original(topic: string): string {
    if (!topic.startsWith(PRIVATE)) return topic;
    const [, , name = '', ...rest] = topic.split('/');
    return rest[0] === '#' ? REQUESTED + decodeURIComponent(name) : rest.join('/');
  }

  private privateTopic(clientId: string, name: string): string {
    return `${PRIVATE}${encodeURIComponent(clientId)}/${encodeURIComponent(name)}`;
  }

  private remove(clientId: string, name: string): void {
    const members = this.groups.get(name)?.members;
    members?.delete(clientId);
    if (members?.size === 0) this.groups.delete(name);
  }
}
