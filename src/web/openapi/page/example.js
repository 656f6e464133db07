// A value that a schema allows, to begin with.
"use strict";

// What a member of a struct that contains itself is left out as.
const LEFT_OUT = undefined;

// in  name     of the member: what a text says
//     number   which one of several: elements that must differ do
//     outer    the names of the schemas that this one is in
function example(schema, name = "text", number = 0, outer = []) {
  if (schema && schema.$ref) {
    if (outer.includes(nameOf(schema))) return LEFT_OUT;
    outer = [...outer, nameOf(schema)];
  }
  const plain = resolve(schema);
  if (plain.example !== undefined) return plain.example;
  if (plain.examples && plain.examples.length) return plain.examples[number % plain.examples.length];
  if (plain.const !== undefined) return plain.const;
  if (plain.enum) return plain.enum[number % plain.enum.length];
  if (plain.default !== undefined && number === 0) return plain.default;
  const others = alternativesOf(plain);
  if (others.length) {
    const made = others.map(each => example(each, name, number, outer)).find(each => each !== LEFT_OUT);
    return made === LEFT_OUT && takesNull(plain) ? null : made;
  }
  const type = typesOf(plain).find(each => each !== "null") || (plain.properties ? "object" : "null");
  if (type === "string") return exampleText(plain, name, number);
  if (type === "boolean") return number % 2 === 0;
  if (type === "integer" || type === "number") return exampleNumber(plain, number, type === "integer");
  if (type === "array") return exampleList(plain, name, outer);
  return type === "object" ? exampleObject(plain, outer) : null;
}

function exampleList(schema, name, outer) {
  if (schema.prefixItems) return schema.prefixItems.map((each, number) => example(each, name, number, outer));
  const count = Math.max(schema.minItems || 0, Math.min(1, schema.maxItems ?? 1));
  const elements = Array.from({length: count}, (_, number) => example(schema.items, name, number, outer));
  return elements.filter(each => each !== LEFT_OUT);
}

// Numbers and times go up from member to member: what begins comes before what ends.
function exampleObject(schema, outer) {
  const value = {};
  let place = 0;
  for (const [name, property] of Object.entries(schema.properties || {})) {
    const plain = withoutNull(property);
    const counts = plain.format === "date-time" || typesOf(plain).some(type => type === "integer" || type === "number");
    const made = plain.readOnly ? LEFT_OUT : example(property, name, counts ? place++ : 0, outer);
    if (made !== LEFT_OUT) value[name] = made;
  }
  if (typeof schema.additionalProperties !== "object") return value;
  const names = schema.propertyNames || {type: "string"};
  for (let number = 0; number < Math.max(1, schema.minProperties || 0); ++number) {
    const made = example(schema.additionalProperties, "text", number, outer);
    if (made !== LEFT_OUT) value[example({type: "string", ...resolve(names)}, "name", number)] = made;
  }
  return value;
}

function exampleNumber(schema, number, isInteger) {
  const {minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity} = schema;
  const step = schema.multipleOf || 1;
  const fits = value => value >= minimum && value <= maximum && value > exclusiveMinimum && value < exclusiveMaximum;
  const low = Math.max(minimum, exclusiveMinimum), high = Math.min(maximum, exclusiveMaximum);
  const from = low > 0 ? Math.ceil(low / step) * step : high < step ? Math.floor(high / step) * step : step;
  const middle = low > -Infinity && high < Infinity ? (low + high) / 2 : from;
  const candidates = [from + number * step, from - number * step, from, from + step, from - step, ...(isInteger ? [] : [middle])];
  return candidates.find(fits) ?? from;
}

const TEXT_OF_FORMAT = {
  "date-time": number => `2030-01-${String(1 + number % 28).padStart(2, "0")}T12:00:00Z`,
  date: number => `2030-01-${String(1 + number % 28).padStart(2, "0")}`,
  time: number => `12:00:${String(number % 60).padStart(2, "0")}Z`,
  email: number => `ada${number || ""}@example.com`,
  uri: number => `https://example.com/${number || ""}`,
  "uri-reference": number => `/${number || ""}`,
  uuid: number => `3f2b8c1e-5d47-4a6b-9c0d-${String(number).padStart(12, "0")}`,
  ipv4: number => `192.0.2.${1 + number % 254}`,
  ipv6: number => `2001:db8::${1 + number}`,
  hostname: number => `host${number || ""}.example.com`,
};

