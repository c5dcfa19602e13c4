import { deepEqual, equal, ok } from 'node:assert/strict';
import { languageOf, languages, tagsOf, textsIn } from '../../src/simulators/languages';
import { filesOf, textOf } from '../kit/source';

describe('the languages of simulated pages', () => {
  for (const [tags, language] of [
    [['de-AT'], 'de'],
    [['fr-CA', 'en'], 'fr'],
    [['FR'], 'fr'],
    [['ja-JP', 'ja'], 'ja'],
    [['zh'], 'zh'],
    [['zh-CN', 'zh'], 'zh'],
    [['zh-Hans'], 'zh'],
    [['zh-Hans-TW'], 'zh'],
    [['zh-SG'], 'zh'],
    // As Chromium has it in Taiwan: the one language is written in two ways, of which there is one.
    [['zh-TW', 'zh', 'en-US', 'en'], 'en'],
    [['zh-Hant-CN'], 'en'],
    [['zh-HK', 'de'], 'de'],
    [['es-ES', 'ja', 'de'], 'ja'],
    // Begins with the letters of another one.
    [['den', 'fro'], 'en'],
    [['es', '*'], 'en'],
    [[], 'en'],
  ] as const)
    it(`is ${language} for who wants ${tags.join(', ') || 'none'}`, () => equal(languageOf(tags), language));

  it('is chosen by the weights of a header', () => {
    deepEqual(tagsOf('de;q=0.5, fr-CA, *;q=0.1, ja; q=0, en;q=0.9'), ['fr-CA', 'en', 'de', '*']);
    deepEqual(tagsOf('zh-TW,zh;q=0.9,en-US;q=0.8'), ['zh-TW', 'zh', 'en-US']);
    equal(languageOf(tagsOf('')), 'en');
    equal(languageOf(tagsOf('de;q=high')), 'en');
  });

  it('is English where a vendor has no other', () => {
    deepEqual(textsIn({ en: 'Level', de: 'Pegel' }, 'de'), 'Pegel');
    deepEqual(textsIn({ en: 'Level', de: 'Pegel' }, 'fr'), 'Level');
  });

  it('are all there in each file of texts', () => {
    const files = [...filesOf('src/simulators', 'texts.ts')];
    const names = files.map((file) => [file, /(?:translations\(|Translations<typeof en> = )\{ (.*?) \}/.exec(textOf(file))?.[1]]);
    ok(files.length > 6, `only ${files.length}`);
    deepEqual(
      names.filter(([, there]) => there !== languages.join(', ')),
      [],
    );
  });
});
