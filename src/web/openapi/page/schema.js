// What a schema says: in words, and as a tree that unfolds.
"use strict";

const nameOf = schema => decodeURIComponent(schema.$ref.split("/").pop()).replace(/~1/g, "/").replace(/~0/g, "~");

// The schema that is meant, with the parts of `allOf` put together.
function resolve(schema) {
  if (!schema || typeof schema !== "object") return {};
  if (schema.$ref) {
    const {$ref, ...others} = schema;
    return {...resolve(((api.components || {}).schemas || {})[nameOf(schema)]), ...others};
  }
  if (!schema.allOf) return schema;
  const {allOf, ...own} = schema;
  return [...allOf.map(resolve), own].reduce((whole, part) => ({
    ...whole, ...part,
    properties: {...whole.properties, ...part.properties},
    required: [...(whole.required || []), ...(part.required || [])],
    enum: whole.enum && part.enum ? whole.enum.filter(each => part.enum.includes(each)) : whole.enum || part.enum,
  }), {});
}

const isNull = schema => schema && schema.type === "null";
const typesOf = schema => [].concat(schema.type || []);
const alternativesOf = schema => (schema.oneOf || schema.anyOf || []).filter(each => !isNull(each));

// The schema of a value that is there: `null` is no part of it.
function withoutNull(schema) {
  const plain = resolve(schema);
  const others = alternativesOf(plain);
  return others.length === 1 ? withoutNull(others[0]) : plain;
}

function takesNull(schema) {
  const plain = resolve(schema);
  return typesOf(plain).includes("null") || (plain.oneOf || plain.anyOf || []).some(isNull);
}

// Its name, if it has an entry of its own: "list of Todo".
function typeName(schema) {
  if (schema === false) return "nothing";
  if (!schema || schema === true) return "anything";
  const others = alternativesOf(schema);
  const orNull = takesNull(schema) ? " or null" : "";
  if (schema.$ref) return nameOf(schema) + orNull;
  if (others.length) return others.map(typeName).join(" or ") + orNull;
  const plain = resolve(schema);
  const parts = (schema.allOf || []).filter(each => each.$ref);
  if (parts.length) return parts.map(nameOf).join(" and ") + orNull;
  if (typesOf(plain).includes("array")) return (plain.prefixItems ? "tuple" : "list of " + typeName(plain.items)) + orNull;
  const types = typesOf(plain).filter(each => each !== "null");
  return (types.join(" or ") || (plain.properties ? "object" : plain.const !== undefined ? "constant" : "anything")) + orNull;
}

function counted(number, unit) {
  return number + " " + (number === 1 ? unit.replace(/ies$/, "y").replace(/s$/, "") : unit);
}

function span(low, high, unit) {
  if (low === high) return "exactly " + counted(low, unit);
  if (low && high !== undefined) return low + " to " + counted(high, unit);
  return low ? "at least " + counted(low, unit) : "at most " + counted(high, unit);
}

function boundsOf(schema) {
  const {minimum, maximum, exclusiveMinimum, exclusiveMaximum, format} = schema;
  if (minimum !== undefined && maximum !== undefined) return [minimum + " to " + maximum];
  const notes = [];
  if (minimum !== undefined) notes.push("at least " + minimum);
  if (exclusiveMinimum !== undefined) notes.push("more than " + exclusiveMinimum);
  if (maximum !== undefined) notes.push("at most " + maximum);
  if (exclusiveMaximum !== undefined) notes.push("less than " + exclusiveMaximum);
  if (schema.multipleOf !== undefined) notes.push("a multiple of " + schema.multipleOf);
  return format && typesOf(schema).some(type => type === "integer" || type === "number") ? [format, ...notes] : notes;
}