function exampleText(schema, name, number) {
  const {minLength = 0, maxLength = Infinity} = schema;
  if (schema.contentEncoding === "base64") return "AAAA".repeat(Math.max(1, Math.ceil(minLength / 4))).slice(0, maxLength);
  if (schema.pattern) return exampleOfPattern(schema.pattern, minLength, maxLength, number);
  if (TEXT_OF_FORMAT[schema.format]) return TEXT_OF_FORMAT[schema.format](number);
  const text = name.replace(/[_-]+/g, " ") + (number || "");
  const long = text + " and more".repeat(Math.max(0, Math.ceil((minLength - [...text].length) / 9)));
  return [...long].slice(0, Math.max(minLength, Math.min(maxLength, [...text].length))).join("");
}

const CHARACTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ .,:;/+@#!?%&=~*'\"()[]{}<>|\\^$`\t\n\u00e4\u20ac"];

// Reads a regular expression and gives a function from (more, variant) to a text that it matches: `more` is how often
// something goes on that may, `variant` picks others of the characters and branches that are possible.
function readPattern(pattern) {
  let at = 0;
  const branches = () => {
    const all = [sequence()];
    while (pattern[at] === "|") {
      ++at;
      all.push(sequence());
    }
    return (more, variant) => all[variant % all.length](more, variant);
  };
  const sequence = () => {
    const parts = [];
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")") parts.push(repeated(atom()));
    return (more, variant) => parts.map(part => part(more, variant)).join("");
  };
  const atom = () => {
    if (pattern[at] === "^" || pattern[at] === "$") return ++at, () => "";
    if (/^\\[bB]/.test(pattern.slice(at, at + 2))) return at += 2, () => "";
    if (pattern[at] === "(") {
      at += /^\((?:\?(?::|<\w+>))?/.exec(pattern.slice(at))[0].length;
      const inside = branches();
      ++at;
      return inside;
    }
    const [text] = /^(?:\[(?:\\.|[^\]\\])*\]|\\[pP]\{\w+\}|\\u\{\w+\}|\\u\w{4}|\\x\w\w|\\.|[^])/u.exec(pattern.slice(at));
    at += text.length;
    const one = new RegExp("^(?:" + text + ")$", "u");
    const possible = CHARACTERS.filter(each => one.test(each));
    for (let code = 0xa1; possible.length === 0 && code < 0x3000; ++code)
      if (one.test(String.fromCodePoint(code))) possible.push(String.fromCodePoint(code));
    return (_, variant) => possible[variant % possible.length] ?? "";
  };
  const repeated = inside => {
    const [text, least, comma, most] = /^(?:\{(\d+)(,?)(\d*)\}|[*+?])?\??/.exec(pattern.slice(at));
    at += text.length;
    if (text === "") return inside;
    const low = least === undefined ? (text[0] === "+" ? 1 : 0) : Number(least);
    const high = least === undefined ? (text[0] === "?" ? 1 : Infinity) : most ? Number(most) : comma ? Infinity : low;
    return (more, variant) => Array.from({length: Math.min(high, low + more)}, (_, place) => inside(more, variant + place)).join("");
  };
  return branches();
}

function exampleOfPattern(pattern, minLength, maxLength, number) {
  try {
    const whole = new RegExp(pattern, "u");
    const write = readPattern(pattern);
    const fits = text => whole.test(text) && [...text].length >= minLength && [...text].length <= maxLength;
    for (let variant = number; variant < number + 40; ++variant) {
      for (let more = 0; more <= Math.min(300, Math.max(8, minLength)); ++more) {
        const text = write(more < 3 ? 2 - more : more, variant);  // two more read best
        if (fits(text)) return text;
      }
    }
  } catch { /* one that this browser does not read */ }
  return "";
}
