"""A document of an API that has what documents have, and a check of values against its schemas."""

import base64
import datetime
import re


def entry(name):
    return {"$ref": f"#/components/schemas/{name}"}


def json_of(schema):
    return {"application/json": {"schema": schema}}


def tagged(name, tag):
    return {"allOf": [entry(name), {"type": "object", "properties": {"type": {"type": "string", "const": tag}}, "required": ["type"]}]}


DESCRIPTION = """An API for **everything**. <img src=x>

## Begin here

Ask for a token, then:

- send it as `Authorization`
- keep [the rules](https://example.com/rules), never [this](javascript:alert(1))

```sh
curl /rooms
```"""

ROOM = {
    "type": "object",
    "description": "One room of the house.",
    "properties": {
        "name": {"type": "string", "minLength": 12, "maxLength": 14, "description": "As on the door"},
        "kind": entry("Kind"),
        "price": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
        "steps": {"type": "integer", "multipleOf": 7, "minimum": 15},
        "from": {"type": "string", "format": "date-time", "minLength": 20},
        "to": {"type": ["string", "null"], "format": "date-time", "minLength": 20},
        "code": {"type": "string", "pattern": "^(?:AB|CD)-\\d{4}[^a-z0-9][A-Z]{2,}$", "minLength": 12},
        "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z0-9-]+$"}, "minItems": 3, "maxItems": 5, "uniqueItems": True},
        "key": {"type": "string", "contentEncoding": "base64", "minLength": 8},
        "extras": {"type": "object", "additionalProperties": {"type": "integer", "maximum": -3}, "minProperties": 2},
        "next": {"anyOf": [entry("Room"), {"type": "null"}]},
        "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}], "items": {}, "minItems": 2, "maxItems": 2},
        "shape": {"oneOf": [tagged("Circle", "circle"), tagged("Square", "square")]},
        "mail": {"type": "string", "format": "email"},
    },
    "required": ["name", "kind", "next"],
    "additionalProperties": False,
}

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Bookings & billing", "version": "2.3.1", "description": DESCRIPTION},
    "servers": [{"url": "/"}],
    "security": [{"bearer": []}, {"basic": []}],
    "tags": [{"name": "rooms", "description": "What can be *booked*."}, {"name": "admin"}],
    "paths": {
        "/rooms/{id}/photos/{name}": {"put": {
            "operationId": "replace_photo", "summary": "Replace a photo", "tags": ["rooms"],
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
                {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z]{3,8}\\.(jpg|png)$"}},
                {"name": "X-Trace", "in": "header", "schema": {"type": "string", "minLength": 5}},
                {"name": "session", "in": "cookie", "schema": {"type": "string"}}],
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": {"type": "object"}}}},
            "responses": {"200": {"description": "OK", "content": json_of(entry("Problem"))}}}},
        "/rooms": {
            "post": {
                "operationId": "add_room", "summary": "Add a room", "description": "Adds one, unless it is there.", "tags": ["rooms"],
                "requestBody": {"required": True, "content": json_of(entry("Room"))},
                "responses": {"201": {"description": "Created", "content": json_of(entry("Room"))},
                              "422": {"description": "It breaks a rule.", "content": json_of(entry("Problem"))}}},
            "get": {
                "operationId": "list_rooms", "summary": "List rooms", "deprecated": True, "security": [], "tags": ["rooms"],
                "parameters": [{"name": "kind", "in": "query", "schema": entry("Kind")},
                               {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                               {"name": "free", "in": "query", "schema": {"type": "boolean"}}],
                "responses": {"200": {"description": "OK", "content": json_of({"type": "array", "items": entry("Room")})}}}},
        "/sign-in": {"post": {
            "operationId": "sign_in", "summary": "Sign in", "security": [], "tags": ["admin"],
            "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": entry("Login")}}},
            "responses": {"204": {"description": "No Content"}}}},
        "/keys": {"delete": {
            "operationId": "delete_key", "summary": "Delete the key", "security": [{"key": []}], "tags": ["admin"],
            "responses": {"204": {"description": "No Content"}}}},
    },
    "components": {
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}, "basic": {"type": "http", "scheme": "basic"},
                            "key": {"type": "apiKey", "in": "query", "name": "api_key"}},
        "schemas": {
            "Login": {"type": "object", "properties": {"user": {"type": "string", "minLength": 2}, "remember": {"type": "boolean"}}, "required": ["user"]},
            "Problem": {"type": "object", "properties": {"title": {"type": "string"}}},
            "Kind": {"type": "string", "enum": ["single", "double"]},
            "Room": ROOM,
            "Circle": {"type": "object", "properties": {"radius": {"type": "number", "minimum": 0}}, "required": ["radius"]},
            "Square": {"type": "object", "properties": {"side": {"type": "number"}}},
            "Bounds": {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"type": "integer", "minimum": -1, "maximum": 1}},
            "Negative": {"type": "integer", "exclusiveMaximum": -10, "multipleOf": 5},
            "Short": {"type": "string", "maxLength": 2},
        },
    },
}

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def has_type(value, name):
    if name in ("integer", "number"):
        return isinstance(value, int if name == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def problems(document, schema, value, where="$"):
    """What of `value` the schema does not allow."""
    def inside(part, element, place):
        return problems(document, part, element, place)
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].split("/")[-1]]
    for part in schema.get("allOf", []):
        yield from inside(part, value, where)
    choices = schema.get("anyOf", []) + schema.get("oneOf", [])
    if choices and all(list(inside(part, value, where)) for part in choices):
        yield f"{where}: {value!r} is none of the alternatives"
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(has_type(value, name) for name in types):
        yield f"{where}: {value!r} is no {types}"
        return
    wrong = []
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        wrong.append("enum")
    if has_type(value, "number"):
        wrong += [key for key, fits in (("minimum", lambda bound: value >= bound), ("maximum", lambda bound: value <= bound),
                                        ("exclusiveMinimum", lambda bound: value > bound), ("exclusiveMaximum", lambda bound: value < bound),
                                        ("multipleOf", lambda step: value % step == 0)) if key in schema and not fits(schema[key])]
    for kind, low, high in ((str, "minLength", "maxLength"), (list, "minItems", "maxItems"), (dict, "minProperties", "maxProperties")):
        if isinstance(value, kind) and not schema.get(low, 0) <= len(value) <= schema.get(high, len(value)):
            wrong.append(low)
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            wrong.append("pattern")
        if schema.get("format") == "date-time":
            datetime.datetime.fromisoformat(value)
        if schema.get("contentEncoding") == "base64":
            base64.b64decode(value, validate=True)
    if isinstance(value, list):
        if schema.get("uniqueItems") and len({str(each) for each in value}) < len(value):
            wrong.append("uniqueItems")
        parts = schema.get("prefixItems", [])
        for number, element in enumerate(value):
            yield from inside(parts[number] if number < len(parts) else schema.get("items", {}), element, f"{where}[{number}]")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        wrong += [f"required {name}" for name in schema.get("required", []) if name not in value]
        for name, member in value.items():
            others = schema.get("additionalProperties", {})
            if name not in properties and others is False:
                wrong.append(f"additional {name}")
            elif name in properties or isinstance(others, dict):
                yield from inside(properties.get(name, others), member, f"{where}.{name}")
    yield from (f"{where}: {value!r} against {each}" for each in wrong)
