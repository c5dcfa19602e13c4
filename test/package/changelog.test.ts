import { equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { ROOT } from '../kit/root';
import { textOf } from '../kit/source';

type Complaint = (changelog: string, version: string, tag?: string) => string | undefined;

const VERSION = '1.1.0';
const LINKS = '\n[1.1.0]: https://a.example\n[1.0.9]: https://a.example\n';
const changelog = (text: string) => `# Changelog\n\n${text}\n${LINKS}`;
const RELEASED = '## [1.1.0] - 2026-02-01\n\n### Added\n\n- this\n\n## [1.0.9] - 2026-01-31\n\nThe first version.\n';
const UNRELEASED = `## [Unreleased]\n\n### Fixed\n\n- that\n\n${RELEASED}`;

describe('the changelog', () => {
  let complaintAbout: Complaint;
  before(async () => {
    ({ complaintAbout } = (await import(join(ROOT, 'scripts/changelog.mjs'))) as { complaintAbout: Complaint });
  });

  const { version } = JSON.parse(textOf('package.json')) as { version: string };
  it('has a chapter for the version of the package', () => equal(complaintAbout(textOf('CHANGELOG.md'), version), undefined));

  it('is good with and without unreleased changes', () => {
    for (const text of [RELEASED, UNRELEASED, RELEASED.replace('2026-02-01', 'unreleased')])
      equal(complaintAbout(changelog(text), VERSION), undefined);
  });

  for (const [what, text, complaint] of [
    ['the newest version', RELEASED.replaceAll('1.1.0', '1.2.0'), /that of version 1\.1\.0 in package\.json, not 1\.2\.0/],
    ['an odd heading', RELEASED.replace('2026-02-01', 'soon'), /"## \[1\.1\.0\] - soon" must be/],
    ['unreleased changes below', `${RELEASED}\n## [Unreleased]\n\n- that\n`, /\[Unreleased\] must be the first/],
    ['the order', RELEASED.replace('[1.0.9]', '[1.10.0]'), /1\.10\.0 stands below an older one/],
    ['a missing link', `${RELEASED}\n## [1.0.8] - 2026-01-01\n\nBefore.\n`, /\[1\.0\.8\] has no link/],
    ['a section that is none', RELEASED.replace('Added', 'News'), /"### News" must be one of Added/],
    ['a section that is empty', RELEASED.replace('- this', ''), /"### Added" has nothing under it/],
    ['a chapter that is empty', `## [Unreleased]\n\n${RELEASED}`, /"## \[Unreleased\]" has nothing under it/],
  ] as const)
    it(`is checked for ${what}`, () => match(complaintAbout(changelog(text), VERSION) ?? '', complaint));

  it('is ready for a release when the version has its date and its tag', () => {
    equal(complaintAbout(changelog(RELEASED), VERSION, 'v1.1.0'), undefined);
    match(complaintAbout(changelog(RELEASED), VERSION, 'v1.1.1') ?? '', /the tag of version 1\.1\.0 is v1\.1\.0/);
    match(complaintAbout(changelog(UNRELEASED), VERSION, 'v1.1.0') ?? '', /belongs to the version that is released/);
    match(complaintAbout(changelog(RELEASED.replace('2026-02-01', 'unreleased')), VERSION, 'v1.1.0') ?? '', /no date yet/);
  });
});
