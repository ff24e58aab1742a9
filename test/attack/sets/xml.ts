/** XML that harms those who read it: the families of OWASP's XML attacks, written for this project. None may be taken. */
const levels = (count: number): string =>
  Array.from({ length: count }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');

export const hostileXml: [string, string][] = Object.entries({
  'a billion laughs': `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">${levels(9)}]><x>&e9;</x>`,
  'a quadratic blow-up': `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(50_000)}">]><x>${'&a;'.repeat(50_000)}</x>`,
  'a file': '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>',
  'an address': '<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1:9/">]><x>&f;</x>',
  'a public identifier': '<!DOCTYPE x PUBLIC "-//A//B//EN" "http://127.0.0.1:9/a.dtd"><x/>',
  'an entity of parameters': '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;]><x/>',
  'an entity that holds itself': '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]><x>&a;</x>',
  'a document type in small letters': '<!doctype x [<!entity a "b">]><x>&a;</x>',
  'a document type alone': '<!DOCTYPE x><x/>',
  'a document type behind a comment that ends in it':
    '<!-- <![CDATA[ --><!DOCTYPE x [<!ENTITY a "b">]><x>&a;<!-- ]]> --></x>',
  '100,000 elements in one another': '<a>'.repeat(100_000) + '</a>'.repeat(100_000),
  '100,000 elements without an end': '<a>'.repeat(100_000),
  'an element without an end': '<x><y></x>',
  'two roots': '<x/><y/>',
  'an attribute twice': '<x a="1" a="2"/>',
  'an attribute without quotes': '<x a=1/>',
  'a section without an end': '<x><![CDATA[ </x>',
  'a comment without an end': '<x><!-- </x>',
  'an instruction without an end': '<x><?php ',
  'text alone': 'hello',
  nothing: '',
  'a name that is none': '<1x/>',
});

/** XML whose only fault is its size or its strangeness: taken or refused, and quickly. */
export const strangeXml: [string, string][] = Object.entries({
  '100,000 attributes': `<xml ${Array.from({ length: 100_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`,
  '100,000 children': `<xml>${'<a/>'.repeat(100_000)}</xml>`,
  '100,000 comments': `<xml>${'<!---->'.repeat(100_000)}</xml>`,
  '100,000 sections': `<xml>${'<![CDATA[a]]>'.repeat(100_000)}</xml>`,
  '100,000 numbered characters': `<xml><a>${'&#65;'.repeat(100_000)}</a></xml>`,
  'numbered characters that are none': '<xml><a>&#0;&#xFFFFFFFF;&#xD800;&#x110000;</a></xml>',
  'an unknown entity': '<xml><a>&unknown;</a></xml>',
  'half entities': `<xml><a>${'&'.repeat(100_000)}</a></xml>`,
  'a name of 500,000': `<xml><${'n'.repeat(500_000)}/></xml>`,
  'an attribute of 500,000': `<xml a="${'v'.repeat(500_000)}"/>`,
  'spaces without an end': `<xml${' '.repeat(500_000)}`,
  'names of the language':
    '<xml><__proto__><a>1</a></__proto__><constructor>1</constructor><toString/></xml>',
  'names of spaces': '<a:xml xmlns:a="a" xmlns="b"><a:b/></a:xml>',
  'another encoding than it says': '<?xml version="1.0" encoding="UTF-16"?><xml/>',
  'many instructions': `<xml>${'<?a b?>'.repeat(50_000)}</xml>`,
});