// The rules of a value, each in a few words.
function notesOf(schema) {
  const plain = withoutNull(schema);
  const notes = boundsOf(plain);
  const isTime = plain.format === "date-time";
  if (plain.format && typesOf(plain).includes("string")) notes.push(plain.format);
  if (plain.contentEncoding) notes.push(plain.contentEncoding);
  for (const [low, high, unit] of [["minLength", "maxLength", "characters"], ["minItems", "maxItems", "elements"],
                                   ["minProperties", "maxProperties", "entries"]]) {
    // That a time is no empty text goes without saying.
    const least = isTime && low === "minLength" ? undefined : plain[low];
    if (!plain.prefixItems && (least || plain[high] !== undefined)) notes.push(span(least || 0, plain[high], unit));
  }
  if (plain.uniqueItems) notes.push("no two equal");
  if (plain.additionalProperties === false) notes.push("no other members");
  if (plain.default !== undefined) notes.push("otherwise " + JSON.stringify(plain.default));
  if (plain.deprecated) notes.push("deprecated");
  if (typesOf(plain).includes("array") && !plain.prefixItems) {
    const each = plain.items && !plain.items.$ref ? notesOf(plain.items).filter(note => !/^int32$|^double$/.test(note)) : [];
    if (each.length) notes.push("each: " + each.join(", "));
  }
  return notes;
}

function patternOf(schema) {
  const plain = withoutNull(schema);
  return plain.pattern || (plain.items && !plain.items.$ref ? patternOf(plain.items) : undefined);
}

function choicesOf(schema) {
  const plain = withoutNull(schema);
  if (plain.const !== undefined) return [plain.const];
  if (plain.enum) return plain.enum.filter(each => each !== null);
  return typesOf(plain).includes("array") && plain.items ? choicesOf(plain.items) : [];
}

// What can be unfolded below a value: [name, schema, whether it is required] of each member.
function membersOf(schema) {
  const plain = withoutNull(schema);
  const required = plain.required || [];
  const rows = Object.entries(plain.properties || {}).map(([name, each]) => [name, each, required.includes(name)]);
  if (plain.additionalProperties && typeof plain.additionalProperties === "object")
    rows.push(["any name", plain.additionalProperties, false]);
  if (plain.prefixItems) return plain.prefixItems.map((each, number) => ["[" + number + "]", each, false]);
  const others = alternativesOf(plain);
  if (others.length > 1) return others.filter(each => membersOf(each).length).map(each => [typeName(each), each, false]);
  return rows.length === 0 && plain.items ? membersOf(plain.items) : rows;
}

// A name leads to what it stands for.
function typeText(schema) {
  const others = schema && !schema.$ref ? alternativesOf(schema) : [];
  const plain = others.length === 1 ? others[0] : schema || {};
  const named = plain.$ref ? plain : plain.items && plain.items.$ref ? plain.items : undefined;
  if (!named) return make("span", {class: "type"}, typeName(schema));
  const [before, after] = typeName(schema).split(nameOf(named));
  return make("span", {class: "type"}, before, make("a", {href: "#schema-" + encodeURIComponent(nameOf(named))}, nameOf(named)), after);
}

function schemaLine(schema) {
  const choices = choicesOf(schema);
  const pattern = patternOf(schema);
  return [
    typeText(schema),
    notesOf(schema).map(note => make("span", {class: "note"}, note)),
    pattern ? make("span", {class: "note"}, "matches ", make("code", {}, pattern)) : null,
    choices.length ? make("span", {class: "choices"}, choices.map(each => make("code", {}, JSON.stringify(each)))) : null,
  ];
}

// A row per member; `saysRequired` in what is sent, where it tells what may be left out.
function schemaTree(schema, saysRequired) {
  const rows = membersOf(schema).map(([name, member, required]) => {
    const text = withoutNull(member).description;
    const inner = membersOf(member);
    return make("li", {},
      make("div", {class: "member"}, make("code", {class: "name"}, name), schemaLine(member),
        required && saysRequired ? make("span", {class: "required"}, "required") : null),
      text && !(member.$ref && inner.length) ? markdown(text) : null,
      inner.length ? disclosure({class: "inner"}, inner.length === 1 ? "1 member" : inner.length + " members",
        () => schemaTree(member, saysRequired)) : null);
  });
  return rows.length ? make("ul", {class: "tree"}, rows) : null;
}

function schemaBlock(schema, saysRequired) {
  const text = withoutNull(schema).description;
  return make("div", {class: "schema"}, make("div", {class: "member"}, schemaLine(schema)), text ? markdown(text) : null,
    schemaTree(schema, saysRequired));
}
