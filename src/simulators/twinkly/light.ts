import { Refused } from '../http/refused';
import type { JsonObject } from '../http/request';
import type { Named, TwinklyObject } from './state';

export const MODES = ['off', 'effect', 'color', 'playlist', 'movie'] as const;
export type Mode = (typeof MODES)[number];

interface Animation extends Named {
  readonly colours: readonly string[];
}

const EFFECTS: readonly Animation[] = [
  { id: 'rainbow', name: 'Rainbow', colours: ['#ff3b30', '#ff9f0a', '#ffe14d', '#34d158', '#32ade6', '#5e5ce6', '#bf5af2'] },
  { id: 'candle', name: 'Candle', colours: ['#ffb65c', '#ff9a3c', '#ffc87a', '#ff8a2a'] },
  { id: 'snow', name: 'Snow', colours: ['#ffffff', '#dcebff', '#b9d5ff', '#eef5ff'] },
  // [G] Whether ids are text or numbers is not known.
  { id: 7, name: 'Sparkle', colours: ['#ffffff', '#101010', '#cfd8dc', '#000000'] },
  { id: 'aurora', name: 'Aurora', colours: ['#1de9b6', '#00b0ff', '#7c4dff', '#00e676'] },
];
const MOVIES: readonly Animation[] = [{ id: 'fireworks', name: 'Fireworks', colours: ['#ff375f', '#ffd60a', '#64d2ff', '#ffffff'] }];
const PLAYLISTS: readonly Animation[] = [
  { id: 'advent', name: 'Advent', colours: ['#c1121f', '#2d6a4f', '#ffd166', '#2d6a4f'] },
  { id: 'summer', name: 'Summer night', colours: ['#ff9f1c', '#ffbf69', '#cbf3f0', '#2ec4b6'] },
];

export interface LightDescription {
  readonly id: number;
  readonly name: string;
  readonly ledCount: number;
  readonly ledProfile: 'RGB' | 'RGBW' | 'AWW';
  readonly installation?: { readonly id: number; readonly name: string };
  /** Retail strings have no playlists. */
  readonly playlists?: boolean;
}

const named = ({ id, name }: Named): Named => ({ id, name });

function numberOf(params: JsonObject, key: string, max: number): number {
  const value = params[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
    throw new Refused(400, `params.${key} must be a whole number from 0 to ${max}`);
  return value;
}

/** One object: what its strings show. [G] All keys of the runtime but `online`, and of the parameters. */
export class Light {
  online = true;
  private mode: Mode = 'effect';
  private lastLit: Mode = 'effect';
  private brightness = 80;
  private colour: readonly [red: number, green: number, blue: number] = [255, 180, 90];
  private playing: Readonly<Record<'effect' | 'movie' | 'playlist', string>> = { effect: 'candle', movie: 'fireworks', playlist: 'advent' };
  private effects = EFFECTS;

  constructor(readonly about: LightDescription) {}

  /** The effect of a command, to be called when it is executed. @throws Refused */
  prepare(command: string, params: JsonObject): () => void {
    const prepared = Object.hasOwn(this.commands, command) && this.commands[command]?.(params);
    if (!prepared) throw new Refused(400, `unknown command ${command}`);
    return prepared;
  }

  /** "It will report the connection status to the internet, the current operation mode, the list of movies". */
  runtime(withConfiguration: boolean): object {
    const { online, mode, brightness, playing } = this;
    return {
      online,
      mode,
      brightness,
      color: this.reported(),
      ...playing,
      movies: MOVIES.map(named),
      ...(withConfiguration && {
        configuration: { effects: this.effects.map(named), playlists: this.about.playlists ? PLAYLISTS.map(named) : [] },
      }),
    };
  }

  shown(): TwinklyObject {
    const { about, online, mode, brightness } = this;
    const { id, name, ledCount, installation } = about;
    const played = this.played();
    const colours = mode === 'off' ? [] : (played?.colours ?? [`rgb(${this.colour.join(' ')})`]);
    return { id, name, ledCount, installation: installation?.name ?? '', online, mode, brightness, colours, plays: played?.name ?? '' };
  }

  turn(on: boolean): void {
    this.show(on ? this.lastLit : 'off');
  }

  private readonly commands: Readonly<Record<string, (params: JsonObject) => () => void>> = {
    // Restores what was shown before it was turned off.
    turnOn: () => () => this.turn(true),
    turnOff: () => () => this.turn(false),
    setMode: ({ mode, effect }) => {
      const wanted = MODES.find((known) => known === mode);
      if (!wanted) throw new Refused(400, `params.mode must be one of ${MODES.join(', ')}`);
      const play = wanted === 'effect' && effect !== undefined ? this.play('effect', effect, this.effects) : undefined;
      return play ?? (() => this.show(wanted));
    },
    playEffect: ({ effect }) => this.play('effect', effect, this.effects),
    playPlaylist: ({ playlist }) => {
      if (!this.about.playlists) throw new Refused(400, 'this object has no playlists');
      return this.play('playlist', playlist, PLAYLISTS);
    },
    setBrightness: (params) => {
      const brightness = numberOf(params, 'value', 100);
      return () => {
        this.brightness = brightness;
      };
    },
    setColor: (params) => {
      const colour = this.colourOf(params);
      return () => {
        this.colour = colour;
        this.show('color');
      };
    },
    /** The one command that the document names; [G] its parameters. */
    installEffect: ({ effect }) => {
      if (typeof effect !== 'string' || effect === '') throw new Refused(400, 'params.effect must be text');
      return () => {
        const installed = { id: effect, name: effect, colours: ['#ff2d55', '#ffffff'] };
        this.effects = [...this.effects.filter(({ id }) => id !== effect), installed];
        this.playing = { ...this.playing, effect };
        this.show('effect');
      };
    },
  };

  private play(kind: 'effect' | 'playlist', id: unknown, known: readonly Animation[]): () => void {
    const found = known.find((played) => played.id === id);
    if (!found) throw new Refused(400, `params.${kind}: there is no ${kind} ${String(id)}`);
    return () => {
      this.playing = { ...this.playing, [kind]: found.id };
      this.show(kind);
    };
  }

  private show(mode: Mode): void {
    this.mode = mode;
    if (mode !== 'off') this.lastLit = mode;
  }

  private played(): Animation | undefined {
    const lists: Partial<Record<Mode, readonly Animation[]>> = { effect: this.effects, movie: MOVIES, playlist: PLAYLISTS };
    return lists[this.mode]?.find(({ id }) => id === this.playing[this.mode as 'effect']);
  }

  /** "RGB coordinates (only if object devices support RGB color coordinates)". */
  private colourOf(params: JsonObject): readonly [number, number, number] {
    if ('hue' in params) return toRgb(numberOf(params, 'hue', 359), numberOf(params, 'saturation', 255), numberOf(params, 'value', 255));
    if (this.about.ledProfile === 'AWW') throw new Refused(400, 'the devices of this object take no RGB coordinates');
    return [numberOf(params, 'red', 255), numberOf(params, 'green', 255), numberOf(params, 'blue', 255)];
  }

  /** Seen on real strings: 255 in, 254 back. */
  private reported(): object {
    const [red = 0, green = 0, blue = 0] = this.colour.map((part) => Math.min(254, part));
    return { red, green, blue };
  }
}

/** Hue in degrees, the others 0-255. */
function toRgb(hue: number, saturation: number, value: number): readonly [number, number, number] {
  const part = (n: number): number => {
    const k = (n + hue / 60) % 6;
    return Math.round(value * (1 - (saturation / 255) * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [part(5), part(3), part(1)];
}
